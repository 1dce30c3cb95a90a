{# Several rows of a person as one.
   In:      relation, unit, columns.
   Out:     a SELECT with one row per unit.
   Promise: a column in which a person's rows disagree becomes NULL; no row order decides. #}
{% macro one_row_per_unit_rows(relation, unit, columns) -%}
SELECT
    {{ unit | identifier }}
    {%- for column in columns %},
    CASE
        WHEN min({{ column.name | identifier }}) = max({{ column.name | identifier }}) THEN min({{ column.name | identifier }})
    END AS {{ column.name | identifier }}
    {%- endfor %}
FROM {{ relation }}
GROUP BY {{ unit | identifier }}
{%- endmacro %}
