{# How many people share each combination of quasi-identifiers as given: all that the search of levels reads.
   In:      model (name, path, line, sql), unit, columns (quasi-identifiers), one_row_per_unit.
   Out:     private.<model>__frequencies: the columns and people.
   Promise: people count once, rows of one person being one row first. #}
{% macro frequency_set(model, unit, columns, one_row_per_unit) -%}
{%- set relation = "authored" if one_row_per_unit else "people" -%}
CREATE TABLE private.{{ (model.name ~ "__frequencies") | identifier }} AS
WITH authored AS (  -- {{ model.path }}:{{ model.line }}, as written
{{ model.sql }}
)
{%- if not one_row_per_unit %},

people AS (  -- one row a person
    {{ one_row_per_unit_rows("authored", unit, columns) | indent(4) }}
)
{%- endif %}

SELECT
    {%- for column in columns %}
    {{ column.name | identifier }},
    {%- endfor %}
    count(*) AS people
FROM {{ relation }}
WHERE {{ unit | identifier }} IS NOT NULL
GROUP BY
    {%- for column in columns %}
    {{ column.name | identifier }}{{ "," if not loop.last }}
    {%- endfor %};
{%- endmacro %}
