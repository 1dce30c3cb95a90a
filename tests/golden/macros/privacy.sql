-- call:  same_values('a', 'b', ['x', 'Y z'])
-- run:   SELECT a.x FROM (VALUES (1, 2), (NULL, 3), (4, 5)) AS a(x, "Y z") JOIN (VALUES (1, 2), (NULL, 3), (4, 6)) AS b(x, "Y z") {} ORDER BY ALL
-- gives: 1; NULL
    ON a.x IS NOT DISTINCT FROM b.x
    AND a."Y z" IS NOT DISTINCT FROM b."Y z"


-- given: CREATE TABLE private.people AS FROM (VALUES (1, 'F'), (2, 'F'), (2, 'F'), (3, 'M'), (3, 'M'), (4, NULL), (5, NULL)) AS t(person_id, gender)
-- call:  large_groups('private.people', ['gender'], 2)
-- run:   SELECT * FROM ({}) ORDER BY ALL
-- gives: F, 3; M, 2; NULL, 2
SELECT
    gender,
    count(*) AS people
FROM private.people
GROUP BY
    gender
HAVING count(*) >= 2


-- given: CREATE TABLE private.people AS FROM (VALUES (1, 'a'), (2, 'a'), (3, 'b'), (4, 'b'), (5, 'b'), (6, 'c')) AS t(person_id, x)
-- call:  all_but_a_lone_few('large', 'everybody', ['x'], 2)
-- run:   WITH large AS (SELECT x, count(*) AS people FROM private.people GROUP BY x HAVING count(*) >= 2), everybody AS (SELECT count(*) AS people FROM private.people), {}
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
        SELECT sum(everybody.people)
        FROM everybody AS everybody
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
-- call:  all_but_a_lone_few('large', 'everybody', ['x'], 2)
-- run:   WITH large AS (SELECT x, count(*) AS people FROM private.people GROUP BY x HAVING count(*) >= 2), everybody AS (SELECT count(*) AS people FROM private.people), {}
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
        SELECT sum(everybody.people)
        FROM everybody AS everybody
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


-- given: CREATE TABLE private.stg_people AS FROM (VALUES (1, 23, 'high'), (NULL, 25, 'low'), (2, 31, 'low')) AS t(person_id, age, screening)
-- call:  generalized_people(model('people_public', 'SELECT person_id, age, screening FROM private.stg_people'), 'person_id', [age(1), screening], True)
-- run:   {} SELECT * FROM private.people_public__generalized ORDER BY ALL
-- gives: 1, 20-29, high; 2, 30-39, low
CREATE TABLE private.people_public__generalized AS
WITH authored AS (  -- models/people_public.sql:1, as written
    SELECT person_id, age, screening FROM private.stg_people
)

SELECT
    authored.person_id,
    CASE
        WHEN authored.age IS NULL THEN NULL
        WHEN authored.age >= 90 THEN '90+'
        WHEN authored.age < 0 THEN '<0'
        ELSE concat(
            greatest(CAST(floor(authored.age / 10) * 10 AS BIGINT), 0),
            '-',
            least(CAST(floor(authored.age / 10) * 10 AS BIGINT) + 10, 90) - 1
        )
    END AS age,  -- level 1 of 3: bands of 10
    authored.screening  -- sensitive
FROM authored
WHERE authored.person_id IS NOT NULL;


-- given: CREATE TABLE private.stg_people AS FROM (VALUES (1, 23, 'high'), (1, 23, 'low'), (2, 31, 'low')) AS t(person_id, age, screening)
-- given: CREATE TABLE private.people_public__units AS FROM (VALUES (1, 4), (2, NULL)) AS t(person_id, class_id)
-- call:  generalized_people(model('personas', 'SELECT person_id, age, screening FROM private.stg_people'), 'person_id', [age(1), screening], False, ['age'], 'people_public')
-- run:   {} SELECT * FROM private.personas__generalized ORDER BY ALL
-- gives: 1, 20-29, NULL, 23, 4; 2, 30-39, low, 31, NULL
CREATE TABLE private.personas__generalized AS
WITH authored AS (  -- models/personas.sql:1, as written
    SELECT person_id, age, screening FROM private.stg_people
),

people AS (  -- one row a person
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
)

SELECT
    people.person_id,
    CASE
        WHEN people.age IS NULL THEN NULL
        WHEN people.age >= 90 THEN '90+'
        WHEN people.age < 0 THEN '<0'
        ELSE concat(
            greatest(CAST(floor(people.age / 10) * 10 AS BIGINT), 0),
            '-',
            least(CAST(floor(people.age / 10) * 10 AS BIGINT) + 10, 90) - 1
        )
    END AS age,  -- level 1 of 3: bands of 10
    people.screening,  -- sensitive
    people.age AS order_1,
    units.class_id AS within_class
FROM people
LEFT JOIN private.people_public__units AS units
    ON people.person_id = units.person_id
WHERE people.person_id IS NOT NULL;
