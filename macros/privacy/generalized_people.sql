{# Each person's generalized row: the first step of every protection of people.
   In:      model (name, path, line, sql), unit, columns (all but the unit, in order; role, hierarchy, level),
            one_row_per_unit; for personas also within_block (columns that order people) and within (the model
            whose classes they do not cross, or none).
   Out:     private.<model>__generalized; for personas with order_1 … and within_class.
   Promise: one row a person, none of nobody; a quasi-identifier is there at its level only, or to order by. #}
{% macro generalized_people(model, unit, columns, one_row_per_unit, within_block=none, within=none) -%}
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
    {%- set comma = "," if not loop.last or within_block is not none %}
    {%- if column.is_quasi_identifier %}
    {{ generalized_column(relation, column) }}{{ comma }}  -- {{ column.comment }}
    {%- else %}
    {{ relation }}.{{ column.name | identifier }}{{ comma }}  -- {{ column.role }}
    {%- endif %}
    {%- endfor %}
    {%- if within_block is not none %}
    {%- for name in within_block %}
    {{ relation }}.{{ name | identifier }} AS order_{{ loop.index }},
    {%- endfor %}
    {{ "units.class_id" if within else "CAST(NULL AS BIGINT)" }} AS within_class
    {%- endif %}
FROM {{ relation }}
{{- taxonomy_joins(relation, quasi) }}
{%- if within %}
LEFT JOIN private.{{ (within ~ "__units") | identifier }} AS units
    ON {{ relation }}.{{ unit | identifier }} = units.{{ unit | identifier }}
{%- endif %}
WHERE {{ relation }}.{{ unit | identifier }} IS NOT NULL;
{%- endmacro %}
