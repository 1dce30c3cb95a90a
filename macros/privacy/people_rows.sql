{# People as they are read by the author's SELECT.
   In:      model (name, path, line, sql), unit, columns (all but the unit), one_row_per_unit; within (the model
            whose classes they do not cross, or none).
   Out:     CTEs, the last of them `people`: the unit, the columns as given, and within_class where there is
            `within`.
   Promise: one row a person, none of nobody. #}
{% macro people_rows(model, unit, columns, one_row_per_unit, within=none) -%}
{%- set relation = "authored" if one_row_per_unit else "merged" -%}
authored AS (  -- {{ model.path }}:{{ model.line }}, as written
{{ model.sql }}
),
{%- if not one_row_per_unit %}

merged AS (  -- one row a person
    {{ one_row_per_unit_rows("authored", unit, columns) | indent(4) }}
),
{%- endif %}

people AS (
    SELECT
        {{ relation }}.{{ unit | identifier }}
        {%- for column in columns %},
        {{ relation }}.{{ column.name | identifier }}
        {%- endfor %}
        {%- if within %},
        units.class_id AS within_class
        {%- endif %}
    FROM {{ relation }}
    {%- if within %}
    LEFT JOIN private.{{ (within ~ "__units") | identifier }} AS units
        ON {{ relation }}.{{ unit | identifier }} = units.{{ unit | identifier }}
    {%- endif %}
    WHERE {{ relation }}.{{ unit | identifier }} IS NOT NULL
)
{%- endmacro %}
