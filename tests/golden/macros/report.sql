-- given: CREATE TABLE private.stg_people AS SELECT i AS person_id, 20 + 5 * i AS age, CASE WHEN i < 3 THEN 'F' ELSE 'M' END AS gender, 'low' AS screening FROM range(5) AS t(i)
-- call:  as_given(model('people_public', 'SELECT person_id, age, gender, screening FROM private.stg_people'), 'person_id', [age(2), gender(0), screening], True)
-- run:   {}
-- gives: 0, 20-39, F, low; 1, 20-39, F, low; 2, 20-39, F, low; 3, 20-39, M, low; 4, 40-59, M, low
WITH authored AS (  -- models/people_public.sql:1, as written
    SELECT person_id, age, gender, screening FROM private.stg_people
)

SELECT
    authored.person_id,
    CASE
        WHEN authored.age IS NULL THEN NULL
        WHEN authored.age >= 90 THEN '90+'
        WHEN authored.age < 0 THEN '<0'
        ELSE concat(
            greatest(CAST(floor(authored.age / 20) * 20 AS BIGINT), 0),
            '-',
            least(CAST(floor(authored.age / 20) * 20 AS BIGINT) + 20, 90) - 1
        )
    END AS age,
    authored.gender,
    authored.screening
FROM authored
WHERE authored.person_id IS NOT NULL


-- given: CREATE TABLE private.stg_people AS SELECT i // 2 AS person_id, 20 + 5 * (i // 2) AS age, CASE WHEN i = 1 THEN 'F' ELSE 'M' END AS gender, 'low' AS screening FROM range(4) AS t(i)
-- call:  as_given(model('people_public', 'SELECT person_id, age, gender, screening FROM private.stg_people'), 'person_id', [age(2), gender(0), screening], False)
-- run:   {}
-- gives: 0, 20-39, NULL, low; 1, 20-39, M, low
WITH authored AS (  -- models/people_public.sql:1, as written
    SELECT person_id, age, gender, screening FROM private.stg_people
),

people AS (  -- one row a person
    SELECT
        person_id,
        CASE
            WHEN min(age) = max(age) THEN min(age)
        END AS age,
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
    people.person_id,
    CASE
        WHEN people.age IS NULL THEN NULL
        WHEN people.age >= 90 THEN '90+'
        WHEN people.age < 0 THEN '<0'
        ELSE concat(
            greatest(CAST(floor(people.age / 20) * 20 AS BIGINT), 0),
            '-',
            least(CAST(floor(people.age / 20) * 20 AS BIGINT) + 20, 90) - 1
        )
    END AS age,
    people.gender,
    people.screening
FROM people
WHERE people.person_id IS NOT NULL
