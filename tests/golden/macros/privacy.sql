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


-- given: CREATE TABLE private.stg_people AS FROM (VALUES (1, 23, 'high'), (1, 23, 'low'), (NULL, 25, 'low'), (2, 31, 'low')) AS t(person_id, age, screening)
-- given: CREATE TABLE private.people_public__units AS FROM (VALUES (1, 4), (2, NULL)) AS t(person_id, class_id)
-- call:  people_rows(model('personas', 'SELECT person_id, age, screening FROM private.stg_people'), 'person_id', [age(1), screening], False, 'people_public')
-- run:   WITH {} SELECT * FROM people ORDER BY ALL
-- gives: 1, 23, NULL, 4; 2, 31, low, NULL
authored AS (  -- models/personas.sql:1, as written
    SELECT person_id, age, screening FROM private.stg_people
),

merged AS (  -- one row a person
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
),

people AS (
    SELECT
        merged.person_id,
        merged.age,
        merged.screening,
        units.class_id AS within_class
    FROM merged
    LEFT JOIN private.people_public__units AS units
        ON merged.person_id = units.person_id
    WHERE merged.person_id IS NOT NULL
)


-- given: CREATE TABLE private.people AS FROM (VALUES (1, 23, 'F'), (2, 23, 'F'), (3, 24, 'F'), (4, NULL, NULL)) AS t(person_id, age, gender)
-- call:  people_alike('private.people', [age(1), gender(0)], [])
-- run:   WITH {} SELECT * FROM generalized ORDER BY ALL
-- gives: 23, F, 20-29, F, 2; 24, F, 20-29, F, 1; NULL, NULL, NULL, NULL, 1
combinations AS (  -- as given
    SELECT
        age,
        gender,
        count(*) AS people
    FROM private.people
    GROUP BY
        age,
        gender
),

generalized AS (
    SELECT
        combinations.age AS given_1,
        combinations.gender AS given_2,
        CASE
            WHEN combinations.age IS NULL THEN NULL
            WHEN combinations.age >= 90 THEN '90+'
            WHEN combinations.age < 0 THEN '<0'
            ELSE concat(
                greatest(CAST(floor(combinations.age / 10) * 10 AS BIGINT), 0),
                '-',
                least(CAST(floor(combinations.age / 10) * 10 AS BIGINT) + 10, 90) - 1
            )
        END AS age,  -- level 1 of 3: bands of 10
        combinations.gender,  -- level 0 of 1: as given
        combinations.people
    FROM combinations
)


-- call:  given_values('people', 'placed', [age(1), gender(0)], ['within_class'])
-- run:   SELECT people.age FROM (VALUES (1, 20, 'F'), (NULL, NULL, 'F'), (2, 20, 'F')) AS people(within_class, age, gender) JOIN (VALUES (1, 20, 'F'), (NULL, NULL, 'F')) AS placed(within_class, given_1, given_2) {} ORDER BY ALL
-- gives: 20; NULL
    ON people.within_class IS NOT DISTINCT FROM placed.within_class
    AND people.age IS NOT DISTINCT FROM placed.given_1
    AND people.gender IS NOT DISTINCT FROM placed.given_2


-- given: CREATE TABLE private.people_public__placed AS FROM (VALUES (23, 'F', 4), (NULL, 'F', 5)) AS t(given_1, given_2, class_id)
-- call:  classes_of_combinations('people_public', ['age', 'gender'])
-- run:   SELECT * FROM ({}) ORDER BY ALL
-- gives: 23, F, 4; NULL, F, 5
SELECT
    placed.given_1,
    placed.given_2,
    max(placed.class_id) AS class_id
FROM private.people_public__placed AS placed
GROUP BY
    placed.given_1,
    placed.given_2


-- given: CREATE TABLE private.people AS FROM (VALUES (1, 'b'), (2, 'b'), (3, 'a'), (4, 'a'), (5, 'a'), (6, 'c'), (7, 'd')) AS t(person_id, x)
-- given: CREATE TABLE private."in population of seen" AS FROM (VALUES ('a'), ('c'), ('d')) AS t(x)
-- call:  numbered_classes('seen', ['x'], 'private.people', 'count(*)', 2, in_population=True)
-- run:   {} SELECT * FROM private.seen__classes ORDER BY ALL
-- gives: a, 3, 1, 1
CREATE TABLE private.seen__classes AS
WITH large_classes AS (
    SELECT
        x,
        count(*) AS people
    FROM private.people
    GROUP BY
        x
    HAVING count(*) >= 2
),

accepted AS (  -- by all models
    SELECT large_classes.*
    FROM large_classes
    SEMI JOIN private."in population of seen" AS in_population
    ON large_classes.x IS NOT DISTINCT FROM in_population.x
),

everybody AS (
    SELECT count(*) AS people
    FROM private.people
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


-- given: CREATE TABLE private.people AS FROM (VALUES (1, 'b'), (2, 'b'), (3, 'a'), (4, 'a'), (5, 'a'), (6, 'c'), (7, 'd')) AS t(person_id, x)
-- call:  numbered_classes('seen', ['x'], 'private.people', 'count(*)', 2)
-- run:   {} SELECT * FROM private.seen__classes ORDER BY ALL
-- gives: a, 3, 2, 1; b, 2, 1, 2
CREATE TABLE private.seen__classes AS
WITH large_classes AS (
    SELECT
        x,
        count(*) AS people
    FROM private.people
    GROUP BY
        x
    HAVING count(*) >= 2
),

everybody AS (
    SELECT count(*) AS people
    FROM private.people
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
        FROM large_classes
    ),

    left_out AS (
        SELECT (
            SELECT sum(everybody.people)
            FROM everybody AS everybody
        ) - coalesce(sum(large_classes.people), 0) AS people
        FROM large_classes
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
