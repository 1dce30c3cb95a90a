{# Each person's generalized row, where more than quasi-identifiers is published.
   In:      model (name, path, line, sql), unit, columns (all but the unit, in order; role, hierarchy, level),
            one_row_per_unit.
   Out:     private.<model>__generalized.
   Promise: one row a person, none of nobody; a quasi-identifier is there at its level only. #}
{% macro generalized_people(model, unit, columns, one_row_per_unit) -%}
{%- set quasi = columns | selectattr("is_quasi_identifier") | list -%}
{%- set relation = "authored" if one_row_per_unit else "people" -%}
CREATE TABLE private.{{ (model.name ~ "__generalized") | identifier }} AS
WITH authored AS (  -- {{ model.path }}:{{ model.line }}, as written
{{ model.sql }}
)
{%- if not one_row_per_unit %},

people AS (  -- one row a person
    {{ one_row_per_unit_rows("authored", unit, columns) | indent(4) }}
)
{%- endif %}

SELECT
    {{ relation }}.{{ unit | identifier }},
    {%- for column in columns %}
    {%- set comma = "," if not loop.last %}
    {%- if column.is_quasi_identifier %}
    {{ generalized_column(relation, column) }}{{ comma }}  -- {{ column.comment }}
    {%- else %}
    {{ relation }}.{{ column.name | identifier }}{{ comma }}  -- {{ column.role }}
    {%- endif %}
    {%- endfor %}
FROM {{ relation }}
{{- taxonomy_joins(relation, quasi) }}
{{- recoding_join(relation, quasi) }}
WHERE {{ relation }}.{{ unit | identifier }} IS NOT NULL;
{%- endmacro %}
