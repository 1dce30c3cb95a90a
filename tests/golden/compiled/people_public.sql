-- step 1 (private): each person's generalized row
CREATE TABLE private.people_public__generalized AS
WITH authored AS (  -- models/release/people_public.sql:2, as written
    SELECT
        person_id,
        age,
        gender,
        ethnicity,
        county,
        prior_offenses,
        risk_level
    FROM private.stg_people
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
    END AS age,  -- level 2 of 5: bands of 10
    authored.gender,  -- level 0 of 1: as given
    authored.ethnicity,  -- level 0 of 2: as given
    '*' AS county,  -- level 1 of 1: any
    CASE
        WHEN authored.prior_offenses >= 20 THEN '20+'
        WHEN authored.prior_offenses >= 5 THEN '5-19'
        WHEN authored.prior_offenses >= 1 THEN '1-4'
        WHEN authored.prior_offenses >= 0 THEN '0'
        WHEN authored.prior_offenses < 0 THEN '<0'
    END AS prior_offenses,  -- level 1 of 2: bands cut at 1, 5
    authored.risk_level  -- sensitive
FROM authored
WHERE authored.person_id IS NOT NULL;

-- step 2 (private): classes of at least 5 people; the smallest goes too where fewer than 5 would be left out
CREATE TABLE private.people_public__classes AS
WITH large_classes AS (
    SELECT
        age,
        gender,
        ethnicity,
        county,
        prior_offenses,
        count(*) AS people
    FROM private.people_public__generalized
    GROUP BY
        age,
        gender,
        ethnicity,
        county,
        prior_offenses
    HAVING count(*) >= 5
),

everybody AS (
    SELECT count(*) AS people
    FROM private.people_public__generalized
),

large_enough AS (
    WITH numbered AS (  -- smallest first
        SELECT
            age,
            gender,
            ethnicity,
            county,
            prior_offenses,
            people,
            row_number() OVER (
                ORDER BY
                    people,
                    age,
                    gender,
                    ethnicity,
                    county,
                    prior_offenses
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
        numbered.age,
        numbered.gender,
        numbered.ethnicity,
        numbered.county,
        numbered.prior_offenses,
        numbered.people,
        numbered.class_id
    FROM numbered
    CROSS JOIN left_out
    WHERE numbered.class_id > 1 OR left_out.people NOT BETWEEN 1 AND 4
)

SELECT
    *,
    row_number() OVER (ORDER BY age, gender, ethnicity, county, prior_offenses) AS position
FROM large_enough;

-- step 3 (private): who is in which class
CREATE TABLE private.people_public__units AS
SELECT
    people.person_id,
    classes.class_id
FROM private.people_public__generalized AS people
LEFT JOIN private.people_public__classes AS classes
    ON people.age IS NOT DISTINCT FROM classes.age
    AND people.gender IS NOT DISTINCT FROM classes.gender
    AND people.ethnicity IS NOT DISTINCT FROM classes.ethnicity
    AND people.county IS NOT DISTINCT FROM classes.county
    AND people.prior_offenses IS NOT DISTINCT FROM classes.prior_offenses;

-- step 4 (release): rows of those classes; the person is not carried over
CREATE TABLE release.people_public AS
SELECT
    people.age,
    people.gender,
    people.ethnicity,
    people.county,
    people.prior_offenses,
    people.risk_level
FROM private.people_public__generalized AS people
INNER JOIN private.people_public__classes AS classes
    ON people.age IS NOT DISTINCT FROM classes.age
    AND people.gender IS NOT DISTINCT FROM classes.gender
    AND people.ethnicity IS NOT DISTINCT FROM classes.ethnicity
    AND people.county IS NOT DISTINCT FROM classes.county
    AND people.prior_offenses IS NOT DISTINCT FROM classes.prior_offenses
ORDER BY classes.position, people.risk_level;
