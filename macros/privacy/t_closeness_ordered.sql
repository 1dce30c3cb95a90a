{# t-closeness with values as far apart as their places in an order (Li et al. 2007): 1 / (m - 1) * the sum of how
   far classes and everybody differ up to each value. NULL has no place: it is 1 from every value.
   In:      rule (bound); in scope: the CTEs of `class_shares`.
   Out:     CTEs, the last of them `near`: class_number of the classes that satisfy it.
   Promise: what is told equal to t is so at nine decimals, or exactly where nobody has NULL. #}
{% macro t_closeness_ordered(rule) -%}
places AS (  -- the values that somebody has, in their order
    SELECT
        value_totals.sensitive_value,
        row_number() OVER (ORDER BY value_totals.sensitive_value) AS place,
        CAST(sum(value_totals.value_people) OVER (ORDER BY value_totals.sensitive_value) AS BIGINT) AS up_to,
        CAST(sum(value_totals.value_people) OVER () AS BIGINT) AS all_known,
        count(*) OVER () AS value_places
    FROM value_totals
    WHERE value_totals.sensitive_value IS NOT NULL
),

placed AS (
    SELECT
        shares.class_number,
        places.place,
        shares.people
    FROM shares
    INNER JOIN places
        ON shares.sensitive_value = places.sensitive_value
),

differences AS (  -- each class at each value, times all people
    SELECT
        sized_classes.class_number,
        sized_classes.class_people,
        sized_classes.known_people,
        places.all_known,
        places.value_places,
        total.everybody,
        CAST(sum(coalesce(placed.people, 0)) OVER (
            PARTITION BY sized_classes.class_number
            ORDER BY places.place
        ) AS BIGINT) * places.all_known - places.up_to * sized_classes.known_people AS class_difference
    FROM sized_classes
    CROSS JOIN places
    CROSS JOIN total
    LEFT JOIN placed
        ON sized_classes.class_number = placed.class_number
        AND places.place = placed.place
),

near AS (
    SELECT differences.class_number
    FROM differences
    GROUP BY
        differences.class_number,
        differences.class_people,
        differences.known_people,
        differences.all_known,
        differences.value_places,
        differences.everybody
    HAVING CASE
        WHEN differences.everybody = differences.all_known
            THEN sum(abs(differences.class_difference)) / (differences.class_people * greatest(differences.value_places - 1, 1) * differences.all_known)
        ELSE round(
            sum(abs(differences.class_difference)) / (differences.class_people * greatest(differences.value_places - 1, 1) * differences.all_known)
            + abs((differences.class_people - differences.known_people) * differences.everybody - (differences.everybody - differences.all_known) * differences.class_people)
            / (differences.class_people * differences.everybody),
            9
        )
    END <= {{ rule.bound }}
)
{%- endmacro %}
