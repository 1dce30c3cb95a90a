{# A number that belongs to the grouping set of a row.
   In:      values (one for each set).
   Out:     SQL of a number. #}
{% macro by_set(values) -%}
{%- if values | unique | list | length == 1 -%}
{{ values[0] | literal }}
{%- else -%}
CASE noisy.pt_set{% for value in values %} WHEN {{ loop.index0 }} THEN {{ value | literal }}{% endfor %} END
{%- endif -%}
{%- endmacro %}
