{# How many people share each combination of quasi-identifiers as given and each value of a sensitive column: what
   the search reads of privacy models.
   In:      model (name, path, line, sql), unit, columns (quasi-identifiers), sensitive (column), number (of it),
            one_row_per_unit.
   Out:     private.<model>__sensitive_<number>: the columns, the sensitive one and people.
   Promise: people count once, rows of one person being one row first; where they disagree, the value is NULL. #}
{% macro sensitive_counts(model, unit, columns, sensitive, number, one_row_per_unit) -%}
{%- set relation = "authored" if one_row_per_unit else "people" -%}
{%- set all = (columns | list) + [sensitive] -%}
CREATE TABLE private.{{ (model.name ~ "__sensitive_" ~ number) | identifier }} AS
WITH authored AS (  -- {{ model.path }}:{{ model.line }}, as written
{{ model.sql }}
)
{%- if not one_row_per_unit %},

people AS (  -- one row a person
    {{ one_row_per_unit_rows("authored", unit, all) | indent(4) }}
)
{%- endif %}

SELECT
    {%- for column in all %}
    {{ column.name | identifier }},
    {%- endfor %}
    count(*) AS people
FROM {{ relation }}
WHERE {{ unit | identifier }} IS NOT NULL
GROUP BY
    {%- for column in all %}
    {{ column.name | identifier }}{{ "," if not loop.last }}
    {%- endfor %};
{%- endmacro %}
