{# A column of all persons of a group together.
   In:      column (name, kind), is_finest (whether a person has one row in a group).
   Out:     SQL of a HUGEINT, 0 where nobody counts; of spreads of a MAP from each value to how many rows have it,
            NULL where none does. #}
{% macro exact_total(column, is_finest) -%}
{%- set name = "bounded." ~ (column.name | identifier) -%}
{%- if column.kind == "people" and is_finest -%}
CAST(count({{ name }}) AS HUGEINT)
{%- elif column.kind == "people" -%}
CAST(count(DISTINCT CASE WHEN {{ name }} IS NOT NULL THEN bounded.pt_person END) AS HUGEINT)
{%- elif column.kind == "spread" -%}
list_aggregate(flatten(list({{ name }})), 'histogram')
{%- else -%}
CAST(coalesce(sum({{ name }}), 0) AS HUGEINT)
{%- endif -%}
{%- endmacro %}
