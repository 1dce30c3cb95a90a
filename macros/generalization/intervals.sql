{# A number as one of a few bands between cuts, with open ends.
   In:      value (SQL of a number), cuts (sorted), bottom, top (numbers or none), is_integer.
   Out:     a VARCHAR: cuts 1, 5 with bottom 0 and top 20 give `0`, `1-4`, `5-19`, `20+`.
   Promise: each number has one band, NULL stays NULL. #}
{% macro intervals(value, cuts, bottom, top, is_integer) -%}
{%- set edges = ([bottom] if bottom is not none else []) + (cuts | list) + ([top] if top is not none else []) -%}
CASE
        WHEN {{ value }} >= {{ edges[-1] }} THEN '{{ edges[-1] }}+'
        {%- for edge in edges[:-1] | reverse %}
        {%- set next = edges[edges.index(edge) + 1] %}
        {%- if not is_integer %}
        WHEN {{ value }} >= {{ edge }} THEN '{{ edge }} to under {{ next }}'
        {%- elif next - edge == 1 %}
        WHEN {{ value }} >= {{ edge }} THEN '{{ edge }}'
        {%- else %}
        WHEN {{ value }} >= {{ edge }} THEN '{{ edge }}-{{ next - 1 }}'
        {%- endif %}
        {%- endfor %}
        WHEN {{ value }} < {{ edges[0] }} THEN '<{{ edges[0] }}'
    END
{%- endmacro %}
