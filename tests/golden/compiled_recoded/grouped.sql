-- step 1 (private): each person's generalized row
CREATE TABLE private.public__generalized AS
WITH authored AS (  -- models/release/public.sql:2, as written
    SELECT person_id, age, gender, ethnicity, priors, zip, need FROM private.stg_people
)

SELECT
    authored.person_id,
    recoding.age,  -- mean of a group, to 5
    recoding.gender,  -- level 0 to 0 of 1, by class
    recoding.ethnicity,  -- level 0 to 0 of 1, by class
    recoding.priors,  -- median of a group, to 0.1
    recoding.zip,  -- level 1 to 1 of 3, by class
    authored.need  -- sensitive
FROM authored
INNER JOIN private.public__recoding AS recoding
    ON authored.age IS NOT DISTINCT FROM recoding.given_1
    AND authored.gender IS NOT DISTINCT FROM recoding.given_2
    AND authored.ethnicity IS NOT DISTINCT FROM recoding.given_3
    AND authored.priors IS NOT DISTINCT FROM recoding.given_4
    AND authored.zip IS NOT DISTINCT FROM recoding.given_5
WHERE authored.person_id IS NOT NULL;

-- step 2 (private): classes of at least 3 people; the smallest goes too where fewer than 3 would be left out
CREATE TABLE private.public__classes AS
WITH large_classes AS (
    SELECT
        age,
        gender,
        ethnicity,
        priors,
        zip,
        count(*) AS people
    FROM private.public__generalized
    GROUP BY
        age,
        gender,
        ethnicity,
        priors,
        zip
    HAVING count(*) >= 3
),

everybody AS (
    SELECT count(*) AS people
    FROM private.public__generalized
),

large_enough AS (
    WITH numbered AS (  -- smallest first
        SELECT
            age,
            gender,
            ethnicity,
            priors,
            zip,
            people,
            row_number() OVER (
                ORDER BY
                    people,
                    age,
                    gender,
                    ethnicity,
                    priors,
                    zip
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
        numbered.priors,
        numbered.zip,
        numbered.people,
        numbered.class_id
    FROM numbered
    CROSS JOIN left_out
    WHERE numbered.class_id > 1 OR left_out.people NOT BETWEEN 1 AND 2
)

SELECT
    *,
    row_number() OVER (ORDER BY age, gender, ethnicity, priors, zip) AS position
FROM large_enough;

-- step 3 (private): who is in which class
CREATE TABLE private.public__units AS
SELECT
    people.person_id,
    classes.class_id
FROM private.public__generalized AS people
LEFT JOIN private.public__classes AS classes
    ON people.age IS NOT DISTINCT FROM classes.age
    AND people.gender IS NOT DISTINCT FROM classes.gender
    AND people.ethnicity IS NOT DISTINCT FROM classes.ethnicity
    AND people.priors IS NOT DISTINCT FROM classes.priors
    AND people.zip IS NOT DISTINCT FROM classes.zip;

-- step 4 (release): rows of those classes; the person is not carried over
CREATE TABLE release.public AS
SELECT
    people.age,
    people.gender,
    people.ethnicity,
    people.priors,
    people.zip,
    people.need
FROM private.public__generalized AS people
INNER JOIN private.public__classes AS classes
    ON people.age IS NOT DISTINCT FROM classes.age
    AND people.gender IS NOT DISTINCT FROM classes.gender
    AND people.ethnicity IS NOT DISTINCT FROM classes.ethnicity
    AND people.priors IS NOT DISTINCT FROM classes.priors
    AND people.zip IS NOT DISTINCT FROM classes.zip
ORDER BY classes.position, people.need;
