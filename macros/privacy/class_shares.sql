{# What models need that compare classes of at least k people with everybody, people later left out among them.
   In:      name (model), number (of the sensitive column), names (columns that make a class), k.
   Out:     private.<name>__class_shares_<number>: the columns of a class, sensitive_value, people, class_people,
            value_people (all who have the value), everybody (all people).
   Promise: a class of at least k people is there with all its values. #}
{% macro class_shares(name, number, names, k) -%}
{%- set values = "private." ~ ((name ~ "__class_values_" ~ number) | identifier) -%}
CREATE TABLE private.{{ (name ~ "__class_shares_" ~ number) | identifier }} AS
WITH class_sizes AS (
    SELECT
        {%- for each in names %}
        class_values.{{ each | identifier }},
        {%- endfor %}
        CAST(sum(class_values.people) AS BIGINT) AS class_people
    FROM {{ values }} AS class_values
    GROUP BY
        {%- for each in names %}
        class_values.{{ each | identifier }}{{ "," if not loop.last }}
        {%- endfor %}
    HAVING CAST(sum(class_values.people) AS BIGINT) >= {{ k }}
),

value_totals AS (
    SELECT
        class_values.sensitive_value,
        CAST(sum(class_values.people) AS BIGINT) AS value_people
    FROM {{ values }} AS class_values
    GROUP BY class_values.sensitive_value
),

total AS (
    SELECT CAST(sum(class_values.people) AS BIGINT) AS everybody
    FROM {{ values }} AS class_values
)

SELECT
    class_values.*,
    class_sizes.class_people,
    value_totals.value_people,
    total.everybody
FROM {{ values }} AS class_values
INNER JOIN class_sizes
{{- same_values("class_values", "class_sizes", names) }}
INNER JOIN value_totals
    ON class_values.sensitive_value IS NOT DISTINCT FROM value_totals.sensitive_value
CROSS JOIN total;
{%- endmacro %}
