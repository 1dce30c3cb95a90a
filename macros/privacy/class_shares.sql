{# What models need that compare classes of at least k people with everybody, people later left out among them.
   In:      values (the relation that `class_values` makes), names (columns that make a class), k.
   Out:     CTEs, the last of them `shares`: class_number, sensitive_value, people, class_people, known_people,
            value_people (all who have the value), everybody (all people); before it `sized_classes`,
            `value_totals` and `total`.
   Promise: a class of at least k people is there with all its values. #}
{% macro class_shares(values, names, k) -%}
sized_classes AS MATERIALIZED (
    {{ sized_classes(values, names, k) | indent(4) }}
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
),

shares AS (
    SELECT
        sized_classes.class_number,
        class_values.sensitive_value,
        class_values.people,
        sized_classes.class_people,
        sized_classes.known_people,
        value_totals.value_people,
        total.everybody
    FROM {{ values }} AS class_values
    INNER JOIN sized_classes
    {{- same_values("class_values", "sized_classes", names) | indent(4) }}
    INNER JOIN value_totals
        ON class_values.sensitive_value IS NOT DISTINCT FROM value_totals.sensitive_value
    CROSS JOIN total
)
{%- endmacro %}
