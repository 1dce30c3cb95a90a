-- given: CREATE TABLE private.stg_people AS FROM (VALUES (1, 25, 'F'), (1, 26, 'F'), (2, 25, 'F'), (NULL, 25, 'F')) AS t(person_id, age, gender)
-- call:  people_by_columns('counted', model('people_public', 'SELECT person_id, age, gender FROM private.stg_people'), 'person_id', [age(), gender()], False)
-- run:   {} SELECT * FROM private.counted ORDER BY ALL
-- gives: 25, F, 1; NULL, F, 1
CREATE TABLE private.counted AS
WITH authored AS (  -- models/people_public.sql:1, as written
    SELECT person_id, age, gender FROM private.stg_people
),

people AS (  -- one row a person
    SELECT
        person_id,
        CASE
            WHEN min(age) = max(age) THEN min(age)
        END AS age,
        CASE
            WHEN min(gender) = max(gender) THEN min(gender)
        END AS gender
    FROM authored
    GROUP BY person_id
)

SELECT
    age,
    gender,
    count(*) AS people
FROM people
WHERE person_id IS NOT NULL
GROUP BY
    age,
    gender;


-- given: CREATE TABLE private.stg_people AS FROM (VALUES (1, 25, 'F'), (2, 25, 'F'), (3, NULL, 'M'), (NULL, 25, 'F')) AS t(person_id, age, gender)
-- call:  frequency_set(model('people_public', 'SELECT person_id, age, gender FROM private.stg_people'), 'person_id', [age(), gender()], True)
-- run:   {} SELECT * FROM private.people_public__frequencies ORDER BY ALL
-- gives: 25, F, 2; NULL, M, 1
CREATE TABLE private.people_public__frequencies AS
WITH authored AS (  -- models/people_public.sql:1, as written
    SELECT person_id, age, gender FROM private.stg_people
)

SELECT
    age,
    gender,
    count(*) AS people
FROM authored
WHERE person_id IS NOT NULL
GROUP BY
    age,
    gender;


-- given: CREATE TABLE private.frequencies AS FROM (VALUES (25), (31), (25), (NULL)) AS t(age)
-- call:  level_values('people_public__values_0', 'private.frequencies', [age(0), age(1), age(2), age(3)])
-- run:   {} SELECT * FROM private.people_public__values_0 ORDER BY value_code
-- gives: 0, 25, 25, 20-29, 20-39, *; 1, 31, 31, 30-39, 20-39, *; 2, NULL, NULL, NULL, NULL, *
CREATE TABLE private.people_public__values_0 AS
WITH given AS (
    SELECT DISTINCT age
    FROM private.frequencies
)

SELECT
    row_number() OVER (ORDER BY given.age) - 1 AS value_code,
    given.age,
    CAST(given.age AS VARCHAR) AS level_0,
    CASE
        WHEN given.age IS NULL THEN NULL
        WHEN given.age >= 90 THEN '90+'
        WHEN given.age < 0 THEN '<0'
        ELSE concat(
            greatest(CAST(floor(given.age / 10) * 10 AS BIGINT), 0),
            '-',
            least(CAST(floor(given.age / 10) * 10 AS BIGINT) + 10, 90) - 1
        )
    END AS level_1,
    CASE
        WHEN given.age IS NULL THEN NULL
        WHEN given.age >= 90 THEN '90+'
        WHEN given.age < 0 THEN '<0'
        ELSE concat(
            greatest(CAST(floor(given.age / 20) * 20 AS BIGINT), 0),
            '-',
            least(CAST(floor(given.age / 20) * 20 AS BIGINT) + 20, 90) - 1
        )
    END AS level_2,
    '*' AS level_3
FROM given;
