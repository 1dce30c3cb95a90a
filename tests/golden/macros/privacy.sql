-- call:  same_values('a', 'b', ['x', 'Y z'])
-- run:   SELECT a.x FROM (VALUES (1, 2), (NULL, 3), (4, 5)) AS a(x, "Y z") JOIN (VALUES (1, 2), (NULL, 3), (4, 6)) AS b(x, "Y z") {} ORDER BY ALL
-- gives: 1; NULL
    ON a.x IS NOT DISTINCT FROM b.x
    AND a."Y z" IS NOT DISTINCT FROM b."Y z"


-- given: CREATE TABLE private.people AS FROM (VALUES (1, 'F'), (2, 'F'), (2, 'F'), (3, 'M'), (3, 'M'), (4, NULL), (5, NULL)) AS t(person_id, gender)
-- call:  large_groups('private.people', ['gender'], 'person_id', 2)
-- run:   SELECT * FROM ({}) ORDER BY ALL
-- gives: F, 2; NULL, 2
SELECT
    gender,
    count(DISTINCT person_id) AS people
FROM private.people
GROUP BY
    gender
HAVING count(DISTINCT person_id) >= 2


-- given: CREATE TABLE private.people AS FROM (VALUES (1, 'a'), (2, 'a'), (3, 'b'), (4, 'b'), (5, 'b'), (6, 'c')) AS t(person_id, x)
-- call:  all_but_a_lone_few('large', 'private.people', ['x'], 'person_id', 2)
-- run:   WITH large AS (SELECT x, count(*) AS people FROM private.people GROUP BY x HAVING count(*) >= 2), {}
-- gives: b, 3, 2
numbered AS (  -- smallest first
    SELECT
        x,
        people,
        row_number() OVER (
            ORDER BY
                people,
                x
        ) AS class_id
    FROM large
),

left_out AS (
    SELECT (
        SELECT count(DISTINCT everybody.person_id)
        FROM private.people AS everybody
    ) - coalesce(sum(large.people), 0) AS people
    FROM large
)

SELECT
    numbered.x,
    numbered.people,
    numbered.class_id
FROM numbered
CROSS JOIN left_out
WHERE numbered.class_id > 1 OR left_out.people NOT BETWEEN 1 AND 1


-- given: CREATE TABLE private.people AS FROM (VALUES (1, 'a'), (2, 'a'), (3, 'b'), (4, 'b'), (5, 'b'), (6, 'c'), (7, 'd')) AS t(person_id, x)
-- call:  all_but_a_lone_few('large', 'private.people', ['x'], 'person_id', 2)
-- run:   WITH large AS (SELECT x, count(*) AS people FROM private.people GROUP BY x HAVING count(*) >= 2), {}
-- gives: a, 2, 1; b, 3, 2
numbered AS (  -- smallest first
    SELECT
        x,
        people,
        row_number() OVER (
            ORDER BY
                people,
                x
        ) AS class_id
    FROM large
),

left_out AS (
    SELECT (
        SELECT count(DISTINCT everybody.person_id)
        FROM private.people AS everybody
    ) - coalesce(sum(large.people), 0) AS people
    FROM large
)

SELECT
    numbered.x,
    numbered.people,
    numbered.class_id
FROM numbered
CROSS JOIN left_out
WHERE numbered.class_id > 1 OR left_out.people NOT BETWEEN 1 AND 1


-- call:  one_row_per_unit_rows('authored', 'person_id', [age(0), screening])
-- run:   WITH authored AS (FROM (VALUES (1, 25, 'low'), (1, 25, 'high'), (2, NULL, 'low'), (2, 31, NULL)) AS t(person_id, age, screening)) SELECT * FROM ({}) ORDER BY ALL
-- gives: 1, 25, NULL; 2, 31, low
SELECT
    person_id,
    CASE
        WHEN min(age) = max(age) THEN min(age)
    END AS age,
    CASE
        WHEN min(screening) = max(screening) THEN min(screening)
    END AS screening
FROM authored
GROUP BY person_id
