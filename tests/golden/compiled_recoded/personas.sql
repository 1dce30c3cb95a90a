-- step 1 (private): one row a person
CREATE TABLE private.personas__people AS
WITH authored AS (  -- models/release/personas.sql:2, as written
    SELECT person_id, age, gender, ethnicity, priors, zip FROM private.stg_people
),

people AS (
    SELECT
        authored.person_id,
        authored.age,
        authored.gender,
        authored.ethnicity,
        authored.priors,
        authored.zip,
        units.class_id AS within_class
    FROM authored
    LEFT JOIN private.public__units AS units
        ON authored.person_id = units.person_id
    WHERE authored.person_id IS NOT NULL
)

SELECT *
FROM people;

-- step 2 (private): the round in which each combination of values finds enough people
CREATE TABLE private.personas__tuples AS
WITH combinations AS (  -- as given
    SELECT
        within_class,
        age,
        gender,
        ethnicity,
        priors,
        zip,
        count(*) AS people
    FROM private.personas__people
    GROUP BY
        within_class,
        age,
        gender,
        ethnicity,
        priors,
        zip
),

generalized AS (
    SELECT
        combinations.within_class,
        combinations.age AS given_1,
        combinations.gender AS given_2,
        combinations.ethnicity AS given_3,
        combinations.priors AS given_4,
        combinations.zip AS given_5,
        recoding.age,  -- level 1 to 5 of 5, by class
        recoding.gender,  -- level 0 to 0 of 1, by class
        recoding.ethnicity,  -- level 0 to 1 of 1, by class
        recoding.priors,  -- level 0 to 2 of 2, by class
        recoding.zip,  -- level 1 to 3 of 3, by class
        combinations.people
    FROM combinations
    INNER JOIN private.public__recoding AS recoding
        ON combinations.age IS NOT DISTINCT FROM recoding.given_1
        AND combinations.gender IS NOT DISTINCT FROM recoding.given_2
        AND combinations.ethnicity IS NOT DISTINCT FROM recoding.given_3
        AND combinations.priors IS NOT DISTINCT FROM recoding.given_4
        AND combinations.zip IS NOT DISTINCT FROM recoding.given_5
),

tuples AS (
    SELECT
        TRUE AS everybody,
        generalized.within_class,
        generalized.given_1,
        generalized.given_2,
        generalized.given_3,
        generalized.given_4,
        generalized.given_5,
        generalized.age,
        generalized.gender,
        generalized.ethnicity,
        generalized.priors,
        generalized.zip,
        generalized.people,
        sum(generalized.people) OVER (
            PARTITION BY
                generalized.within_class,
                generalized.age,
                generalized.gender,
                generalized.ethnicity,
                generalized.priors,
                generalized.zip
        ) AS people_alike
    FROM generalized
),

blocks AS (  -- those who find no 3 like them
    SELECT
        everybody,
        gender,
        ethnicity,
        sum(people) AS people
    FROM tuples
    WHERE people_alike < 3
    GROUP BY everybody, gender, ethnicity
),

ordered_blocks AS (  -- large ones first by size, so that nth_large = 1 is the smallest large one
    SELECT
        *,
        row_number() OVER (
            PARTITION BY everybody, gender
            ORDER BY people < 3, people, gender, ethnicity
        ) AS nth_large,
        coalesce(sum(people) FILTER (WHERE people < 3) OVER (
            PARTITION BY everybody, gender
        ), 0) AS people_in_small,
        coalesce(max(people) OVER (
            PARTITION BY everybody, gender
        ), 0) >= 3 AS has_large
    FROM blocks
),

block_rounds AS (
    SELECT
        *,
        CASE
            WHEN people >= 3 AND NOT (nth_large = 1 AND people_in_small BETWEEN 1 AND 2) THEN 2
            WHEN has_large OR people_in_small >= 3 THEN 3
        END AS round
    FROM ordered_blocks
)

SELECT
    tuples.within_class,
    tuples.given_1,
    tuples.given_2,
    tuples.given_3,
    tuples.given_4,
    tuples.given_5,
    tuples.age,
    tuples.gender,
    tuples.ethnicity,
    tuples.priors,
    tuples.zip,
    tuples.people,
    CASE WHEN tuples.people_alike >= 3 THEN 1 ELSE block_rounds.round END AS round
FROM tuples
LEFT JOIN block_rounds
    ON tuples.everybody IS NOT DISTINCT FROM block_rounds.everybody
    AND tuples.gender IS NOT DISTINCT FROM block_rounds.gender
    AND tuples.ethnicity IS NOT DISTINCT FROM block_rounds.ethnicity;

-- step 3 (private): groups of people who are published alike in that round
CREATE TABLE private.personas__groups AS
WITH raised AS (
    SELECT
        round,
        CASE WHEN round = 1 THEN within_class END AS within_class,
        CASE WHEN round >= 2 THEN '*' ELSE age END AS age,
        CASE WHEN round >= 4 THEN '*' ELSE gender END AS gender,
        CASE WHEN round >= 3 THEN '*' ELSE ethnicity END AS ethnicity,
        CASE WHEN round >= 2 THEN '*' ELSE priors END AS priors,
        CASE WHEN round >= 2 THEN '*' ELSE zip END AS zip,
        people
    FROM private.personas__tuples
    WHERE round IS NOT NULL
),

large_groups AS (
    SELECT
        raised.round,
        raised.within_class,
        raised.age,
        raised.gender,
        raised.ethnicity,
        raised.priors,
        raised.zip,
        CAST(sum(raised.people) AS BIGINT) AS people
    FROM raised
    GROUP BY
        raised.round,
        raised.within_class,
        raised.age,
        raised.gender,
        raised.ethnicity,
        raised.priors,
        raised.zip
    HAVING sum(raised.people) >= 3
),

everybody AS (
    SELECT sum(people) AS people
    FROM private.personas__tuples
),

kept_groups AS (
    WITH numbered AS (  -- smallest first
        SELECT
            round,
            within_class,
            age,
            gender,
            ethnicity,
            priors,
            zip,
            people,
            row_number() OVER (
                ORDER BY
                    within_class IS NOT NULL,
                    people,
                    round,
                    within_class,
                    age,
                    gender,
                    ethnicity,
                    priors,
                    zip
            ) AS class_id
        FROM large_groups
    ),

    left_out AS (
        SELECT (
            SELECT sum(everybody.people)
            FROM everybody AS everybody
        ) - coalesce(sum(large_groups.people), 0) AS people
        FROM large_groups
    )

    SELECT
        numbered.round,
        numbered.within_class,
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
    round,
    within_class,
    age,
    gender,
    ethnicity,
    priors,
    zip,
    people,
    class_id,
    CAST(sum(people) OVER (ORDER BY class_id) AS BIGINT) - people AS first_person,
    CAST(sum(people // 3) OVER (ORDER BY class_id) AS BIGINT) - people // 3 AS first_persona
FROM kept_groups;

CREATE TABLE private.personas__placed AS
SELECT
    tuples.within_class,
    tuples.given_1,
    tuples.given_2,
    tuples.given_3,
    tuples.given_4,
    tuples.given_5,
    CAST(kept.class_id AS INTEGER) AS group_id,
    CAST(dense_rank() OVER (
        ORDER BY
            kept.class_id,
            tuples.given_1,
            tuples.given_2,
            tuples.given_3,
            tuples.given_4,
            tuples.given_5
    ) AS INTEGER) AS position
FROM private.personas__tuples AS tuples
INNER JOIN private.personas__groups AS kept
    ON tuples.round = kept.round
    AND CASE WHEN tuples.round = 1 THEN tuples.within_class END IS NOT DISTINCT FROM kept.within_class
    AND CASE WHEN tuples.round >= 2 THEN '*' ELSE tuples.age END IS NOT DISTINCT FROM kept.age
    AND CASE WHEN tuples.round >= 4 THEN '*' ELSE tuples.gender END IS NOT DISTINCT FROM kept.gender
    AND CASE WHEN tuples.round >= 3 THEN '*' ELSE tuples.ethnicity END IS NOT DISTINCT FROM kept.ethnicity
    AND CASE WHEN tuples.round >= 2 THEN '*' ELSE tuples.priors END IS NOT DISTINCT FROM kept.priors
    AND CASE WHEN tuples.round >= 2 THEN '*' ELSE tuples.zip END IS NOT DISTINCT FROM kept.zip;

-- step 4 (private): each group in order, cut into personas of at least 3
CREATE TABLE private.personas__ordered AS
SELECT
    people.person_id,
    placed.group_id
FROM private.personas__people AS people
LEFT JOIN private.personas__placed AS placed
    ON people.within_class IS NOT DISTINCT FROM placed.within_class
    AND people.age IS NOT DISTINCT FROM placed.given_1
    AND people.gender IS NOT DISTINCT FROM placed.given_2
    AND people.ethnicity IS NOT DISTINCT FROM placed.given_3
    AND people.priors IS NOT DISTINCT FROM placed.given_4
    AND people.zip IS NOT DISTINCT FROM placed.given_5
ORDER BY
    placed.position,
    md5_number(concat(getvariable('release_secret'), '|', people.person_id));

CREATE TABLE private.personas__units AS
SELECT
    ordered.person_id,
    CAST(ordered.rowid AS INTEGER) AS person,
    ordered.group_id,
    CAST(
        groups.first_persona + (ordered.rowid - groups.first_person) * (groups.people // 3) // groups.people AS INTEGER
    ) AS class_id
FROM private.personas__ordered AS ordered
LEFT JOIN private.personas__groups AS groups
    ON ordered.group_id = groups.class_id;

CREATE TABLE private.personas__personas AS
SELECT
    class_id AS persona,
    'p' || left(sha256(concat_ws('|', getvariable('release_secret'), 'personas', class_id)), 16) AS persona_id,
    group_id,
    count(*) AS people
FROM private.personas__units
GROUP BY class_id, group_id
HAVING count(*) >= 3 AND class_id IS NOT NULL;

CREATE VIEW private.personas__members AS
SELECT
    units.person_id,
    units.person,
    units.class_id AS persona,
    groups.round,
    groups.age,
    groups.gender,
    groups.ethnicity,
    groups.priors,
    groups.zip
FROM private.personas__units AS units
INNER JOIN private.personas__groups AS groups
    ON units.group_id = groups.class_id;

-- step 5 (release): one row a persona; the person is not carried over
CREATE TABLE release.personas AS
SELECT
    personas.persona_id,
    personas.people,
    groups.age,
    groups.gender,
    groups.ethnicity,
    groups.priors,
    groups.zip,
    CASE WHEN groups.round >= 2 THEN 5 END AS age_level,
    CASE WHEN groups.round >= 4 THEN 1 END AS gender_level,
    CASE WHEN groups.round >= 3 THEN 1 END AS ethnicity_level,
    CASE WHEN groups.round >= 2 THEN 2 END AS priors_level,
    CASE WHEN groups.round >= 2 THEN 3 END AS zip_level,
    1::DOUBLE / personas.people AS risk,
    CASE groups.round WHEN 1 THEN 'class' WHEN 2 THEN 'block' ELSE 'generalized block' END AS method
FROM private.personas__personas AS personas
INNER JOIN private.personas__groups AS groups
    ON personas.group_id = groups.class_id
ORDER BY personas.persona_id;
