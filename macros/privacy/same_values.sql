{# The condition that two relations agree in some columns; NULL agrees with NULL.
   In:      left, right (aliases), names.
   Out:     a condition for ON; `true` for no names. #}
{% macro same_values(left, right, names) -%}
{%- for name in names %}
    {{ "ON" if loop.first else "AND" }} {{ left }}.{{ name | identifier }} IS NOT DISTINCT FROM {{ right }}.{{ name | identifier }}
{%- endfor -%}
{%- endmacro %}
