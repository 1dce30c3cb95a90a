-- call:  l_diversity_distinct(rule('l_diversity_distinct', 2, 2))
-- run:   SELECT x FROM (VALUES ('a', 1, 3), ('a', 2, 1), ('b', 1, 3), ('b', NULL, 9)) AS class_values(x, sensitive_value, people) GROUP BY x HAVING {} ORDER BY ALL
-- gives: a
count(class_values.sensitive_value) >= 2


-- call:  l_diversity_entropy(rule('l_diversity_entropy', 2))
-- run:   SELECT x FROM (VALUES ('a', 1, 3), ('a', 2, 3), ('b', 1, 3), ('b', 2, 4), ('c', 1, 3), ('c', NULL, 3), ('d', NULL, 9)) AS class_values(x, sensitive_value, people) GROUP BY x HAVING {} ORDER BY ALL
-- gives: a
round(exp(
    ln(sum(class_values.people))
    - sum(class_values.people * ln(class_values.people)) / sum(class_values.people)
), 9) >= 2.0e0
AND round(exp(
    ln(sum(CASE WHEN class_values.sensitive_value IS NOT NULL THEN class_values.people END))
    - sum(CASE WHEN class_values.sensitive_value IS NOT NULL THEN class_values.people END * ln(class_values.people))
    / sum(CASE WHEN class_values.sensitive_value IS NOT NULL THEN class_values.people END)
), 9) >= 2.0e0


-- call:  l_diversity_recursive(rule('l_diversity_recursive', 2, 2))
-- run:   SELECT x FROM (VALUES ('a', 1, 5), ('a', 2, 3), ('b', 1, 6), ('b', 2, 3), ('c', 1, 3), ('c', NULL, 3), ('d', 1, 2), ('d', 2, 2), ('d', NULL, 3)) AS class_values(x, sensitive_value, people) GROUP BY x HAVING {} ORDER BY ALL
-- gives: a; d
max(class_values.people) * 1 < 2 * (
    sum(CASE WHEN class_values.sensitive_value IS NOT NULL THEN class_values.people END)
    - list_sum(max(CASE WHEN class_values.sensitive_value IS NOT NULL THEN class_values.people END, 1))
)


-- call:  alpha_k(rule('alpha_k', 0.8))
-- run:   SELECT x FROM (VALUES ('a', 1, 4), ('a', 2, 1), ('b', 1, 5), ('b', 2, 1), ('c', NULL, 9), ('c', 1, 1)) AS class_values(x, sensitive_value, people) GROUP BY x HAVING {} ORDER BY ALL
-- gives: a
max(class_values.people) * 5 <= 4 * sum(class_values.people)


-- call:  most_present(rule('most_present', 0.5))
-- run:   SELECT x FROM (VALUES ('a', TRUE, 1), ('a', FALSE, 1), ('b', TRUE, 1), ('b', NULL, 1), ('c', FALSE, 9)) AS class_values(x, sensitive_value, people) GROUP BY x HAVING {} ORDER BY ALL
-- gives: a; c
sum(CASE WHEN NOT class_values.sensitive_value THEN 0 ELSE class_values.people END) * 2
<= 1 * sum(class_values.people)


-- call:  least_present(rule('least_present', 0.5))
-- run:   SELECT x FROM (VALUES ('a', TRUE, 1), ('a', FALSE, 1), ('b', TRUE, 1), ('b', NULL, 2), ('c', FALSE, 9)) AS class_values(x, sensitive_value, people) GROUP BY x HAVING {} ORDER BY ALL
-- gives: a
sum(CASE WHEN class_values.sensitive_value THEN class_values.people ELSE 0 END) * 2
>= 1 * sum(class_values.people)


-- call:  t_closeness_equal(rule('t_closeness_equal', 0.25))
-- run:   SELECT x FROM (VALUES ('a', 1, 3, 4, 4, 8), ('a', 2, 1, 4, 4, 8), ('b', 1, 4, 4, 4, 8)) AS class_values(x, sensitive_value, people, class_people, value_people, everybody) GROUP BY x HAVING {} ORDER BY ALL
-- gives: a
sum(greatest(
    class_values.people * class_values.everybody
    - class_values.value_people * class_values.class_people,
    0
)) * 4
<= 1 * sum(class_values.people) * max(class_values.everybody)


-- call:  delta_disclosure(rule('delta_disclosure', 1.0))
-- run:   SELECT x FROM (VALUES ('a', 1, 3, 4, 4, 8), ('a', 2, 2, 4, 4, 8), ('b', 1, 4, 4, 4, 8)) AS class_values(x, sensitive_value, people, class_people, value_people, everybody) GROUP BY x HAVING {} ORDER BY ALL
-- gives: a
max(round(abs(log2(
    class_values.people * class_values.everybody
    / (class_values.value_people * class_values.class_people)
)), 9)) < 1.0e0


-- call:  beta_likeness(rule('beta_likeness', 1.0))
-- run:   SELECT x FROM (VALUES ('a', 1, 4, 4, 4, 8), ('b', 1, 4, 4, 3, 8)) AS class_values(x, sensitive_value, people, class_people, value_people, everybody) GROUP BY x HAVING {} ORDER BY ALL
-- gives: a
max(
    (class_values.people * class_values.everybody - class_values.value_people * class_values.class_people)
    / (class_values.value_people * class_values.class_people)
) <= 1.0e0


-- call:  beta_likeness_enhanced(rule('beta_likeness_enhanced', 1.0))
-- run:   SELECT x FROM (VALUES ('a', 1, 4, 4, 4, 8), ('b', 1, 2, 4, 3, 8)) AS class_values(x, sensitive_value, people, class_people, value_people, everybody) GROUP BY x HAVING {} ORDER BY ALL
-- gives: b
max(
    (class_values.people * class_values.everybody - class_values.value_people * class_values.class_people)
    / (class_values.value_people * class_values.class_people)
) <= 1.0e0
AND max(CASE
    WHEN class_values.people * class_values.everybody > class_values.value_people * class_values.class_people
        THEN round((class_values.people * class_values.everybody - class_values.value_people * class_values.class_people)
            / (class_values.value_people * class_values.class_people) + ln(class_values.value_people / class_values.everybody), 9)
    ELSE -1
END) < 0


-- call:  class_condition(rule('alpha_k', 0.8))
-- run:   SELECT x FROM (VALUES ('a', 1, 4), ('a', 2, 1), ('b', 1, 5), ('b', 2, 1)) AS class_values(x, sensitive_value, people) GROUP BY x HAVING {} ORDER BY ALL
-- gives: a
max(class_values.people) * 5 <= 4 * sum(class_values.people)


-- given: CREATE TABLE private.people AS FROM (VALUES (1, 'a', 'high'), (2, 'a', 'high'), (3, 'a', NULL), (4, 'b', 'low')) AS t(person_id, x, screening)
-- call:  class_values('seen', 1, ['x'], 'private.people', 'screening')
-- run:   {} FROM private.seen__class_values_1 ORDER BY ALL
-- gives: a, high, 2; a, NULL, 1; b, low, 1
CREATE TABLE private.seen__class_values_1 AS
SELECT
    people.x,
    people.screening AS sensitive_value,
    count(*) AS people
FROM private.people AS people
GROUP BY
    people.x,
    people.screening;


-- given: CREATE TABLE private.seen__class_values_1 AS FROM (VALUES ('a', 'high', 2), ('a', NULL, 1), ('b', 'high', 1)) AS t(x, sensitive_value, people)
-- call:  class_shares('seen', 1, ['x'], 2)
-- run:   {} FROM private.seen__class_shares_1 ORDER BY ALL
-- gives: a, high, 2, 3, 3, 4; a, NULL, 1, 3, 1, 4
CREATE TABLE private.seen__class_shares_1 AS
WITH class_sizes AS (
    SELECT
        class_values.x,
        CAST(sum(class_values.people) AS BIGINT) AS class_people
    FROM private.seen__class_values_1 AS class_values
    GROUP BY
        class_values.x
    HAVING CAST(sum(class_values.people) AS BIGINT) >= 2
),

value_totals AS (
    SELECT
        class_values.sensitive_value,
        CAST(sum(class_values.people) AS BIGINT) AS value_people
    FROM private.seen__class_values_1 AS class_values
    GROUP BY class_values.sensitive_value
),

total AS (
    SELECT CAST(sum(class_values.people) AS BIGINT) AS everybody
    FROM private.seen__class_values_1 AS class_values
)

SELECT
    class_values.*,
    class_sizes.class_people,
    value_totals.value_people,
    total.everybody
FROM private.seen__class_values_1 AS class_values
INNER JOIN class_sizes
    ON class_values.x IS NOT DISTINCT FROM class_sizes.x
INNER JOIN value_totals
    ON class_values.sensitive_value IS NOT DISTINCT FROM value_totals.sensitive_value
CROSS JOIN total;


-- given: CREATE TABLE private.seen__class_values_1 AS FROM (VALUES ('a', 1, 2), ('a', 3, 2), ('b', 1, 2), ('b', 2, 2)) AS t(x, sensitive_value, people)
-- given: CREATE TABLE private.seen__class_shares_1 AS SELECT *, 4 AS class_people, CASE sensitive_value WHEN 1 THEN 4 ELSE 2 END AS value_people, 8 AS everybody FROM private.seen__class_values_1
-- call:  t_closeness_ordered('seen', 1, ['x'], rule('t_closeness_ordered', 0.125))
-- run:   {} ORDER BY ALL
-- gives: a; b
WITH class_sizes AS (
    SELECT
        class_values.x,
        max(class_values.class_people) AS class_people,
        max(class_values.everybody) AS everybody,
        CAST(sum(CASE WHEN class_values.sensitive_value IS NOT NULL THEN class_values.people ELSE 0 END) AS BIGINT) AS known_people
    FROM private.seen__class_shares_1 AS class_values
    GROUP BY
        class_values.x
),

value_totals AS (
    SELECT
        class_values.sensitive_value,
        CAST(sum(class_values.people) AS BIGINT) AS people
    FROM private.seen__class_values_1 AS class_values
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
                class_sizes.x
            ORDER BY places.sensitive_value
        ) AS BIGINT) * places.known_people - places.up_to * class_sizes.known_people AS class_difference
    FROM class_sizes
    CROSS JOIN places
    LEFT JOIN private.seen__class_shares_1 AS class_values
    ON class_sizes.x IS NOT DISTINCT FROM class_values.x
    AND places.sensitive_value = class_values.sensitive_value
)

SELECT
    x
FROM differences
GROUP BY
    x,
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
END <= 0.125e0


-- given: CREATE TABLE private.seen__class_values_1 AS FROM (VALUES ('a', 1, 2), ('a', NULL, 2), ('b', 1, 2), ('b', 2, 2)) AS t(x, sensitive_value, people)
-- given: CREATE TABLE private.seen__class_shares_1 AS SELECT *, 4 AS class_people, CASE sensitive_value WHEN 1 THEN 4 ELSE 2 END AS value_people, 8 AS everybody FROM private.seen__class_values_1
-- call:  t_closeness_ordered('seen', 1, ['x'], rule('t_closeness_ordered', 0.42))
-- run:   {} ORDER BY ALL
-- gives: a; b
WITH class_sizes AS (
    SELECT
        class_values.x,
        max(class_values.class_people) AS class_people,
        max(class_values.everybody) AS everybody,
        CAST(sum(CASE WHEN class_values.sensitive_value IS NOT NULL THEN class_values.people ELSE 0 END) AS BIGINT) AS known_people
    FROM private.seen__class_shares_1 AS class_values
    GROUP BY
        class_values.x
),

value_totals AS (
    SELECT
        class_values.sensitive_value,
        CAST(sum(class_values.people) AS BIGINT) AS people
    FROM private.seen__class_values_1 AS class_values
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
                class_sizes.x
            ORDER BY places.sensitive_value
        ) AS BIGINT) * places.known_people - places.up_to * class_sizes.known_people AS class_difference
    FROM class_sizes
    CROSS JOIN places
    LEFT JOIN private.seen__class_shares_1 AS class_values
    ON class_sizes.x IS NOT DISTINCT FROM class_values.x
    AND places.sensitive_value = class_values.sensitive_value
)

SELECT
    x
FROM differences
GROUP BY
    x,
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
END <= 0.42e0


-- given: CREATE TABLE hierarchy.trees AS FROM (VALUES ('Ash', 'Broadleaf'), ('Oak', 'Broadleaf'), ('Fir', 'Conifer')) AS t(level_0, level_1)
-- given: CREATE TABLE private.seen__class_values_1 AS FROM (VALUES ('a', 'Ash', 2), ('a', 'Fir', 2), ('b', 'Ash', 2), ('b', 'Oak', 2)) AS t(x, sensitive_value, people)
-- given: CREATE TABLE private.seen__class_shares_1 AS SELECT *, 4 AS class_people, CASE sensitive_value WHEN 'Ash' THEN 4 ELSE 2 END AS value_people, 8 AS everybody FROM private.seen__class_values_1
-- call:  t_closeness_hierarchical('seen', 1, ['x'], rule('t_closeness_hierarchical', 0.25, 0, [tree(1), tree(2)]))
-- run:   {} ORDER BY ALL
-- gives: a; b
WITH class_sizes AS (
    SELECT
        class_values.x,
        max(class_values.class_people) AS class_people,
        max(class_values.everybody) AS everybody
    FROM private.seen__class_shares_1 AS class_values
    GROUP BY
        class_values.x
),

value_totals AS (
    SELECT
        class_values.sensitive_value AS tree,
        CAST(sum(class_values.people) AS BIGINT) AS people
    FROM private.seen__class_values_1 AS class_values
    GROUP BY class_values.sensitive_value
),

places AS (  -- what each value is under
    SELECT
        value_totals.tree AS level_0,
        value_totals.people,
        CASE
        WHEN value_totals.tree IS NULL THEN NULL
        ELSE coalesce(tree_levels.level_1, '*')
    END AS level_1,
        '*' AS level_2
    FROM value_totals
    LEFT JOIN hierarchy.trees AS tree_levels
        ON CAST(value_totals.tree AS VARCHAR) = tree_levels.level_0
),

differences AS (  -- what each class has too much of each value, times all people
    SELECT
        class_sizes.*,
        places.level_1,
        places.level_2,
        places.level_0,
        coalesce(class_values.people, 0) * class_sizes.everybody - places.people * class_sizes.class_people AS class_difference
    FROM class_sizes
    CROSS JOIN places
    LEFT JOIN private.seen__class_shares_1 AS class_values
    ON class_sizes.x IS NOT DISTINCT FROM class_values.x
    AND places.level_0 IS NOT DISTINCT FROM class_values.sensitive_value
),

moved AS (  -- below the nodes of each height
    SELECT
        x,
        class_people,
        everybody,
        1 * least(sum(greatest(class_difference, 0)), sum(greatest(-class_difference, 0))) AS class_moved
    FROM (
        SELECT
            x,
            class_people,
            everybody,
            level_1,
            sum(class_difference) AS class_difference
        FROM differences
        GROUP BY
            x,
            class_people,
            everybody,
            level_1,
            level_0
    ) AS children
    GROUP BY
        x,
        class_people,
        everybody,
        level_1
    UNION ALL
    SELECT
        x,
        class_people,
        everybody,
        2 * least(sum(greatest(class_difference, 0)), sum(greatest(-class_difference, 0))) AS class_moved
    FROM (
        SELECT
            x,
            class_people,
            everybody,
            level_2,
            sum(class_difference) AS class_difference
        FROM differences
        GROUP BY
            x,
            class_people,
            everybody,
            level_2,
            level_1
    ) AS children
    GROUP BY
        x,
        class_people,
        everybody,
        level_2
)

SELECT
    x
FROM moved
GROUP BY
    x,
    class_people,
    everybody
HAVING sum(class_moved) * 4 <= 2 * class_people * everybody


-- given: CREATE TABLE private.people AS FROM (VALUES (1, 'a', 'high', TRUE), (2, 'a', 'low', TRUE), (3, 'b', 'low', TRUE), (4, 'b', 'low', FALSE)) AS t(person_id, x, screening, in_study)
-- call:  accepted_classes('seen', ['x'], 'private.people', 2, [sensitive(1, 'screening', [rule('l_diversity_distinct', 2, 2)], [rule('t_closeness_equal', 0.25)], [rule('t_closeness_ordered', 0.25)]), sensitive(2, 'in_study', [rule('least_present', 0.5)])])
-- run:   {} SELECT 'accepted', x FROM private.seen__accepted_1 UNION ALL SELECT 'close', x FROM private.seen__close_1_1 UNION ALL SELECT 'present', x FROM private.seen__accepted_2 ORDER BY ALL
-- gives: accepted, a; accepted, b; close, a; close, b; present, a; present, b
-- people of each class by `screening`
CREATE TABLE private.seen__class_values_1 AS
SELECT
    people.x,
    people.screening AS sensitive_value,
    count(*) AS people
FROM private.people AS people
GROUP BY
    people.x,
    people.screening;

CREATE TABLE private.seen__class_shares_1 AS
WITH class_sizes AS (
    SELECT
        class_values.x,
        CAST(sum(class_values.people) AS BIGINT) AS class_people
    FROM private.seen__class_values_1 AS class_values
    GROUP BY
        class_values.x
    HAVING CAST(sum(class_values.people) AS BIGINT) >= 2
),

value_totals AS (
    SELECT
        class_values.sensitive_value,
        CAST(sum(class_values.people) AS BIGINT) AS value_people
    FROM private.seen__class_values_1 AS class_values
    GROUP BY class_values.sensitive_value
),

total AS (
    SELECT CAST(sum(class_values.people) AS BIGINT) AS everybody
    FROM private.seen__class_values_1 AS class_values
)

SELECT
    class_values.*,
    class_sizes.class_people,
    value_totals.value_people,
    total.everybody
FROM private.seen__class_values_1 AS class_values
INNER JOIN class_sizes
    ON class_values.x IS NOT DISTINCT FROM class_sizes.x
INNER JOIN value_totals
    ON class_values.sensitive_value IS NOT DISTINCT FROM value_totals.sensitive_value
CROSS JOIN total;

CREATE TABLE private.seen__accepted_1 AS
SELECT
    class_values.x
FROM private.seen__class_shares_1 AS class_values
GROUP BY
    class_values.x
HAVING
    sum(greatest(
        class_values.people * class_values.everybody
        - class_values.value_people * class_values.class_people,
        0
    )) * 4
    <= 1 * sum(class_values.people) * max(class_values.everybody);

CREATE TABLE private.seen__close_1_1 AS
WITH class_sizes AS (
    SELECT
        class_values.x,
        max(class_values.class_people) AS class_people,
        max(class_values.everybody) AS everybody,
        CAST(sum(CASE WHEN class_values.sensitive_value IS NOT NULL THEN class_values.people ELSE 0 END) AS BIGINT) AS known_people
    FROM private.seen__class_shares_1 AS class_values
    GROUP BY
        class_values.x
),

value_totals AS (
    SELECT
        class_values.sensitive_value,
        CAST(sum(class_values.people) AS BIGINT) AS people
    FROM private.seen__class_values_1 AS class_values
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
                class_sizes.x
            ORDER BY places.sensitive_value
        ) AS BIGINT) * places.known_people - places.up_to * class_sizes.known_people AS class_difference
    FROM class_sizes
    CROSS JOIN places
    LEFT JOIN private.seen__class_shares_1 AS class_values
    ON class_sizes.x IS NOT DISTINCT FROM class_values.x
    AND places.sensitive_value = class_values.sensitive_value
)

SELECT
    x
FROM differences
GROUP BY
    x,
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
END <= 0.25e0;

-- people of each class by `in_study`
CREATE TABLE private.seen__class_values_2 AS
SELECT
    people.x,
    people.in_study AS sensitive_value,
    count(*) AS people
FROM private.people AS people
GROUP BY
    people.x,
    people.in_study;

CREATE TABLE private.seen__accepted_2 AS
SELECT
    class_values.x
FROM private.seen__class_values_2 AS class_values
GROUP BY
    class_values.x
HAVING
    sum(CASE WHEN class_values.sensitive_value THEN class_values.people ELSE 0 END) * 2
    >= 1 * sum(class_values.people);


-- given: CREATE TABLE private.people AS FROM (VALUES (1, 'a', 'high'), (2, 'a', 'low'), (3, 'b', 'low'), (4, 'b', 'low')) AS t(person_id, x, screening)
-- call:  numbered_classes('seen', ['x'], 'private.people', 'count(*)', 2, [sensitive(1, 'screening', [rule('l_diversity_distinct', 2, 2)], [rule('t_closeness_equal', 0.25)])])
-- run:   {} FROM private.seen__classes
-- gives: a, 2, 1, 1
-- people of each class by `screening`
CREATE TABLE private.seen__class_values_1 AS
SELECT
    people.x,
    people.screening AS sensitive_value,
    count(*) AS people
FROM private.people AS people
GROUP BY
    people.x,
    people.screening;

CREATE TABLE private.seen__class_shares_1 AS
WITH class_sizes AS (
    SELECT
        class_values.x,
        CAST(sum(class_values.people) AS BIGINT) AS class_people
    FROM private.seen__class_values_1 AS class_values
    GROUP BY
        class_values.x
    HAVING CAST(sum(class_values.people) AS BIGINT) >= 2
),

value_totals AS (
    SELECT
        class_values.sensitive_value,
        CAST(sum(class_values.people) AS BIGINT) AS value_people
    FROM private.seen__class_values_1 AS class_values
    GROUP BY class_values.sensitive_value
),

total AS (
    SELECT CAST(sum(class_values.people) AS BIGINT) AS everybody
    FROM private.seen__class_values_1 AS class_values
)

SELECT
    class_values.*,
    class_sizes.class_people,
    value_totals.value_people,
    total.everybody
FROM private.seen__class_values_1 AS class_values
INNER JOIN class_sizes
    ON class_values.x IS NOT DISTINCT FROM class_sizes.x
INNER JOIN value_totals
    ON class_values.sensitive_value IS NOT DISTINCT FROM value_totals.sensitive_value
CROSS JOIN total;

CREATE TABLE private.seen__accepted_1 AS
SELECT
    class_values.x
FROM private.seen__class_shares_1 AS class_values
GROUP BY
    class_values.x
HAVING
    sum(greatest(
        class_values.people * class_values.everybody
        - class_values.value_people * class_values.class_people,
        0
    )) * 4
    <= 1 * sum(class_values.people) * max(class_values.everybody);

CREATE TABLE private.seen__classes AS
WITH large_classes AS (
    SELECT
        class_values.x,
        CAST(sum(class_values.people) AS BIGINT) AS people
    FROM private.seen__class_values_1 AS class_values
    GROUP BY
        class_values.x
    HAVING
        CAST(sum(class_values.people) AS BIGINT) >= 2
        AND count(class_values.sensitive_value) >= 2
),

accepted AS (  -- by all models
    SELECT large_classes.*
    FROM large_classes
    SEMI JOIN private.seen__accepted_1 AS accepted_1
        ON large_classes.x IS NOT DISTINCT FROM accepted_1.x
),

everybody AS (
    SELECT CAST(sum(class_values.people) AS BIGINT) AS people
    FROM private.seen__class_values_1 AS class_values
),

large_enough AS (
    WITH numbered AS (  -- smallest first
        SELECT
            x,
            people,
            row_number() OVER (
                ORDER BY
                    people,
                    x
            ) AS class_id
        FROM accepted
    ),

    left_out AS (
        SELECT (
            SELECT sum(everybody.people)
            FROM everybody AS everybody
        ) - coalesce(sum(accepted.people), 0) AS people
        FROM accepted
    )

    SELECT
        numbered.x,
        numbered.people,
        numbered.class_id
    FROM numbered
    CROSS JOIN left_out
    WHERE numbered.class_id > 1 OR left_out.people NOT BETWEEN 1 AND 1
)

SELECT
    *,
    row_number() OVER (ORDER BY x) AS position
FROM large_enough;


-- given: CREATE TABLE private.stg AS FROM (VALUES (1, 'F', 'low'), (2, 'F', NULL), (2, 'F', NULL), (3, 'M', 'low'), (3, 'M', 'high'), (NULL, 'M', 'low')) AS t(person_id, gender, screening)
-- call:  sensitive_counts(model('people', 'SELECT * FROM private.stg'), 'person_id', [gender()], screening, 1, False)
-- run:   {} FROM private.people__sensitive_1 ORDER BY ALL
-- gives: F, low, 1; F, NULL, 1; M, NULL, 1
CREATE TABLE private.people__sensitive_1 AS
WITH authored AS (  -- models/people.sql:1, as written
    SELECT * FROM private.stg
),

people AS (  -- one row a person
    SELECT
        person_id,
        CASE
            WHEN min(gender) = max(gender) THEN min(gender)
        END AS gender,
        CASE
            WHEN min(screening) = max(screening) THEN min(screening)
        END AS screening
    FROM authored
    GROUP BY person_id
)

SELECT
    gender,
    screening,
    count(*) AS people
FROM people
WHERE person_id IS NOT NULL
GROUP BY
    gender,
    screening;
