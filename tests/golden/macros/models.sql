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
-- call:  sized_classes('private.seen__class_values_1', ['x'], 2)
-- run:   {} ORDER BY ALL
-- gives: 1, a, 3, 2
SELECT
    row_number() OVER () AS class_number,
    class_values.x,
    CAST(sum(class_values.people) AS BIGINT) AS class_people,
    CAST(sum(CASE WHEN class_values.sensitive_value IS NOT NULL THEN class_values.people ELSE 0 END) AS BIGINT) AS known_people
FROM private.seen__class_values_1 AS class_values
GROUP BY
    class_values.x
HAVING CAST(sum(class_values.people) AS BIGINT) >= 2


-- given: CREATE TABLE private.seen__class_values_1 AS FROM (VALUES ('a', 'high', 2), ('a', NULL, 1), ('b', 'high', 1)) AS t(x, sensitive_value, people)
-- call:  class_shares('private.seen__class_values_1', ['x'], 2)
-- run:   WITH {} FROM shares ORDER BY ALL
-- gives: 1, high, 2, 3, 2, 3, 4; 1, NULL, 1, 3, 2, 1, 4
sized_classes AS MATERIALIZED (
    SELECT
        row_number() OVER () AS class_number,
        class_values.x,
        CAST(sum(class_values.people) AS BIGINT) AS class_people,
        CAST(sum(CASE WHEN class_values.sensitive_value IS NOT NULL THEN class_values.people ELSE 0 END) AS BIGINT) AS known_people
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
    FROM private.seen__class_values_1 AS class_values
    INNER JOIN sized_classes
        ON class_values.x IS NOT DISTINCT FROM sized_classes.x
    INNER JOIN value_totals
        ON class_values.sensitive_value IS NOT DISTINCT FROM value_totals.sensitive_value
    CROSS JOIN total
)


-- call:  near_by_conditions([rule('t_closeness_equal', 0.25), rule('beta_likeness', 1.0)])
-- run:   WITH shares AS (FROM (VALUES (1, 1, 3, 4, 4, 8), (1, 2, 1, 4, 4, 8), (2, 1, 4, 4, 4, 8)) AS t(class_number, sensitive_value, people, class_people, value_people, everybody)), {} FROM near
-- gives: 1
near AS (
    SELECT class_values.class_number
    FROM shares AS class_values
    GROUP BY class_values.class_number
    HAVING
        sum(greatest(
            class_values.people * class_values.everybody
            - class_values.value_people * class_values.class_people,
            0
        )) * 4
        <= 1 * sum(class_values.people) * max(class_values.everybody)
        AND max(
            (class_values.people * class_values.everybody - class_values.value_people * class_values.class_people)
            / (class_values.value_people * class_values.class_people)
        ) <= 1.0e0
)


-- given: CREATE TABLE private.seen__class_values_1 AS FROM (VALUES ('a', 1, 2), ('a', 2, 2), ('b', 1, 2)) AS t(x, sensitive_value, people)
-- call:  classes_alike('private.seen__class_values_1', ['x'], 2, 'near AS (SELECT class_number FROM sized_classes WHERE class_people > 3)')
-- run:   {}
-- gives: a
WITH sized_classes AS MATERIALIZED (
    SELECT
        row_number() OVER () AS class_number,
        class_values.x,
        CAST(sum(class_values.people) AS BIGINT) AS class_people,
        CAST(sum(CASE WHEN class_values.sensitive_value IS NOT NULL THEN class_values.people ELSE 0 END) AS BIGINT) AS known_people
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
    FROM private.seen__class_values_1 AS class_values
    INNER JOIN sized_classes
        ON class_values.x IS NOT DISTINCT FROM sized_classes.x
    INNER JOIN value_totals
        ON class_values.sensitive_value IS NOT DISTINCT FROM value_totals.sensitive_value
    CROSS JOIN total
),

near AS (SELECT class_number FROM sized_classes WHERE class_people > 3)

SELECT
    sized_classes.x
FROM sized_classes
SEMI JOIN near
    ON sized_classes.class_number = near.class_number


-- given: CREATE TABLE private.seen__class_values_1 AS FROM (VALUES ('a', 1, 2), ('a', 3, 2), ('b', 1, 2), ('b', 2, 2)) AS t(x, sensitive_value, people)
-- call:  classes_alike('private.seen__class_values_1', ['x'], 2, t_closeness_ordered(rule('t_closeness_ordered', 0.125)))
-- run:   {} ORDER BY ALL
-- gives: a; b
WITH sized_classes AS MATERIALIZED (
    SELECT
        row_number() OVER () AS class_number,
        class_values.x,
        CAST(sum(class_values.people) AS BIGINT) AS class_people,
        CAST(sum(CASE WHEN class_values.sensitive_value IS NOT NULL THEN class_values.people ELSE 0 END) AS BIGINT) AS known_people
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
    FROM private.seen__class_values_1 AS class_values
    INNER JOIN sized_classes
        ON class_values.x IS NOT DISTINCT FROM sized_classes.x
    INNER JOIN value_totals
        ON class_values.sensitive_value IS NOT DISTINCT FROM value_totals.sensitive_value
    CROSS JOIN total
),

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
    END <= 0.125e0
)

SELECT
    sized_classes.x
FROM sized_classes
SEMI JOIN near
    ON sized_classes.class_number = near.class_number


-- given: CREATE TABLE private.seen__class_values_1 AS FROM (VALUES ('a', 1, 2), ('a', NULL, 2), ('b', 1, 2), ('b', 2, 2)) AS t(x, sensitive_value, people)
-- call:  classes_alike('private.seen__class_values_1', ['x'], 2, t_closeness_ordered(rule('t_closeness_ordered', 0.42)))
-- run:   {} ORDER BY ALL
-- gives: a; b
WITH sized_classes AS MATERIALIZED (
    SELECT
        row_number() OVER () AS class_number,
        class_values.x,
        CAST(sum(class_values.people) AS BIGINT) AS class_people,
        CAST(sum(CASE WHEN class_values.sensitive_value IS NOT NULL THEN class_values.people ELSE 0 END) AS BIGINT) AS known_people
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
    FROM private.seen__class_values_1 AS class_values
    INNER JOIN sized_classes
        ON class_values.x IS NOT DISTINCT FROM sized_classes.x
    INNER JOIN value_totals
        ON class_values.sensitive_value IS NOT DISTINCT FROM value_totals.sensitive_value
    CROSS JOIN total
),

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
    END <= 0.42e0
)

SELECT
    sized_classes.x
FROM sized_classes
SEMI JOIN near
    ON sized_classes.class_number = near.class_number


-- given: CREATE TABLE hierarchy.trees AS FROM (VALUES ('Ash', 'Broadleaf'), ('Oak', 'Broadleaf'), ('Fir', 'Conifer')) AS t(level_0, level_1)
-- given: CREATE TABLE private.seen__class_values_1 AS FROM (VALUES ('a', 'Ash', 2), ('a', 'Fir', 2), ('b', 'Ash', 2), ('b', 'Oak', 2)) AS t(x, sensitive_value, people)
-- call:  classes_alike('private.seen__class_values_1', ['x'], 2, t_closeness_hierarchical(rule('t_closeness_hierarchical', 0.25, 0, [tree(1), tree(2)])))
-- run:   {} ORDER BY ALL
-- gives: a; b
WITH sized_classes AS MATERIALIZED (
    SELECT
        row_number() OVER () AS class_number,
        class_values.x,
        CAST(sum(class_values.people) AS BIGINT) AS class_people,
        CAST(sum(CASE WHEN class_values.sensitive_value IS NOT NULL THEN class_values.people ELSE 0 END) AS BIGINT) AS known_people
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
    FROM private.seen__class_values_1 AS class_values
    INNER JOIN sized_classes
        ON class_values.x IS NOT DISTINCT FROM sized_classes.x
    INNER JOIN value_totals
        ON class_values.sensitive_value IS NOT DISTINCT FROM value_totals.sensitive_value
    CROSS JOIN total
),

places AS (  -- what each value is under
    SELECT
        value_totals.tree AS level_0,
        CASE
        WHEN value_totals.tree IS NULL THEN NULL
        ELSE coalesce(tree_levels.level_1, '*')
    END AS level_1,
        '*' AS level_2
    FROM (SELECT value_totals.sensitive_value AS tree FROM value_totals) AS value_totals
    LEFT JOIN hierarchy.trees AS tree_levels
        ON CAST(value_totals.tree AS VARCHAR) = tree_levels.level_0
),

nodes AS (  -- and how many people of everybody are there
    SELECT
        places.level_0,
        dense_rank() OVER (ORDER BY places.level_1) AS node_1,
        dense_rank() OVER (ORDER BY places.level_1, places.level_0) AS child_1,
        CAST(sum(value_totals.value_people) OVER (PARTITION BY places.level_1) AS BIGINT) AS node_people_1,
        CAST(sum(value_totals.value_people) OVER (PARTITION BY places.level_1, places.level_0) AS BIGINT) AS child_people_1,
        dense_rank() OVER (ORDER BY places.level_2) AS node_2,
        dense_rank() OVER (ORDER BY places.level_2, places.level_1) AS child_2,
        CAST(sum(value_totals.value_people) OVER (PARTITION BY places.level_2) AS BIGINT) AS node_people_2,
        CAST(sum(value_totals.value_people) OVER (PARTITION BY places.level_2, places.level_1) AS BIGINT) AS child_people_2
    FROM places
    INNER JOIN value_totals
        ON places.level_0 IS NOT DISTINCT FROM value_totals.sensitive_value
),

placed AS (
    SELECT
        shares.class_number,
        shares.class_people,
        shares.everybody,
        shares.people,
        nodes.*
    FROM shares
    INNER JOIN nodes
        ON shares.sensitive_value IS NOT DISTINCT FROM nodes.level_0
),

moved AS (  -- below the nodes of each height, times all people
    SELECT
        children.class_number,
        children.class_people,
        children.everybody,
        1 * least(
            sum(greatest(children.people * children.everybody - children.child_people * children.class_people, 0)),
            sum(greatest(children.people * children.everybody - children.child_people * children.class_people, 0))
            - (sum(children.people) * children.everybody - children.node_people * children.class_people)
        ) AS class_moved
    FROM (
        SELECT
            placed.class_number,
            placed.class_people,
            placed.everybody,
            placed.node_1 AS node,
            placed.node_people_1 AS node_people,
            placed.child_people_1 AS child_people,
            sum(placed.people) AS people
        FROM placed
        GROUP BY
            placed.class_number,
            placed.class_people,
            placed.everybody,
            placed.node_1,
            placed.node_people_1,
            placed.child_1,
            placed.child_people_1
    ) AS children
    GROUP BY
        children.class_number,
        children.class_people,
        children.everybody,
        children.node,
        children.node_people
    UNION ALL
    SELECT
        children.class_number,
        children.class_people,
        children.everybody,
        2 * least(
            sum(greatest(children.people * children.everybody - children.child_people * children.class_people, 0)),
            sum(greatest(children.people * children.everybody - children.child_people * children.class_people, 0))
            - (sum(children.people) * children.everybody - children.node_people * children.class_people)
        ) AS class_moved
    FROM (
        SELECT
            placed.class_number,
            placed.class_people,
            placed.everybody,
            placed.node_2 AS node,
            placed.node_people_2 AS node_people,
            placed.child_people_2 AS child_people,
            sum(placed.people) AS people
        FROM placed
        GROUP BY
            placed.class_number,
            placed.class_people,
            placed.everybody,
            placed.node_2,
            placed.node_people_2,
            placed.child_2,
            placed.child_people_2
    ) AS children
    GROUP BY
        children.class_number,
        children.class_people,
        children.everybody,
        children.node,
        children.node_people
),

near AS (
    SELECT moved.class_number
    FROM moved
    GROUP BY
        moved.class_number,
        moved.class_people,
        moved.everybody
    HAVING sum(moved.class_moved) * 4 <= 2 * moved.class_people * moved.everybody
)

SELECT
    sized_classes.x
FROM sized_classes
SEMI JOIN near
    ON sized_classes.class_number = near.class_number


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

CREATE TABLE private.seen__accepted_1 AS
WITH sized_classes AS MATERIALIZED (
    SELECT
        row_number() OVER () AS class_number,
        class_values.x,
        CAST(sum(class_values.people) AS BIGINT) AS class_people,
        CAST(sum(CASE WHEN class_values.sensitive_value IS NOT NULL THEN class_values.people ELSE 0 END) AS BIGINT) AS known_people
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
    FROM private.seen__class_values_1 AS class_values
    INNER JOIN sized_classes
        ON class_values.x IS NOT DISTINCT FROM sized_classes.x
    INNER JOIN value_totals
        ON class_values.sensitive_value IS NOT DISTINCT FROM value_totals.sensitive_value
    CROSS JOIN total
),

near AS (
    SELECT class_values.class_number
    FROM shares AS class_values
    GROUP BY class_values.class_number
    HAVING
        sum(greatest(
            class_values.people * class_values.everybody
            - class_values.value_people * class_values.class_people,
            0
        )) * 4
        <= 1 * sum(class_values.people) * max(class_values.everybody)
)

SELECT
    sized_classes.x
FROM sized_classes
SEMI JOIN near
    ON sized_classes.class_number = near.class_number;

CREATE TABLE private.seen__close_1_1 AS
WITH sized_classes AS MATERIALIZED (
    SELECT
        row_number() OVER () AS class_number,
        class_values.x,
        CAST(sum(class_values.people) AS BIGINT) AS class_people,
        CAST(sum(CASE WHEN class_values.sensitive_value IS NOT NULL THEN class_values.people ELSE 0 END) AS BIGINT) AS known_people
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
    FROM private.seen__class_values_1 AS class_values
    INNER JOIN sized_classes
        ON class_values.x IS NOT DISTINCT FROM sized_classes.x
    INNER JOIN value_totals
        ON class_values.sensitive_value IS NOT DISTINCT FROM value_totals.sensitive_value
    CROSS JOIN total
),

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
    END <= 0.25e0
)

SELECT
    sized_classes.x
FROM sized_classes
SEMI JOIN near
    ON sized_classes.class_number = near.class_number;

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

CREATE TABLE private.seen__accepted_1 AS
WITH sized_classes AS MATERIALIZED (
    SELECT
        row_number() OVER () AS class_number,
        class_values.x,
        CAST(sum(class_values.people) AS BIGINT) AS class_people,
        CAST(sum(CASE WHEN class_values.sensitive_value IS NOT NULL THEN class_values.people ELSE 0 END) AS BIGINT) AS known_people
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
    FROM private.seen__class_values_1 AS class_values
    INNER JOIN sized_classes
        ON class_values.x IS NOT DISTINCT FROM sized_classes.x
    INNER JOIN value_totals
        ON class_values.sensitive_value IS NOT DISTINCT FROM value_totals.sensitive_value
    CROSS JOIN total
),

near AS (
    SELECT class_values.class_number
    FROM shares AS class_values
    GROUP BY class_values.class_number
    HAVING
        sum(greatest(
            class_values.people * class_values.everybody
            - class_values.value_people * class_values.class_people,
            0
        )) * 4
        <= 1 * sum(class_values.people) * max(class_values.everybody)
)

SELECT
    sized_classes.x
FROM sized_classes
SEMI JOIN near
    ON sized_classes.class_number = near.class_number;

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
