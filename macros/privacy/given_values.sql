{# The condition that a person is one of a combination of values as given; NULL agrees with NULL.
   In:      people, combinations (aliases), columns (quasi-identifiers), beside (other columns of both).
   Out:     a condition for ON; `true` for no columns. #}
{% macro given_values(people, combinations, columns, beside) -%}
{%- for name in beside %}
    {{ "ON" if loop.first else "AND" }} {{ people }}.{{ name | identifier }} IS NOT DISTINCT FROM {{ combinations }}.{{ name | identifier }}
{%- endfor -%}
{%- for column in columns %}
    {{ "ON" if loop.first and not beside else "AND" }} {{ people }}.{{ column.name | identifier }} IS NOT DISTINCT FROM {{ combinations }}.given_{{ loop.index }}
{%- endfor -%}
{%- endmacro %}
