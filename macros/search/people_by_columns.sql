{# How many people share each combination of some columns as given.
   In:      table (to create), model (path, line, sql), unit, columns, one_row_per_unit.
   Out:     private.<table>: the columns and people.
   Promise: people count once, rows of one person being one row first; where they disagree, the value is NULL. #}
{% macro people_by_columns(table, model, unit, columns, one_row_per_unit) -%}
{%- set relation = "authored" if one_row_per_unit else "people" -%}
CREATE TABLE private.{{ table | identifier }} AS
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
