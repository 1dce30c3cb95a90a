{# t-closeness with values as far apart as their places in an order (Li et al. 2007): 1 / (m - 1) * the sum of how
   far classes and everybody differ up to each value. NULL has no place: it is 1 from every value.
   In:      name (model), number (of the sensitive column), names (columns that make a class), rule (bound).
   Out:     a SELECT of the classes that satisfy it.
   Promise: what is told equal to t is so at nine decimals, or exactly where nobody has NULL. #}
{% macro t_closeness_ordered(name, number, names, rule) -%}
{%- set shares = "private." ~ ((name ~ "__class_shares_" ~ number) | identifier) -%}
WITH class_sizes AS (
    SELECT
        {%- for each in names %}
        class_values.{{ each | identifier }},
        {%- endfor %}
        max(class_values.class_people) AS class_people,
        max(class_values.everybody) AS everybody,
        CAST(sum(CASE WHEN class_values.sensitive_value IS NOT NULL THEN class_values.people ELSE 0 END) AS BIGINT) AS known_people
    FROM {{ shares }} AS class_values
    GROUP BY
        {%- for each in names %}
        class_values.{{ each | identifier }}{{ "," if not loop.last }}
        {%- endfor %}
),

value_totals AS (
    SELECT
        class_values.sensitive_value,
        CAST(sum(class_values.people) AS BIGINT) AS people
    FROM private.{{ (name ~ "__class_values_" ~ number) | identifier }} AS class_values
    WHERE class_values.sensitive_value IS NOT NULL
    GROUP BY class_values.sensitive_value
),

places AS (
    SELECT
        sensitive_value,
        CAST(sum(people) OVER (ORDER BY sensitive_value) AS BIGINT) AS up_to,
        CAST(sum(people) OVER () AS BIGINT) AS known_people,
        count(*) OVER () AS value_places
    FROM value_totals
),

differences AS (  -- each class at each value, times all people
    SELECT
        class_sizes.*,
        places.known_people AS all_known,
        places.value_places,
        CAST(sum(coalesce(class_values.people, 0)) OVER (
            PARTITION BY
                {%- for each in names %}
                class_sizes.{{ each | identifier }}{{ "," if not loop.last }}
                {%- endfor %}
            ORDER BY places.sensitive_value
        ) AS BIGINT) * places.known_people - places.up_to * class_sizes.known_people AS class_difference
    FROM class_sizes
    CROSS JOIN places
    LEFT JOIN {{ shares }} AS class_values
    {{- same_values("class_sizes", "class_values", names) }}
    AND places.sensitive_value = class_values.sensitive_value
)

SELECT
    {%- for each in names %}
    {{ each | identifier }}{{ "," if not loop.last }}
    {%- endfor %}
FROM differences
GROUP BY
    {%- for each in names %}
    {{ each | identifier }},
    {%- endfor %}
    class_people,
    everybody,
    known_people,
    all_known,
    value_places
HAVING CASE
    WHEN everybody = all_known THEN sum(abs(class_difference)) / (class_people * greatest(value_places - 1, 1) * all_known)
    ELSE round(
        sum(abs(class_difference)) / (class_people * greatest(value_places - 1, 1) * all_known)
        + abs((class_people - known_people) * everybody - (everybody - all_known) * class_people) / (class_people * everybody),
        9
    )
END <= {{ rule.bound }}
{%- endmacro %}
