{# What one person's rows in one group add to a column.
   In:      column (name, kind), relation (whose column it is, where several stand beside each other; or none).
   Out:     SQL of a whole number, of spreads of a list of them; NULL where no row counts. #}
{% macro per_person_total(column, relation=none) -%}
{%- set name = (relation ~ "." if relation else "") ~ (column.name | identifier) -%}
{%- if column.kind == "people" -%}
max({{ name }})
{%- elif column.kind in ("rows", "values") -%}
count({{ name }})
{%- elif column.kind == "squares" -%}
sum({{ name }} * {{ name }})
{%- elif column.kind == "spread" -%}
list({{ name }}) FILTER (WHERE {{ name }} IS NOT NULL)
{%- else -%}
sum({{ name }})
{%- endif -%}
{%- endmacro %}
