-- step 1 (private): the texts beside events, in their order
CREATE TYPE private.persona_events__text AS ENUM (
    WITH authored AS (  -- models/release/persona_events.sql:2, as written
    SELECT
        person_id,
        date,
        event_type,
        outcome
    FROM private.stg_events
    ),

    texts AS (
        SELECT persona_id AS text FROM private.personas__members
        UNION
        SELECT gender AS text FROM private.personas__members
        UNION
        SELECT ethnicity AS text FROM private.personas__members
        UNION
        SELECT age AS text FROM private.personas__members
        UNION
        SELECT CAST(event_type AS VARCHAR) AS text FROM authored
        UNION
        SELECT CAST(outcome AS VARCHAR) AS text FROM authored
    )

    SELECT text
    FROM texts
    WHERE text IS NOT NULL
    ORDER BY text
);

-- step 2 (private): how often each person of a persona had each kind of event in each period
CREATE TABLE private.persona_events__left_0 AS
WITH authored AS (  -- models/release/persona_events.sql:2, as written
    SELECT
        person_id,
        date,
        event_type,
        outcome
    FROM private.stg_events
)

SELECT
    members.person_id,
    CAST(members.persona_id AS private.persona_events__text) AS persona_id,
    CAST(members.gender AS private.persona_events__text) AS gender,
    CAST(members.ethnicity AS private.persona_events__text) AS ethnicity,
    CAST(members.age AS private.persona_events__text) AS age,
    strftime(authored.date, '%Y-%m') AS period_month,
    strftime(authored.date, '%Y') || '-Q' || CAST(quarter(authored.date) AS VARCHAR) AS period_quarter,
    strftime(authored.date, '%Y') AS period_year,
    '*' AS period_all_time,
    CAST(CAST(authored.event_type AS VARCHAR) AS private.persona_events__text) AS event_type,
    CAST(CAST(authored.outcome AS VARCHAR) AS private.persona_events__text) AS outcome,
    count(*) AS events
FROM authored
INNER JOIN private.personas__members AS members
    ON authored.person_id = members.person_id
GROUP BY ALL;

-- level 1: persona_id x gender x ethnicity x age, month
CREATE TABLE private.persona_events__saturated_1 AS
WITH people_with AS (
    SELECT
        TRUE AS everybody,
        persona_id,
        gender,
        ethnicity,
        age,
        outcome,
        count(DISTINCT person_id) AS people
    FROM private.persona_events__left_0
    WHERE outcome IN ('guilty', 'convicted', 'plea_bargain', 'violated', 'denied', 'enhanced', 'high')
    GROUP BY persona_id, gender, ethnicity, age, outcome
),

everyone AS (
    SELECT
        TRUE AS everybody,
        persona_id,
        gender,
        ethnicity,
        age,
        count(DISTINCT person_id) AS people
    FROM private.personas__members
    GROUP BY persona_id, gender, ethnicity, age
)

SELECT
    people_with.persona_id,
    people_with.gender,
    people_with.ethnicity,
    people_with.age,
    people_with.outcome
FROM people_with
INNER JOIN everyone
    ON people_with.everybody IS NOT DISTINCT FROM everyone.everybody
    AND people_with.persona_id IS NOT DISTINCT FROM everyone.persona_id
    AND people_with.gender IS NOT DISTINCT FROM everyone.gender
    AND people_with.ethnicity IS NOT DISTINCT FROM everyone.ethnicity
    AND people_with.age IS NOT DISTINCT FROM everyone.age
WHERE people_with.people > 0.8::DOUBLE * everyone.people;

CREATE TABLE private.persona_events__level_1 AS
WITH cells AS (
    SELECT
        events.persona_id,
        events.gender,
        events.ethnicity,
        events.age,
        events.period_month,
        events.event_type,
        events.outcome,
        count(DISTINCT events.person_id) AS people,
        sum(events.events) AS events
    FROM private.persona_events__left_0 AS events
    ANTI JOIN private.persona_events__saturated_1 AS saturated
        ON events.persona_id IS NOT DISTINCT FROM saturated.persona_id
        AND events.gender IS NOT DISTINCT FROM saturated.gender
        AND events.ethnicity IS NOT DISTINCT FROM saturated.ethnicity
        AND events.age IS NOT DISTINCT FROM saturated.age
        AND events.outcome IS NOT DISTINCT FROM saturated.outcome
    GROUP BY
        events.persona_id,
        events.gender,
        events.ethnicity,
        events.age,
        events.period_month,
        events.event_type,
        events.outcome
    HAVING count(DISTINCT events.person_id) >= 5
),

short_groups AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.gender,
        events.ethnicity,
        events.event_type,
        events.outcome
    FROM private.persona_events__left_0 AS events
    ANTI JOIN cells
        ON events.persona_id IS NOT DISTINCT FROM cells.persona_id
        AND events.gender IS NOT DISTINCT FROM cells.gender
        AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
        AND events.age IS NOT DISTINCT FROM cells.age
        AND events.period_month IS NOT DISTINCT FROM cells.period_month
        AND events.event_type IS NOT DISTINCT FROM cells.event_type
        AND events.outcome IS NOT DISTINCT FROM cells.outcome
    SEMI JOIN cells AS beside
        ON events.gender IS NOT DISTINCT FROM beside.gender
        AND events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
        AND events.outcome IS NOT DISTINCT FROM beside.outcome
    GROUP BY events.gender, events.ethnicity, events.event_type, events.outcome
    HAVING count(DISTINCT events.person_id) BETWEEN 1 AND 4
),

held_for_next_level AS (  -- the smallest cell of each
    SELECT
        cells.persona_id,
        cells.gender,
        cells.ethnicity,
        cells.age,
        cells.period_month,
        cells.event_type,
        cells.outcome
    FROM cells
    SEMI JOIN short_groups
        ON short_groups.is_short
        AND cells.gender IS NOT DISTINCT FROM short_groups.gender
        AND cells.ethnicity IS NOT DISTINCT FROM short_groups.ethnicity
        AND cells.event_type IS NOT DISTINCT FROM short_groups.event_type
        AND cells.outcome IS NOT DISTINCT FROM short_groups.outcome
    QUALIFY row_number() OVER (
        PARTITION BY cells.gender, cells.ethnicity, cells.event_type, cells.outcome
        ORDER BY
            cells.people, cells.persona_id, cells.gender, cells.ethnicity, cells.age, cells.period_month, cells.event_type, cells.outcome
    ) = 1
),

short_rests AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.persona_id,
        events.gender,
        events.ethnicity,
        events.age,
        events.event_type
    FROM private.persona_events__left_0 AS events
    ANTI JOIN cells
        ON events.persona_id IS NOT DISTINCT FROM cells.persona_id
        AND events.gender IS NOT DISTINCT FROM cells.gender
        AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
        AND events.age IS NOT DISTINCT FROM cells.age
        AND events.period_month IS NOT DISTINCT FROM cells.period_month
        AND events.event_type IS NOT DISTINCT FROM cells.event_type
        AND events.outcome IS NOT DISTINCT FROM cells.outcome
    SEMI JOIN cells AS beside
        ON events.persona_id IS NOT DISTINCT FROM beside.persona_id
        AND events.gender IS NOT DISTINCT FROM beside.gender
        AND events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.age IS NOT DISTINCT FROM beside.age
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
    GROUP BY events.persona_id, events.gender, events.ethnicity, events.age, events.event_type
    HAVING count(DISTINCT events.person_id) BETWEEN 1 AND 4
),

held_for_rest AS (  -- the smallest cell of each
    SELECT
        cells.persona_id,
        cells.gender,
        cells.ethnicity,
        cells.age,
        cells.period_month,
        cells.event_type,
        cells.outcome
    FROM cells
    SEMI JOIN short_rests
        ON short_rests.is_short
        AND cells.persona_id IS NOT DISTINCT FROM short_rests.persona_id
        AND cells.gender IS NOT DISTINCT FROM short_rests.gender
        AND cells.ethnicity IS NOT DISTINCT FROM short_rests.ethnicity
        AND cells.age IS NOT DISTINCT FROM short_rests.age
        AND cells.event_type IS NOT DISTINCT FROM short_rests.event_type
    QUALIFY row_number() OVER (
        PARTITION BY cells.persona_id, cells.gender, cells.ethnicity, cells.age, cells.event_type
        ORDER BY
            coalesce(cells.outcome IN ('guilty', 'convicted', 'plea_bargain', 'violated', 'denied', 'enhanced', 'high'), FALSE),
            cells.people, cells.persona_id, cells.gender, cells.ethnicity, cells.age, cells.period_month, cells.event_type, cells.outcome
    ) = 1
)

SELECT
    cells.persona_id,
    cells.gender,
    cells.ethnicity,
    cells.age,
    cells.period_month,
    cells.event_type,
    cells.outcome,
    cells.people,
    cells.events
FROM cells
ANTI JOIN held_for_next_level
    ON cells.persona_id IS NOT DISTINCT FROM held_for_next_level.persona_id
    AND cells.gender IS NOT DISTINCT FROM held_for_next_level.gender
    AND cells.ethnicity IS NOT DISTINCT FROM held_for_next_level.ethnicity
    AND cells.age IS NOT DISTINCT FROM held_for_next_level.age
    AND cells.period_month IS NOT DISTINCT FROM held_for_next_level.period_month
    AND cells.event_type IS NOT DISTINCT FROM held_for_next_level.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_next_level.outcome
ANTI JOIN held_for_rest
    ON cells.persona_id IS NOT DISTINCT FROM held_for_rest.persona_id
    AND cells.gender IS NOT DISTINCT FROM held_for_rest.gender
    AND cells.ethnicity IS NOT DISTINCT FROM held_for_rest.ethnicity
    AND cells.age IS NOT DISTINCT FROM held_for_rest.age
    AND cells.period_month IS NOT DISTINCT FROM held_for_rest.period_month
    AND cells.event_type IS NOT DISTINCT FROM held_for_rest.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_rest.outcome;

CREATE TABLE private.persona_events__left_1 AS
SELECT events.*
FROM private.persona_events__left_0 AS events
ANTI JOIN private.persona_events__level_1 AS cells
    ON events.persona_id IS NOT DISTINCT FROM cells.persona_id
    AND events.gender IS NOT DISTINCT FROM cells.gender
    AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
    AND events.age IS NOT DISTINCT FROM cells.age
    AND events.period_month IS NOT DISTINCT FROM cells.period_month
    AND events.event_type IS NOT DISTINCT FROM cells.event_type
    AND events.outcome IS NOT DISTINCT FROM cells.outcome;

-- level 2: persona_id x gender x ethnicity x age, quarter
CREATE TABLE private.persona_events__saturated_2 AS
WITH people_with AS (
    SELECT
        TRUE AS everybody,
        persona_id,
        gender,
        ethnicity,
        age,
        outcome,
        count(DISTINCT person_id) AS people
    FROM private.persona_events__left_1
    WHERE outcome IN ('guilty', 'convicted', 'plea_bargain', 'violated', 'denied', 'enhanced', 'high')
    GROUP BY persona_id, gender, ethnicity, age, outcome
),

everyone AS (
    SELECT
        TRUE AS everybody,
        persona_id,
        gender,
        ethnicity,
        age,
        count(DISTINCT person_id) AS people
    FROM private.personas__members
    GROUP BY persona_id, gender, ethnicity, age
)

SELECT
    people_with.persona_id,
    people_with.gender,
    people_with.ethnicity,
    people_with.age,
    people_with.outcome
FROM people_with
INNER JOIN everyone
    ON people_with.everybody IS NOT DISTINCT FROM everyone.everybody
    AND people_with.persona_id IS NOT DISTINCT FROM everyone.persona_id
    AND people_with.gender IS NOT DISTINCT FROM everyone.gender
    AND people_with.ethnicity IS NOT DISTINCT FROM everyone.ethnicity
    AND people_with.age IS NOT DISTINCT FROM everyone.age
WHERE people_with.people > 0.8::DOUBLE * everyone.people;

CREATE TABLE private.persona_events__level_2 AS
WITH cells AS (
    SELECT
        events.persona_id,
        events.gender,
        events.ethnicity,
        events.age,
        events.period_quarter,
        events.event_type,
        events.outcome,
        count(DISTINCT events.person_id) AS people,
        sum(events.events) AS events
    FROM private.persona_events__left_1 AS events
    ANTI JOIN private.persona_events__saturated_2 AS saturated
        ON events.persona_id IS NOT DISTINCT FROM saturated.persona_id
        AND events.gender IS NOT DISTINCT FROM saturated.gender
        AND events.ethnicity IS NOT DISTINCT FROM saturated.ethnicity
        AND events.age IS NOT DISTINCT FROM saturated.age
        AND events.outcome IS NOT DISTINCT FROM saturated.outcome
    GROUP BY
        events.persona_id,
        events.gender,
        events.ethnicity,
        events.age,
        events.period_quarter,
        events.event_type,
        events.outcome
    HAVING count(DISTINCT events.person_id) >= 5
),

short_groups AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.gender,
        events.ethnicity,
        events.event_type,
        events.outcome
    FROM private.persona_events__left_1 AS events
    ANTI JOIN cells
        ON events.persona_id IS NOT DISTINCT FROM cells.persona_id
        AND events.gender IS NOT DISTINCT FROM cells.gender
        AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
        AND events.age IS NOT DISTINCT FROM cells.age
        AND events.period_quarter IS NOT DISTINCT FROM cells.period_quarter
        AND events.event_type IS NOT DISTINCT FROM cells.event_type
        AND events.outcome IS NOT DISTINCT FROM cells.outcome
    SEMI JOIN cells AS beside
        ON events.gender IS NOT DISTINCT FROM beside.gender
        AND events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
        AND events.outcome IS NOT DISTINCT FROM beside.outcome
    GROUP BY events.gender, events.ethnicity, events.event_type, events.outcome
    HAVING count(DISTINCT events.person_id) BETWEEN 1 AND 4
),

held_for_next_level AS (  -- the smallest cell of each
    SELECT
        cells.persona_id,
        cells.gender,
        cells.ethnicity,
        cells.age,
        cells.period_quarter,
        cells.event_type,
        cells.outcome
    FROM cells
    SEMI JOIN short_groups
        ON short_groups.is_short
        AND cells.gender IS NOT DISTINCT FROM short_groups.gender
        AND cells.ethnicity IS NOT DISTINCT FROM short_groups.ethnicity
        AND cells.event_type IS NOT DISTINCT FROM short_groups.event_type
        AND cells.outcome IS NOT DISTINCT FROM short_groups.outcome
    QUALIFY row_number() OVER (
        PARTITION BY cells.gender, cells.ethnicity, cells.event_type, cells.outcome
        ORDER BY
            cells.people, cells.persona_id, cells.gender, cells.ethnicity, cells.age, cells.period_quarter, cells.event_type, cells.outcome
    ) = 1
),

short_rests AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.persona_id,
        events.gender,
        events.ethnicity,
        events.age,
        events.event_type
    FROM private.persona_events__left_1 AS events
    ANTI JOIN cells
        ON events.persona_id IS NOT DISTINCT FROM cells.persona_id
        AND events.gender IS NOT DISTINCT FROM cells.gender
        AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
        AND events.age IS NOT DISTINCT FROM cells.age
        AND events.period_quarter IS NOT DISTINCT FROM cells.period_quarter
        AND events.event_type IS NOT DISTINCT FROM cells.event_type
        AND events.outcome IS NOT DISTINCT FROM cells.outcome
    SEMI JOIN cells AS beside
        ON events.persona_id IS NOT DISTINCT FROM beside.persona_id
        AND events.gender IS NOT DISTINCT FROM beside.gender
        AND events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.age IS NOT DISTINCT FROM beside.age
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
    GROUP BY events.persona_id, events.gender, events.ethnicity, events.age, events.event_type
    HAVING count(DISTINCT events.person_id) BETWEEN 1 AND 4
),

held_for_rest AS (  -- the smallest cell of each
    SELECT
        cells.persona_id,
        cells.gender,
        cells.ethnicity,
        cells.age,
        cells.period_quarter,
        cells.event_type,
        cells.outcome
    FROM cells
    SEMI JOIN short_rests
        ON short_rests.is_short
        AND cells.persona_id IS NOT DISTINCT FROM short_rests.persona_id
        AND cells.gender IS NOT DISTINCT FROM short_rests.gender
        AND cells.ethnicity IS NOT DISTINCT FROM short_rests.ethnicity
        AND cells.age IS NOT DISTINCT FROM short_rests.age
        AND cells.event_type IS NOT DISTINCT FROM short_rests.event_type
    QUALIFY row_number() OVER (
        PARTITION BY cells.persona_id, cells.gender, cells.ethnicity, cells.age, cells.event_type
        ORDER BY
            coalesce(cells.outcome IN ('guilty', 'convicted', 'plea_bargain', 'violated', 'denied', 'enhanced', 'high'), FALSE),
            cells.people, cells.persona_id, cells.gender, cells.ethnicity, cells.age, cells.period_quarter, cells.event_type, cells.outcome
    ) = 1
)

SELECT
    cells.persona_id,
    cells.gender,
    cells.ethnicity,
    cells.age,
    cells.period_quarter,
    cells.event_type,
    cells.outcome,
    cells.people,
    cells.events
FROM cells
ANTI JOIN held_for_next_level
    ON cells.persona_id IS NOT DISTINCT FROM held_for_next_level.persona_id
    AND cells.gender IS NOT DISTINCT FROM held_for_next_level.gender
    AND cells.ethnicity IS NOT DISTINCT FROM held_for_next_level.ethnicity
    AND cells.age IS NOT DISTINCT FROM held_for_next_level.age
    AND cells.period_quarter IS NOT DISTINCT FROM held_for_next_level.period_quarter
    AND cells.event_type IS NOT DISTINCT FROM held_for_next_level.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_next_level.outcome
ANTI JOIN held_for_rest
    ON cells.persona_id IS NOT DISTINCT FROM held_for_rest.persona_id
    AND cells.gender IS NOT DISTINCT FROM held_for_rest.gender
    AND cells.ethnicity IS NOT DISTINCT FROM held_for_rest.ethnicity
    AND cells.age IS NOT DISTINCT FROM held_for_rest.age
    AND cells.period_quarter IS NOT DISTINCT FROM held_for_rest.period_quarter
    AND cells.event_type IS NOT DISTINCT FROM held_for_rest.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_rest.outcome;

CREATE TABLE private.persona_events__left_2 AS
SELECT events.*
FROM private.persona_events__left_1 AS events
ANTI JOIN private.persona_events__level_2 AS cells
    ON events.persona_id IS NOT DISTINCT FROM cells.persona_id
    AND events.gender IS NOT DISTINCT FROM cells.gender
    AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
    AND events.age IS NOT DISTINCT FROM cells.age
    AND events.period_quarter IS NOT DISTINCT FROM cells.period_quarter
    AND events.event_type IS NOT DISTINCT FROM cells.event_type
    AND events.outcome IS NOT DISTINCT FROM cells.outcome;

-- level 3: persona_id x gender x ethnicity x age, year
CREATE TABLE private.persona_events__saturated_3 AS
WITH people_with AS (
    SELECT
        TRUE AS everybody,
        persona_id,
        gender,
        ethnicity,
        age,
        outcome,
        count(DISTINCT person_id) AS people
    FROM private.persona_events__left_2
    WHERE outcome IN ('guilty', 'convicted', 'plea_bargain', 'violated', 'denied', 'enhanced', 'high')
    GROUP BY persona_id, gender, ethnicity, age, outcome
),

everyone AS (
    SELECT
        TRUE AS everybody,
        persona_id,
        gender,
        ethnicity,
        age,
        count(DISTINCT person_id) AS people
    FROM private.personas__members
    GROUP BY persona_id, gender, ethnicity, age
)

SELECT
    people_with.persona_id,
    people_with.gender,
    people_with.ethnicity,
    people_with.age,
    people_with.outcome
FROM people_with
INNER JOIN everyone
    ON people_with.everybody IS NOT DISTINCT FROM everyone.everybody
    AND people_with.persona_id IS NOT DISTINCT FROM everyone.persona_id
    AND people_with.gender IS NOT DISTINCT FROM everyone.gender
    AND people_with.ethnicity IS NOT DISTINCT FROM everyone.ethnicity
    AND people_with.age IS NOT DISTINCT FROM everyone.age
WHERE people_with.people > 0.8::DOUBLE * everyone.people;

CREATE TABLE private.persona_events__level_3 AS
WITH cells AS (
    SELECT
        events.persona_id,
        events.gender,
        events.ethnicity,
        events.age,
        events.period_year,
        events.event_type,
        events.outcome,
        count(DISTINCT events.person_id) AS people,
        sum(events.events) AS events
    FROM private.persona_events__left_2 AS events
    ANTI JOIN private.persona_events__saturated_3 AS saturated
        ON events.persona_id IS NOT DISTINCT FROM saturated.persona_id
        AND events.gender IS NOT DISTINCT FROM saturated.gender
        AND events.ethnicity IS NOT DISTINCT FROM saturated.ethnicity
        AND events.age IS NOT DISTINCT FROM saturated.age
        AND events.outcome IS NOT DISTINCT FROM saturated.outcome
    GROUP BY
        events.persona_id,
        events.gender,
        events.ethnicity,
        events.age,
        events.period_year,
        events.event_type,
        events.outcome
    HAVING count(DISTINCT events.person_id) >= 5
),

short_groups AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.gender,
        events.ethnicity,
        events.event_type,
        events.outcome
    FROM private.persona_events__left_2 AS events
    ANTI JOIN cells
        ON events.persona_id IS NOT DISTINCT FROM cells.persona_id
        AND events.gender IS NOT DISTINCT FROM cells.gender
        AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
        AND events.age IS NOT DISTINCT FROM cells.age
        AND events.period_year IS NOT DISTINCT FROM cells.period_year
        AND events.event_type IS NOT DISTINCT FROM cells.event_type
        AND events.outcome IS NOT DISTINCT FROM cells.outcome
    SEMI JOIN cells AS beside
        ON events.gender IS NOT DISTINCT FROM beside.gender
        AND events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
        AND events.outcome IS NOT DISTINCT FROM beside.outcome
    GROUP BY events.gender, events.ethnicity, events.event_type, events.outcome
    HAVING count(DISTINCT events.person_id) BETWEEN 1 AND 4
),

held_for_next_level AS (  -- the smallest cell of each
    SELECT
        cells.persona_id,
        cells.gender,
        cells.ethnicity,
        cells.age,
        cells.period_year,
        cells.event_type,
        cells.outcome
    FROM cells
    SEMI JOIN short_groups
        ON short_groups.is_short
        AND cells.gender IS NOT DISTINCT FROM short_groups.gender
        AND cells.ethnicity IS NOT DISTINCT FROM short_groups.ethnicity
        AND cells.event_type IS NOT DISTINCT FROM short_groups.event_type
        AND cells.outcome IS NOT DISTINCT FROM short_groups.outcome
    QUALIFY row_number() OVER (
        PARTITION BY cells.gender, cells.ethnicity, cells.event_type, cells.outcome
        ORDER BY
            cells.people, cells.persona_id, cells.gender, cells.ethnicity, cells.age, cells.period_year, cells.event_type, cells.outcome
    ) = 1
),

short_rests AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.persona_id,
        events.gender,
        events.ethnicity,
        events.age,
        events.event_type
    FROM private.persona_events__left_2 AS events
    ANTI JOIN cells
        ON events.persona_id IS NOT DISTINCT FROM cells.persona_id
        AND events.gender IS NOT DISTINCT FROM cells.gender
        AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
        AND events.age IS NOT DISTINCT FROM cells.age
        AND events.period_year IS NOT DISTINCT FROM cells.period_year
        AND events.event_type IS NOT DISTINCT FROM cells.event_type
        AND events.outcome IS NOT DISTINCT FROM cells.outcome
    SEMI JOIN cells AS beside
        ON events.persona_id IS NOT DISTINCT FROM beside.persona_id
        AND events.gender IS NOT DISTINCT FROM beside.gender
        AND events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.age IS NOT DISTINCT FROM beside.age
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
    GROUP BY events.persona_id, events.gender, events.ethnicity, events.age, events.event_type
    HAVING count(DISTINCT events.person_id) BETWEEN 1 AND 4
),

held_for_rest AS (  -- the smallest cell of each
    SELECT
        cells.persona_id,
        cells.gender,
        cells.ethnicity,
        cells.age,
        cells.period_year,
        cells.event_type,
        cells.outcome
    FROM cells
    SEMI JOIN short_rests
        ON short_rests.is_short
        AND cells.persona_id IS NOT DISTINCT FROM short_rests.persona_id
        AND cells.gender IS NOT DISTINCT FROM short_rests.gender
        AND cells.ethnicity IS NOT DISTINCT FROM short_rests.ethnicity
        AND cells.age IS NOT DISTINCT FROM short_rests.age
        AND cells.event_type IS NOT DISTINCT FROM short_rests.event_type
    QUALIFY row_number() OVER (
        PARTITION BY cells.persona_id, cells.gender, cells.ethnicity, cells.age, cells.event_type
        ORDER BY
            coalesce(cells.outcome IN ('guilty', 'convicted', 'plea_bargain', 'violated', 'denied', 'enhanced', 'high'), FALSE),
            cells.people, cells.persona_id, cells.gender, cells.ethnicity, cells.age, cells.period_year, cells.event_type, cells.outcome
    ) = 1
)

SELECT
    cells.persona_id,
    cells.gender,
    cells.ethnicity,
    cells.age,
    cells.period_year,
    cells.event_type,
    cells.outcome,
    cells.people,
    cells.events
FROM cells
ANTI JOIN held_for_next_level
    ON cells.persona_id IS NOT DISTINCT FROM held_for_next_level.persona_id
    AND cells.gender IS NOT DISTINCT FROM held_for_next_level.gender
    AND cells.ethnicity IS NOT DISTINCT FROM held_for_next_level.ethnicity
    AND cells.age IS NOT DISTINCT FROM held_for_next_level.age
    AND cells.period_year IS NOT DISTINCT FROM held_for_next_level.period_year
    AND cells.event_type IS NOT DISTINCT FROM held_for_next_level.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_next_level.outcome
ANTI JOIN held_for_rest
    ON cells.persona_id IS NOT DISTINCT FROM held_for_rest.persona_id
    AND cells.gender IS NOT DISTINCT FROM held_for_rest.gender
    AND cells.ethnicity IS NOT DISTINCT FROM held_for_rest.ethnicity
    AND cells.age IS NOT DISTINCT FROM held_for_rest.age
    AND cells.period_year IS NOT DISTINCT FROM held_for_rest.period_year
    AND cells.event_type IS NOT DISTINCT FROM held_for_rest.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_rest.outcome;

CREATE TABLE private.persona_events__left_3 AS
SELECT events.*
FROM private.persona_events__left_2 AS events
ANTI JOIN private.persona_events__level_3 AS cells
    ON events.persona_id IS NOT DISTINCT FROM cells.persona_id
    AND events.gender IS NOT DISTINCT FROM cells.gender
    AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
    AND events.age IS NOT DISTINCT FROM cells.age
    AND events.period_year IS NOT DISTINCT FROM cells.period_year
    AND events.event_type IS NOT DISTINCT FROM cells.event_type
    AND events.outcome IS NOT DISTINCT FROM cells.outcome;

-- level 4: persona_id x gender x ethnicity x age, all time
CREATE TABLE private.persona_events__saturated_4 AS
WITH people_with AS (
    SELECT
        TRUE AS everybody,
        persona_id,
        gender,
        ethnicity,
        age,
        outcome,
        count(DISTINCT person_id) AS people
    FROM private.persona_events__left_3
    WHERE outcome IN ('guilty', 'convicted', 'plea_bargain', 'violated', 'denied', 'enhanced', 'high')
    GROUP BY persona_id, gender, ethnicity, age, outcome
),

everyone AS (
    SELECT
        TRUE AS everybody,
        persona_id,
        gender,
        ethnicity,
        age,
        count(DISTINCT person_id) AS people
    FROM private.personas__members
    GROUP BY persona_id, gender, ethnicity, age
)

SELECT
    people_with.persona_id,
    people_with.gender,
    people_with.ethnicity,
    people_with.age,
    people_with.outcome
FROM people_with
INNER JOIN everyone
    ON people_with.everybody IS NOT DISTINCT FROM everyone.everybody
    AND people_with.persona_id IS NOT DISTINCT FROM everyone.persona_id
    AND people_with.gender IS NOT DISTINCT FROM everyone.gender
    AND people_with.ethnicity IS NOT DISTINCT FROM everyone.ethnicity
    AND people_with.age IS NOT DISTINCT FROM everyone.age
WHERE people_with.people > 0.8::DOUBLE * everyone.people;

CREATE TABLE private.persona_events__level_4 AS
WITH cells AS (
    SELECT
        events.persona_id,
        events.gender,
        events.ethnicity,
        events.age,
        events.period_all_time,
        events.event_type,
        events.outcome,
        count(DISTINCT events.person_id) AS people,
        sum(events.events) AS events
    FROM private.persona_events__left_3 AS events
    ANTI JOIN private.persona_events__saturated_4 AS saturated
        ON events.persona_id IS NOT DISTINCT FROM saturated.persona_id
        AND events.gender IS NOT DISTINCT FROM saturated.gender
        AND events.ethnicity IS NOT DISTINCT FROM saturated.ethnicity
        AND events.age IS NOT DISTINCT FROM saturated.age
        AND events.outcome IS NOT DISTINCT FROM saturated.outcome
    GROUP BY
        events.persona_id,
        events.gender,
        events.ethnicity,
        events.age,
        events.period_all_time,
        events.event_type,
        events.outcome
    HAVING count(DISTINCT events.person_id) >= 5
),

short_groups AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.gender,
        events.ethnicity,
        events.event_type,
        events.outcome
    FROM private.persona_events__left_3 AS events
    ANTI JOIN cells
        ON events.persona_id IS NOT DISTINCT FROM cells.persona_id
        AND events.gender IS NOT DISTINCT FROM cells.gender
        AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
        AND events.age IS NOT DISTINCT FROM cells.age
        AND events.period_all_time IS NOT DISTINCT FROM cells.period_all_time
        AND events.event_type IS NOT DISTINCT FROM cells.event_type
        AND events.outcome IS NOT DISTINCT FROM cells.outcome
    SEMI JOIN cells AS beside
        ON events.gender IS NOT DISTINCT FROM beside.gender
        AND events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
        AND events.outcome IS NOT DISTINCT FROM beside.outcome
    GROUP BY events.gender, events.ethnicity, events.event_type, events.outcome
    HAVING count(DISTINCT events.person_id) BETWEEN 1 AND 4
),

held_for_next_level AS (  -- the smallest cell of each
    SELECT
        cells.persona_id,
        cells.gender,
        cells.ethnicity,
        cells.age,
        cells.period_all_time,
        cells.event_type,
        cells.outcome
    FROM cells
    SEMI JOIN short_groups
        ON short_groups.is_short
        AND cells.gender IS NOT DISTINCT FROM short_groups.gender
        AND cells.ethnicity IS NOT DISTINCT FROM short_groups.ethnicity
        AND cells.event_type IS NOT DISTINCT FROM short_groups.event_type
        AND cells.outcome IS NOT DISTINCT FROM short_groups.outcome
    QUALIFY row_number() OVER (
        PARTITION BY cells.gender, cells.ethnicity, cells.event_type, cells.outcome
        ORDER BY
            cells.people, cells.persona_id, cells.gender, cells.ethnicity, cells.age, cells.period_all_time, cells.event_type, cells.outcome
    ) = 1
),

short_rests AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.persona_id,
        events.gender,
        events.ethnicity,
        events.age,
        events.event_type
    FROM private.persona_events__left_3 AS events
    ANTI JOIN cells
        ON events.persona_id IS NOT DISTINCT FROM cells.persona_id
        AND events.gender IS NOT DISTINCT FROM cells.gender
        AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
        AND events.age IS NOT DISTINCT FROM cells.age
        AND events.period_all_time IS NOT DISTINCT FROM cells.period_all_time
        AND events.event_type IS NOT DISTINCT FROM cells.event_type
        AND events.outcome IS NOT DISTINCT FROM cells.outcome
    SEMI JOIN cells AS beside
        ON events.persona_id IS NOT DISTINCT FROM beside.persona_id
        AND events.gender IS NOT DISTINCT FROM beside.gender
        AND events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.age IS NOT DISTINCT FROM beside.age
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
    GROUP BY events.persona_id, events.gender, events.ethnicity, events.age, events.event_type
    HAVING count(DISTINCT events.person_id) BETWEEN 1 AND 4
),

held_for_rest AS (  -- the smallest cell of each
    SELECT
        cells.persona_id,
        cells.gender,
        cells.ethnicity,
        cells.age,
        cells.period_all_time,
        cells.event_type,
        cells.outcome
    FROM cells
    SEMI JOIN short_rests
        ON short_rests.is_short
        AND cells.persona_id IS NOT DISTINCT FROM short_rests.persona_id
        AND cells.gender IS NOT DISTINCT FROM short_rests.gender
        AND cells.ethnicity IS NOT DISTINCT FROM short_rests.ethnicity
        AND cells.age IS NOT DISTINCT FROM short_rests.age
        AND cells.event_type IS NOT DISTINCT FROM short_rests.event_type
    QUALIFY row_number() OVER (
        PARTITION BY cells.persona_id, cells.gender, cells.ethnicity, cells.age, cells.event_type
        ORDER BY
            coalesce(cells.outcome IN ('guilty', 'convicted', 'plea_bargain', 'violated', 'denied', 'enhanced', 'high'), FALSE),
            cells.people, cells.persona_id, cells.gender, cells.ethnicity, cells.age, cells.period_all_time, cells.event_type, cells.outcome
    ) = 1
)

SELECT
    cells.persona_id,
    cells.gender,
    cells.ethnicity,
    cells.age,
    cells.period_all_time,
    cells.event_type,
    cells.outcome,
    cells.people,
    cells.events
FROM cells
ANTI JOIN held_for_next_level
    ON cells.persona_id IS NOT DISTINCT FROM held_for_next_level.persona_id
    AND cells.gender IS NOT DISTINCT FROM held_for_next_level.gender
    AND cells.ethnicity IS NOT DISTINCT FROM held_for_next_level.ethnicity
    AND cells.age IS NOT DISTINCT FROM held_for_next_level.age
    AND cells.period_all_time IS NOT DISTINCT FROM held_for_next_level.period_all_time
    AND cells.event_type IS NOT DISTINCT FROM held_for_next_level.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_next_level.outcome
ANTI JOIN held_for_rest
    ON cells.persona_id IS NOT DISTINCT FROM held_for_rest.persona_id
    AND cells.gender IS NOT DISTINCT FROM held_for_rest.gender
    AND cells.ethnicity IS NOT DISTINCT FROM held_for_rest.ethnicity
    AND cells.age IS NOT DISTINCT FROM held_for_rest.age
    AND cells.period_all_time IS NOT DISTINCT FROM held_for_rest.period_all_time
    AND cells.event_type IS NOT DISTINCT FROM held_for_rest.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_rest.outcome;

CREATE TABLE private.persona_events__left_4 AS
SELECT events.*
FROM private.persona_events__left_3 AS events
ANTI JOIN private.persona_events__level_4 AS cells
    ON events.persona_id IS NOT DISTINCT FROM cells.persona_id
    AND events.gender IS NOT DISTINCT FROM cells.gender
    AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
    AND events.age IS NOT DISTINCT FROM cells.age
    AND events.period_all_time IS NOT DISTINCT FROM cells.period_all_time
    AND events.event_type IS NOT DISTINCT FROM cells.event_type
    AND events.outcome IS NOT DISTINCT FROM cells.outcome;

-- level 5: gender x ethnicity x age, month
CREATE TABLE private.persona_events__saturated_5 AS
WITH people_with AS (
    SELECT
        TRUE AS everybody,
        gender,
        ethnicity,
        age,
        outcome,
        count(DISTINCT person_id) AS people
    FROM private.persona_events__left_4
    WHERE outcome IN ('guilty', 'convicted', 'plea_bargain', 'violated', 'denied', 'enhanced', 'high')
    GROUP BY gender, ethnicity, age, outcome
),

everyone AS (
    SELECT
        TRUE AS everybody,
        gender,
        ethnicity,
        age,
        count(DISTINCT person_id) AS people
    FROM private.personas__members
    GROUP BY gender, ethnicity, age
)

SELECT
    people_with.gender,
    people_with.ethnicity,
    people_with.age,
    people_with.outcome
FROM people_with
INNER JOIN everyone
    ON people_with.everybody IS NOT DISTINCT FROM everyone.everybody
    AND people_with.gender IS NOT DISTINCT FROM everyone.gender
    AND people_with.ethnicity IS NOT DISTINCT FROM everyone.ethnicity
    AND people_with.age IS NOT DISTINCT FROM everyone.age
WHERE people_with.people > 0.8::DOUBLE * everyone.people;

CREATE TABLE private.persona_events__level_5 AS
WITH cells AS (
    SELECT
        events.gender,
        events.ethnicity,
        events.age,
        events.period_month,
        events.event_type,
        events.outcome,
        count(DISTINCT events.person_id) AS people,
        sum(events.events) AS events
    FROM private.persona_events__left_4 AS events
    ANTI JOIN private.persona_events__saturated_5 AS saturated
        ON events.gender IS NOT DISTINCT FROM saturated.gender
        AND events.ethnicity IS NOT DISTINCT FROM saturated.ethnicity
        AND events.age IS NOT DISTINCT FROM saturated.age
        AND events.outcome IS NOT DISTINCT FROM saturated.outcome
    GROUP BY
        events.gender,
        events.ethnicity,
        events.age,
        events.period_month,
        events.event_type,
        events.outcome
    HAVING count(DISTINCT events.person_id) >= 5
),

short_groups AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.gender,
        events.ethnicity,
        events.event_type,
        events.outcome
    FROM private.persona_events__left_4 AS events
    ANTI JOIN cells
        ON events.gender IS NOT DISTINCT FROM cells.gender
        AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
        AND events.age IS NOT DISTINCT FROM cells.age
        AND events.period_month IS NOT DISTINCT FROM cells.period_month
        AND events.event_type IS NOT DISTINCT FROM cells.event_type
        AND events.outcome IS NOT DISTINCT FROM cells.outcome
    SEMI JOIN cells AS beside
        ON events.gender IS NOT DISTINCT FROM beside.gender
        AND events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
        AND events.outcome IS NOT DISTINCT FROM beside.outcome
    GROUP BY events.gender, events.ethnicity, events.event_type, events.outcome
    HAVING count(DISTINCT events.person_id) BETWEEN 1 AND 4
),

held_for_next_level AS (  -- the smallest cell of each
    SELECT
        cells.gender,
        cells.ethnicity,
        cells.age,
        cells.period_month,
        cells.event_type,
        cells.outcome
    FROM cells
    SEMI JOIN short_groups
        ON short_groups.is_short
        AND cells.gender IS NOT DISTINCT FROM short_groups.gender
        AND cells.ethnicity IS NOT DISTINCT FROM short_groups.ethnicity
        AND cells.event_type IS NOT DISTINCT FROM short_groups.event_type
        AND cells.outcome IS NOT DISTINCT FROM short_groups.outcome
    QUALIFY row_number() OVER (
        PARTITION BY cells.gender, cells.ethnicity, cells.event_type, cells.outcome
        ORDER BY
            cells.people, cells.gender, cells.ethnicity, cells.age, cells.period_month, cells.event_type, cells.outcome
    ) = 1
),

short_rests AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.gender,
        events.ethnicity,
        events.age,
        events.event_type
    FROM private.persona_events__left_4 AS events
    ANTI JOIN cells
        ON events.gender IS NOT DISTINCT FROM cells.gender
        AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
        AND events.age IS NOT DISTINCT FROM cells.age
        AND events.period_month IS NOT DISTINCT FROM cells.period_month
        AND events.event_type IS NOT DISTINCT FROM cells.event_type
        AND events.outcome IS NOT DISTINCT FROM cells.outcome
    SEMI JOIN cells AS beside
        ON events.gender IS NOT DISTINCT FROM beside.gender
        AND events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.age IS NOT DISTINCT FROM beside.age
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
    GROUP BY events.gender, events.ethnicity, events.age, events.event_type
    HAVING count(DISTINCT events.person_id) BETWEEN 1 AND 4
),

held_for_rest AS (  -- the smallest cell of each
    SELECT
        cells.gender,
        cells.ethnicity,
        cells.age,
        cells.period_month,
        cells.event_type,
        cells.outcome
    FROM cells
    SEMI JOIN short_rests
        ON short_rests.is_short
        AND cells.gender IS NOT DISTINCT FROM short_rests.gender
        AND cells.ethnicity IS NOT DISTINCT FROM short_rests.ethnicity
        AND cells.age IS NOT DISTINCT FROM short_rests.age
        AND cells.event_type IS NOT DISTINCT FROM short_rests.event_type
    QUALIFY row_number() OVER (
        PARTITION BY cells.gender, cells.ethnicity, cells.age, cells.event_type
        ORDER BY
            coalesce(cells.outcome IN ('guilty', 'convicted', 'plea_bargain', 'violated', 'denied', 'enhanced', 'high'), FALSE),
            cells.people, cells.gender, cells.ethnicity, cells.age, cells.period_month, cells.event_type, cells.outcome
    ) = 1
)

SELECT
    cells.gender,
    cells.ethnicity,
    cells.age,
    cells.period_month,
    cells.event_type,
    cells.outcome,
    cells.people,
    cells.events
FROM cells
ANTI JOIN held_for_next_level
    ON cells.gender IS NOT DISTINCT FROM held_for_next_level.gender
    AND cells.ethnicity IS NOT DISTINCT FROM held_for_next_level.ethnicity
    AND cells.age IS NOT DISTINCT FROM held_for_next_level.age
    AND cells.period_month IS NOT DISTINCT FROM held_for_next_level.period_month
    AND cells.event_type IS NOT DISTINCT FROM held_for_next_level.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_next_level.outcome
ANTI JOIN held_for_rest
    ON cells.gender IS NOT DISTINCT FROM held_for_rest.gender
    AND cells.ethnicity IS NOT DISTINCT FROM held_for_rest.ethnicity
    AND cells.age IS NOT DISTINCT FROM held_for_rest.age
    AND cells.period_month IS NOT DISTINCT FROM held_for_rest.period_month
    AND cells.event_type IS NOT DISTINCT FROM held_for_rest.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_rest.outcome;

CREATE TABLE private.persona_events__left_5 AS
SELECT events.*
FROM private.persona_events__left_4 AS events
ANTI JOIN private.persona_events__level_5 AS cells
    ON events.gender IS NOT DISTINCT FROM cells.gender
    AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
    AND events.age IS NOT DISTINCT FROM cells.age
    AND events.period_month IS NOT DISTINCT FROM cells.period_month
    AND events.event_type IS NOT DISTINCT FROM cells.event_type
    AND events.outcome IS NOT DISTINCT FROM cells.outcome;

-- level 6: gender x ethnicity x age, quarter
CREATE TABLE private.persona_events__saturated_6 AS
WITH people_with AS (
    SELECT
        TRUE AS everybody,
        gender,
        ethnicity,
        age,
        outcome,
        count(DISTINCT person_id) AS people
    FROM private.persona_events__left_5
    WHERE outcome IN ('guilty', 'convicted', 'plea_bargain', 'violated', 'denied', 'enhanced', 'high')
    GROUP BY gender, ethnicity, age, outcome
),

everyone AS (
    SELECT
        TRUE AS everybody,
        gender,
        ethnicity,
        age,
        count(DISTINCT person_id) AS people
    FROM private.personas__members
    GROUP BY gender, ethnicity, age
)

SELECT
    people_with.gender,
    people_with.ethnicity,
    people_with.age,
    people_with.outcome
FROM people_with
INNER JOIN everyone
    ON people_with.everybody IS NOT DISTINCT FROM everyone.everybody
    AND people_with.gender IS NOT DISTINCT FROM everyone.gender
    AND people_with.ethnicity IS NOT DISTINCT FROM everyone.ethnicity
    AND people_with.age IS NOT DISTINCT FROM everyone.age
WHERE people_with.people > 0.8::DOUBLE * everyone.people;

CREATE TABLE private.persona_events__level_6 AS
WITH cells AS (
    SELECT
        events.gender,
        events.ethnicity,
        events.age,
        events.period_quarter,
        events.event_type,
        events.outcome,
        count(DISTINCT events.person_id) AS people,
        sum(events.events) AS events
    FROM private.persona_events__left_5 AS events
    ANTI JOIN private.persona_events__saturated_6 AS saturated
        ON events.gender IS NOT DISTINCT FROM saturated.gender
        AND events.ethnicity IS NOT DISTINCT FROM saturated.ethnicity
        AND events.age IS NOT DISTINCT FROM saturated.age
        AND events.outcome IS NOT DISTINCT FROM saturated.outcome
    GROUP BY
        events.gender,
        events.ethnicity,
        events.age,
        events.period_quarter,
        events.event_type,
        events.outcome
    HAVING count(DISTINCT events.person_id) >= 5
),

short_groups AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.gender,
        events.ethnicity,
        events.event_type,
        events.outcome
    FROM private.persona_events__left_5 AS events
    ANTI JOIN cells
        ON events.gender IS NOT DISTINCT FROM cells.gender
        AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
        AND events.age IS NOT DISTINCT FROM cells.age
        AND events.period_quarter IS NOT DISTINCT FROM cells.period_quarter
        AND events.event_type IS NOT DISTINCT FROM cells.event_type
        AND events.outcome IS NOT DISTINCT FROM cells.outcome
    SEMI JOIN cells AS beside
        ON events.gender IS NOT DISTINCT FROM beside.gender
        AND events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
        AND events.outcome IS NOT DISTINCT FROM beside.outcome
    GROUP BY events.gender, events.ethnicity, events.event_type, events.outcome
    HAVING count(DISTINCT events.person_id) BETWEEN 1 AND 4
),

held_for_next_level AS (  -- the smallest cell of each
    SELECT
        cells.gender,
        cells.ethnicity,
        cells.age,
        cells.period_quarter,
        cells.event_type,
        cells.outcome
    FROM cells
    SEMI JOIN short_groups
        ON short_groups.is_short
        AND cells.gender IS NOT DISTINCT FROM short_groups.gender
        AND cells.ethnicity IS NOT DISTINCT FROM short_groups.ethnicity
        AND cells.event_type IS NOT DISTINCT FROM short_groups.event_type
        AND cells.outcome IS NOT DISTINCT FROM short_groups.outcome
    QUALIFY row_number() OVER (
        PARTITION BY cells.gender, cells.ethnicity, cells.event_type, cells.outcome
        ORDER BY
            cells.people, cells.gender, cells.ethnicity, cells.age, cells.period_quarter, cells.event_type, cells.outcome
    ) = 1
),

short_rests AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.gender,
        events.ethnicity,
        events.age,
        events.event_type
    FROM private.persona_events__left_5 AS events
    ANTI JOIN cells
        ON events.gender IS NOT DISTINCT FROM cells.gender
        AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
        AND events.age IS NOT DISTINCT FROM cells.age
        AND events.period_quarter IS NOT DISTINCT FROM cells.period_quarter
        AND events.event_type IS NOT DISTINCT FROM cells.event_type
        AND events.outcome IS NOT DISTINCT FROM cells.outcome
    SEMI JOIN cells AS beside
        ON events.gender IS NOT DISTINCT FROM beside.gender
        AND events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.age IS NOT DISTINCT FROM beside.age
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
    GROUP BY events.gender, events.ethnicity, events.age, events.event_type
    HAVING count(DISTINCT events.person_id) BETWEEN 1 AND 4
),

held_for_rest AS (  -- the smallest cell of each
    SELECT
        cells.gender,
        cells.ethnicity,
        cells.age,
        cells.period_quarter,
        cells.event_type,
        cells.outcome
    FROM cells
    SEMI JOIN short_rests
        ON short_rests.is_short
        AND cells.gender IS NOT DISTINCT FROM short_rests.gender
        AND cells.ethnicity IS NOT DISTINCT FROM short_rests.ethnicity
        AND cells.age IS NOT DISTINCT FROM short_rests.age
        AND cells.event_type IS NOT DISTINCT FROM short_rests.event_type
    QUALIFY row_number() OVER (
        PARTITION BY cells.gender, cells.ethnicity, cells.age, cells.event_type
        ORDER BY
            coalesce(cells.outcome IN ('guilty', 'convicted', 'plea_bargain', 'violated', 'denied', 'enhanced', 'high'), FALSE),
            cells.people, cells.gender, cells.ethnicity, cells.age, cells.period_quarter, cells.event_type, cells.outcome
    ) = 1
)

SELECT
    cells.gender,
    cells.ethnicity,
    cells.age,
    cells.period_quarter,
    cells.event_type,
    cells.outcome,
    cells.people,
    cells.events
FROM cells
ANTI JOIN held_for_next_level
    ON cells.gender IS NOT DISTINCT FROM held_for_next_level.gender
    AND cells.ethnicity IS NOT DISTINCT FROM held_for_next_level.ethnicity
    AND cells.age IS NOT DISTINCT FROM held_for_next_level.age
    AND cells.period_quarter IS NOT DISTINCT FROM held_for_next_level.period_quarter
    AND cells.event_type IS NOT DISTINCT FROM held_for_next_level.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_next_level.outcome
ANTI JOIN held_for_rest
    ON cells.gender IS NOT DISTINCT FROM held_for_rest.gender
    AND cells.ethnicity IS NOT DISTINCT FROM held_for_rest.ethnicity
    AND cells.age IS NOT DISTINCT FROM held_for_rest.age
    AND cells.period_quarter IS NOT DISTINCT FROM held_for_rest.period_quarter
    AND cells.event_type IS NOT DISTINCT FROM held_for_rest.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_rest.outcome;

CREATE TABLE private.persona_events__left_6 AS
SELECT events.*
FROM private.persona_events__left_5 AS events
ANTI JOIN private.persona_events__level_6 AS cells
    ON events.gender IS NOT DISTINCT FROM cells.gender
    AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
    AND events.age IS NOT DISTINCT FROM cells.age
    AND events.period_quarter IS NOT DISTINCT FROM cells.period_quarter
    AND events.event_type IS NOT DISTINCT FROM cells.event_type
    AND events.outcome IS NOT DISTINCT FROM cells.outcome;

-- level 7: gender x ethnicity x age, year
CREATE TABLE private.persona_events__saturated_7 AS
WITH people_with AS (
    SELECT
        TRUE AS everybody,
        gender,
        ethnicity,
        age,
        outcome,
        count(DISTINCT person_id) AS people
    FROM private.persona_events__left_6
    WHERE outcome IN ('guilty', 'convicted', 'plea_bargain', 'violated', 'denied', 'enhanced', 'high')
    GROUP BY gender, ethnicity, age, outcome
),

everyone AS (
    SELECT
        TRUE AS everybody,
        gender,
        ethnicity,
        age,
        count(DISTINCT person_id) AS people
    FROM private.personas__members
    GROUP BY gender, ethnicity, age
)

SELECT
    people_with.gender,
    people_with.ethnicity,
    people_with.age,
    people_with.outcome
FROM people_with
INNER JOIN everyone
    ON people_with.everybody IS NOT DISTINCT FROM everyone.everybody
    AND people_with.gender IS NOT DISTINCT FROM everyone.gender
    AND people_with.ethnicity IS NOT DISTINCT FROM everyone.ethnicity
    AND people_with.age IS NOT DISTINCT FROM everyone.age
WHERE people_with.people > 0.8::DOUBLE * everyone.people;

CREATE TABLE private.persona_events__level_7 AS
WITH cells AS (
    SELECT
        events.gender,
        events.ethnicity,
        events.age,
        events.period_year,
        events.event_type,
        events.outcome,
        count(DISTINCT events.person_id) AS people,
        sum(events.events) AS events
    FROM private.persona_events__left_6 AS events
    ANTI JOIN private.persona_events__saturated_7 AS saturated
        ON events.gender IS NOT DISTINCT FROM saturated.gender
        AND events.ethnicity IS NOT DISTINCT FROM saturated.ethnicity
        AND events.age IS NOT DISTINCT FROM saturated.age
        AND events.outcome IS NOT DISTINCT FROM saturated.outcome
    GROUP BY
        events.gender,
        events.ethnicity,
        events.age,
        events.period_year,
        events.event_type,
        events.outcome
    HAVING count(DISTINCT events.person_id) >= 5
),

short_groups AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.gender,
        events.ethnicity,
        events.event_type,
        events.outcome
    FROM private.persona_events__left_6 AS events
    ANTI JOIN cells
        ON events.gender IS NOT DISTINCT FROM cells.gender
        AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
        AND events.age IS NOT DISTINCT FROM cells.age
        AND events.period_year IS NOT DISTINCT FROM cells.period_year
        AND events.event_type IS NOT DISTINCT FROM cells.event_type
        AND events.outcome IS NOT DISTINCT FROM cells.outcome
    SEMI JOIN cells AS beside
        ON events.gender IS NOT DISTINCT FROM beside.gender
        AND events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
        AND events.outcome IS NOT DISTINCT FROM beside.outcome
    GROUP BY events.gender, events.ethnicity, events.event_type, events.outcome
    HAVING count(DISTINCT events.person_id) BETWEEN 1 AND 4
),

held_for_next_level AS (  -- the smallest cell of each
    SELECT
        cells.gender,
        cells.ethnicity,
        cells.age,
        cells.period_year,
        cells.event_type,
        cells.outcome
    FROM cells
    SEMI JOIN short_groups
        ON short_groups.is_short
        AND cells.gender IS NOT DISTINCT FROM short_groups.gender
        AND cells.ethnicity IS NOT DISTINCT FROM short_groups.ethnicity
        AND cells.event_type IS NOT DISTINCT FROM short_groups.event_type
        AND cells.outcome IS NOT DISTINCT FROM short_groups.outcome
    QUALIFY row_number() OVER (
        PARTITION BY cells.gender, cells.ethnicity, cells.event_type, cells.outcome
        ORDER BY
            cells.people, cells.gender, cells.ethnicity, cells.age, cells.period_year, cells.event_type, cells.outcome
    ) = 1
),

short_rests AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.gender,
        events.ethnicity,
        events.age,
        events.event_type
    FROM private.persona_events__left_6 AS events
    ANTI JOIN cells
        ON events.gender IS NOT DISTINCT FROM cells.gender
        AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
        AND events.age IS NOT DISTINCT FROM cells.age
        AND events.period_year IS NOT DISTINCT FROM cells.period_year
        AND events.event_type IS NOT DISTINCT FROM cells.event_type
        AND events.outcome IS NOT DISTINCT FROM cells.outcome
    SEMI JOIN cells AS beside
        ON events.gender IS NOT DISTINCT FROM beside.gender
        AND events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.age IS NOT DISTINCT FROM beside.age
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
    GROUP BY events.gender, events.ethnicity, events.age, events.event_type
    HAVING count(DISTINCT events.person_id) BETWEEN 1 AND 4
),

held_for_rest AS (  -- the smallest cell of each
    SELECT
        cells.gender,
        cells.ethnicity,
        cells.age,
        cells.period_year,
        cells.event_type,
        cells.outcome
    FROM cells
    SEMI JOIN short_rests
        ON short_rests.is_short
        AND cells.gender IS NOT DISTINCT FROM short_rests.gender
        AND cells.ethnicity IS NOT DISTINCT FROM short_rests.ethnicity
        AND cells.age IS NOT DISTINCT FROM short_rests.age
        AND cells.event_type IS NOT DISTINCT FROM short_rests.event_type
    QUALIFY row_number() OVER (
        PARTITION BY cells.gender, cells.ethnicity, cells.age, cells.event_type
        ORDER BY
            coalesce(cells.outcome IN ('guilty', 'convicted', 'plea_bargain', 'violated', 'denied', 'enhanced', 'high'), FALSE),
            cells.people, cells.gender, cells.ethnicity, cells.age, cells.period_year, cells.event_type, cells.outcome
    ) = 1
)

SELECT
    cells.gender,
    cells.ethnicity,
    cells.age,
    cells.period_year,
    cells.event_type,
    cells.outcome,
    cells.people,
    cells.events
FROM cells
ANTI JOIN held_for_next_level
    ON cells.gender IS NOT DISTINCT FROM held_for_next_level.gender
    AND cells.ethnicity IS NOT DISTINCT FROM held_for_next_level.ethnicity
    AND cells.age IS NOT DISTINCT FROM held_for_next_level.age
    AND cells.period_year IS NOT DISTINCT FROM held_for_next_level.period_year
    AND cells.event_type IS NOT DISTINCT FROM held_for_next_level.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_next_level.outcome
ANTI JOIN held_for_rest
    ON cells.gender IS NOT DISTINCT FROM held_for_rest.gender
    AND cells.ethnicity IS NOT DISTINCT FROM held_for_rest.ethnicity
    AND cells.age IS NOT DISTINCT FROM held_for_rest.age
    AND cells.period_year IS NOT DISTINCT FROM held_for_rest.period_year
    AND cells.event_type IS NOT DISTINCT FROM held_for_rest.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_rest.outcome;

CREATE TABLE private.persona_events__left_7 AS
SELECT events.*
FROM private.persona_events__left_6 AS events
ANTI JOIN private.persona_events__level_7 AS cells
    ON events.gender IS NOT DISTINCT FROM cells.gender
    AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
    AND events.age IS NOT DISTINCT FROM cells.age
    AND events.period_year IS NOT DISTINCT FROM cells.period_year
    AND events.event_type IS NOT DISTINCT FROM cells.event_type
    AND events.outcome IS NOT DISTINCT FROM cells.outcome;

-- level 8: gender x ethnicity, year
CREATE TABLE private.persona_events__saturated_8 AS
WITH people_with AS (
    SELECT
        TRUE AS everybody,
        gender,
        ethnicity,
        outcome,
        count(DISTINCT person_id) AS people
    FROM private.persona_events__left_7
    WHERE outcome IN ('guilty', 'convicted', 'plea_bargain', 'violated', 'denied', 'enhanced', 'high')
    GROUP BY gender, ethnicity, outcome
),

everyone AS (
    SELECT
        TRUE AS everybody,
        gender,
        ethnicity,
        count(DISTINCT person_id) AS people
    FROM private.personas__members
    GROUP BY gender, ethnicity
)

SELECT
    people_with.gender,
    people_with.ethnicity,
    people_with.outcome
FROM people_with
INNER JOIN everyone
    ON people_with.everybody IS NOT DISTINCT FROM everyone.everybody
    AND people_with.gender IS NOT DISTINCT FROM everyone.gender
    AND people_with.ethnicity IS NOT DISTINCT FROM everyone.ethnicity
WHERE people_with.people > 0.8::DOUBLE * everyone.people;

CREATE TABLE private.persona_events__level_8 AS
WITH cells AS (
    SELECT
        events.gender,
        events.ethnicity,
        events.period_year,
        events.event_type,
        events.outcome,
        count(DISTINCT events.person_id) AS people,
        sum(events.events) AS events
    FROM private.persona_events__left_7 AS events
    ANTI JOIN private.persona_events__saturated_8 AS saturated
        ON events.gender IS NOT DISTINCT FROM saturated.gender
        AND events.ethnicity IS NOT DISTINCT FROM saturated.ethnicity
        AND events.outcome IS NOT DISTINCT FROM saturated.outcome
    GROUP BY
        events.gender,
        events.ethnicity,
        events.period_year,
        events.event_type,
        events.outcome
    HAVING count(DISTINCT events.person_id) >= 5
),

short_groups AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.gender,
        events.ethnicity,
        events.event_type,
        events.outcome
    FROM private.persona_events__left_7 AS events
    ANTI JOIN cells
        ON events.gender IS NOT DISTINCT FROM cells.gender
        AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
        AND events.period_year IS NOT DISTINCT FROM cells.period_year
        AND events.event_type IS NOT DISTINCT FROM cells.event_type
        AND events.outcome IS NOT DISTINCT FROM cells.outcome
    SEMI JOIN cells AS beside
        ON events.gender IS NOT DISTINCT FROM beside.gender
        AND events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
        AND events.outcome IS NOT DISTINCT FROM beside.outcome
    GROUP BY events.gender, events.ethnicity, events.event_type, events.outcome
    HAVING count(DISTINCT events.person_id) BETWEEN 1 AND 4
),

held_for_next_level AS (  -- the smallest cell of each
    SELECT
        cells.gender,
        cells.ethnicity,
        cells.period_year,
        cells.event_type,
        cells.outcome
    FROM cells
    SEMI JOIN short_groups
        ON short_groups.is_short
        AND cells.gender IS NOT DISTINCT FROM short_groups.gender
        AND cells.ethnicity IS NOT DISTINCT FROM short_groups.ethnicity
        AND cells.event_type IS NOT DISTINCT FROM short_groups.event_type
        AND cells.outcome IS NOT DISTINCT FROM short_groups.outcome
    QUALIFY row_number() OVER (
        PARTITION BY cells.gender, cells.ethnicity, cells.event_type, cells.outcome
        ORDER BY
            cells.people, cells.gender, cells.ethnicity, cells.period_year, cells.event_type, cells.outcome
    ) = 1
),

short_rests AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.gender,
        events.ethnicity,
        events.event_type
    FROM private.persona_events__left_7 AS events
    ANTI JOIN cells
        ON events.gender IS NOT DISTINCT FROM cells.gender
        AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
        AND events.period_year IS NOT DISTINCT FROM cells.period_year
        AND events.event_type IS NOT DISTINCT FROM cells.event_type
        AND events.outcome IS NOT DISTINCT FROM cells.outcome
    SEMI JOIN cells AS beside
        ON events.gender IS NOT DISTINCT FROM beside.gender
        AND events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
    GROUP BY events.gender, events.ethnicity, events.event_type
    HAVING count(DISTINCT events.person_id) BETWEEN 1 AND 4
),

held_for_rest AS (  -- the smallest cell of each
    SELECT
        cells.gender,
        cells.ethnicity,
        cells.period_year,
        cells.event_type,
        cells.outcome
    FROM cells
    SEMI JOIN short_rests
        ON short_rests.is_short
        AND cells.gender IS NOT DISTINCT FROM short_rests.gender
        AND cells.ethnicity IS NOT DISTINCT FROM short_rests.ethnicity
        AND cells.event_type IS NOT DISTINCT FROM short_rests.event_type
    QUALIFY row_number() OVER (
        PARTITION BY cells.gender, cells.ethnicity, cells.event_type
        ORDER BY
            coalesce(cells.outcome IN ('guilty', 'convicted', 'plea_bargain', 'violated', 'denied', 'enhanced', 'high'), FALSE),
            cells.people, cells.gender, cells.ethnicity, cells.period_year, cells.event_type, cells.outcome
    ) = 1
)

SELECT
    cells.gender,
    cells.ethnicity,
    cells.period_year,
    cells.event_type,
    cells.outcome,
    cells.people,
    cells.events
FROM cells
ANTI JOIN held_for_next_level
    ON cells.gender IS NOT DISTINCT FROM held_for_next_level.gender
    AND cells.ethnicity IS NOT DISTINCT FROM held_for_next_level.ethnicity
    AND cells.period_year IS NOT DISTINCT FROM held_for_next_level.period_year
    AND cells.event_type IS NOT DISTINCT FROM held_for_next_level.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_next_level.outcome
ANTI JOIN held_for_rest
    ON cells.gender IS NOT DISTINCT FROM held_for_rest.gender
    AND cells.ethnicity IS NOT DISTINCT FROM held_for_rest.ethnicity
    AND cells.period_year IS NOT DISTINCT FROM held_for_rest.period_year
    AND cells.event_type IS NOT DISTINCT FROM held_for_rest.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_rest.outcome;

CREATE TABLE private.persona_events__left_8 AS
SELECT events.*
FROM private.persona_events__left_7 AS events
ANTI JOIN private.persona_events__level_8 AS cells
    ON events.gender IS NOT DISTINCT FROM cells.gender
    AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
    AND events.period_year IS NOT DISTINCT FROM cells.period_year
    AND events.event_type IS NOT DISTINCT FROM cells.event_type
    AND events.outcome IS NOT DISTINCT FROM cells.outcome;

-- level 9: gender x ethnicity, all time
CREATE TABLE private.persona_events__saturated_9 AS
WITH people_with AS (
    SELECT
        TRUE AS everybody,
        gender,
        ethnicity,
        outcome,
        count(DISTINCT person_id) AS people
    FROM private.persona_events__left_8
    WHERE outcome IN ('guilty', 'convicted', 'plea_bargain', 'violated', 'denied', 'enhanced', 'high')
    GROUP BY gender, ethnicity, outcome
),

everyone AS (
    SELECT
        TRUE AS everybody,
        gender,
        ethnicity,
        count(DISTINCT person_id) AS people
    FROM private.personas__members
    GROUP BY gender, ethnicity
)

SELECT
    people_with.gender,
    people_with.ethnicity,
    people_with.outcome
FROM people_with
INNER JOIN everyone
    ON people_with.everybody IS NOT DISTINCT FROM everyone.everybody
    AND people_with.gender IS NOT DISTINCT FROM everyone.gender
    AND people_with.ethnicity IS NOT DISTINCT FROM everyone.ethnicity
WHERE people_with.people > 0.8::DOUBLE * everyone.people;

CREATE TABLE private.persona_events__level_9 AS
WITH cells AS (
    SELECT
        events.gender,
        events.ethnicity,
        events.period_all_time,
        events.event_type,
        events.outcome,
        count(DISTINCT events.person_id) AS people,
        sum(events.events) AS events
    FROM private.persona_events__left_8 AS events
    ANTI JOIN private.persona_events__saturated_9 AS saturated
        ON events.gender IS NOT DISTINCT FROM saturated.gender
        AND events.ethnicity IS NOT DISTINCT FROM saturated.ethnicity
        AND events.outcome IS NOT DISTINCT FROM saturated.outcome
    GROUP BY
        events.gender,
        events.ethnicity,
        events.period_all_time,
        events.event_type,
        events.outcome
    HAVING count(DISTINCT events.person_id) >= 5
),

short_groups AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.ethnicity,
        events.event_type,
        events.outcome
    FROM private.persona_events__left_8 AS events
    ANTI JOIN cells
        ON events.gender IS NOT DISTINCT FROM cells.gender
        AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
        AND events.period_all_time IS NOT DISTINCT FROM cells.period_all_time
        AND events.event_type IS NOT DISTINCT FROM cells.event_type
        AND events.outcome IS NOT DISTINCT FROM cells.outcome
    SEMI JOIN cells AS beside
        ON events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
        AND events.outcome IS NOT DISTINCT FROM beside.outcome
    GROUP BY events.ethnicity, events.event_type, events.outcome
    HAVING count(DISTINCT events.person_id) BETWEEN 1 AND 4
),

held_for_next_level AS (  -- the smallest cell of each
    SELECT
        cells.gender,
        cells.ethnicity,
        cells.period_all_time,
        cells.event_type,
        cells.outcome
    FROM cells
    SEMI JOIN short_groups
        ON short_groups.is_short
        AND cells.ethnicity IS NOT DISTINCT FROM short_groups.ethnicity
        AND cells.event_type IS NOT DISTINCT FROM short_groups.event_type
        AND cells.outcome IS NOT DISTINCT FROM short_groups.outcome
    QUALIFY row_number() OVER (
        PARTITION BY cells.ethnicity, cells.event_type, cells.outcome
        ORDER BY
            cells.people, cells.gender, cells.ethnicity, cells.period_all_time, cells.event_type, cells.outcome
    ) = 1
),

short_rests AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.gender,
        events.ethnicity,
        events.event_type
    FROM private.persona_events__left_8 AS events
    ANTI JOIN cells
        ON events.gender IS NOT DISTINCT FROM cells.gender
        AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
        AND events.period_all_time IS NOT DISTINCT FROM cells.period_all_time
        AND events.event_type IS NOT DISTINCT FROM cells.event_type
        AND events.outcome IS NOT DISTINCT FROM cells.outcome
    SEMI JOIN cells AS beside
        ON events.gender IS NOT DISTINCT FROM beside.gender
        AND events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
    GROUP BY events.gender, events.ethnicity, events.event_type
    HAVING count(DISTINCT events.person_id) BETWEEN 1 AND 4
),

held_for_rest AS (  -- the smallest cell of each
    SELECT
        cells.gender,
        cells.ethnicity,
        cells.period_all_time,
        cells.event_type,
        cells.outcome
    FROM cells
    SEMI JOIN short_rests
        ON short_rests.is_short
        AND cells.gender IS NOT DISTINCT FROM short_rests.gender
        AND cells.ethnicity IS NOT DISTINCT FROM short_rests.ethnicity
        AND cells.event_type IS NOT DISTINCT FROM short_rests.event_type
    QUALIFY row_number() OVER (
        PARTITION BY cells.gender, cells.ethnicity, cells.event_type
        ORDER BY
            coalesce(cells.outcome IN ('guilty', 'convicted', 'plea_bargain', 'violated', 'denied', 'enhanced', 'high'), FALSE),
            cells.people, cells.gender, cells.ethnicity, cells.period_all_time, cells.event_type, cells.outcome
    ) = 1
)

SELECT
    cells.gender,
    cells.ethnicity,
    cells.period_all_time,
    cells.event_type,
    cells.outcome,
    cells.people,
    cells.events
FROM cells
ANTI JOIN held_for_next_level
    ON cells.gender IS NOT DISTINCT FROM held_for_next_level.gender
    AND cells.ethnicity IS NOT DISTINCT FROM held_for_next_level.ethnicity
    AND cells.period_all_time IS NOT DISTINCT FROM held_for_next_level.period_all_time
    AND cells.event_type IS NOT DISTINCT FROM held_for_next_level.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_next_level.outcome
ANTI JOIN held_for_rest
    ON cells.gender IS NOT DISTINCT FROM held_for_rest.gender
    AND cells.ethnicity IS NOT DISTINCT FROM held_for_rest.ethnicity
    AND cells.period_all_time IS NOT DISTINCT FROM held_for_rest.period_all_time
    AND cells.event_type IS NOT DISTINCT FROM held_for_rest.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_rest.outcome;

CREATE TABLE private.persona_events__left_9 AS
SELECT events.*
FROM private.persona_events__left_8 AS events
ANTI JOIN private.persona_events__level_9 AS cells
    ON events.gender IS NOT DISTINCT FROM cells.gender
    AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
    AND events.period_all_time IS NOT DISTINCT FROM cells.period_all_time
    AND events.event_type IS NOT DISTINCT FROM cells.event_type
    AND events.outcome IS NOT DISTINCT FROM cells.outcome;

-- level 10: ethnicity, all time
CREATE TABLE private.persona_events__saturated_10 AS
WITH people_with AS (
    SELECT
        TRUE AS everybody,
        ethnicity,
        outcome,
        count(DISTINCT person_id) AS people
    FROM private.persona_events__left_9
    WHERE outcome IN ('guilty', 'convicted', 'plea_bargain', 'violated', 'denied', 'enhanced', 'high')
    GROUP BY ethnicity, outcome
),

everyone AS (
    SELECT
        TRUE AS everybody,
        ethnicity,
        count(DISTINCT person_id) AS people
    FROM private.personas__members
    GROUP BY ethnicity
)

SELECT
    people_with.ethnicity,
    people_with.outcome
FROM people_with
INNER JOIN everyone
    ON people_with.everybody IS NOT DISTINCT FROM everyone.everybody
    AND people_with.ethnicity IS NOT DISTINCT FROM everyone.ethnicity
WHERE people_with.people > 0.8::DOUBLE * everyone.people;

CREATE TABLE private.persona_events__level_10 AS
WITH cells AS (
    SELECT
        events.ethnicity,
        events.period_all_time,
        events.event_type,
        events.outcome,
        count(DISTINCT events.person_id) AS people,
        sum(events.events) AS events
    FROM private.persona_events__left_9 AS events
    ANTI JOIN private.persona_events__saturated_10 AS saturated
        ON events.ethnicity IS NOT DISTINCT FROM saturated.ethnicity
        AND events.outcome IS NOT DISTINCT FROM saturated.outcome
    GROUP BY
        events.ethnicity,
        events.period_all_time,
        events.event_type,
        events.outcome
    HAVING count(DISTINCT events.person_id) >= 5
),

short_groups AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.event_type,
        events.outcome
    FROM private.persona_events__left_9 AS events
    ANTI JOIN cells
        ON events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
        AND events.period_all_time IS NOT DISTINCT FROM cells.period_all_time
        AND events.event_type IS NOT DISTINCT FROM cells.event_type
        AND events.outcome IS NOT DISTINCT FROM cells.outcome
    SEMI JOIN cells AS beside
        ON events.event_type IS NOT DISTINCT FROM beside.event_type
        AND events.outcome IS NOT DISTINCT FROM beside.outcome
    GROUP BY events.event_type, events.outcome
    HAVING count(DISTINCT events.person_id) BETWEEN 1 AND 4
),

held_for_next_level AS (  -- the smallest cell of each
    SELECT
        cells.ethnicity,
        cells.period_all_time,
        cells.event_type,
        cells.outcome
    FROM cells
    SEMI JOIN short_groups
        ON short_groups.is_short
        AND cells.event_type IS NOT DISTINCT FROM short_groups.event_type
        AND cells.outcome IS NOT DISTINCT FROM short_groups.outcome
    QUALIFY row_number() OVER (
        PARTITION BY cells.event_type, cells.outcome
        ORDER BY
            cells.people, cells.ethnicity, cells.period_all_time, cells.event_type, cells.outcome
    ) = 1
),

short_rests AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.ethnicity,
        events.event_type
    FROM private.persona_events__left_9 AS events
    ANTI JOIN cells
        ON events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
        AND events.period_all_time IS NOT DISTINCT FROM cells.period_all_time
        AND events.event_type IS NOT DISTINCT FROM cells.event_type
        AND events.outcome IS NOT DISTINCT FROM cells.outcome
    SEMI JOIN cells AS beside
        ON events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
    GROUP BY events.ethnicity, events.event_type
    HAVING count(DISTINCT events.person_id) BETWEEN 1 AND 4
),

held_for_rest AS (  -- the smallest cell of each
    SELECT
        cells.ethnicity,
        cells.period_all_time,
        cells.event_type,
        cells.outcome
    FROM cells
    SEMI JOIN short_rests
        ON short_rests.is_short
        AND cells.ethnicity IS NOT DISTINCT FROM short_rests.ethnicity
        AND cells.event_type IS NOT DISTINCT FROM short_rests.event_type
    QUALIFY row_number() OVER (
        PARTITION BY cells.ethnicity, cells.event_type
        ORDER BY
            coalesce(cells.outcome IN ('guilty', 'convicted', 'plea_bargain', 'violated', 'denied', 'enhanced', 'high'), FALSE),
            cells.people, cells.ethnicity, cells.period_all_time, cells.event_type, cells.outcome
    ) = 1
)

SELECT
    cells.ethnicity,
    cells.period_all_time,
    cells.event_type,
    cells.outcome,
    cells.people,
    cells.events
FROM cells
ANTI JOIN held_for_next_level
    ON cells.ethnicity IS NOT DISTINCT FROM held_for_next_level.ethnicity
    AND cells.period_all_time IS NOT DISTINCT FROM held_for_next_level.period_all_time
    AND cells.event_type IS NOT DISTINCT FROM held_for_next_level.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_next_level.outcome
ANTI JOIN held_for_rest
    ON cells.ethnicity IS NOT DISTINCT FROM held_for_rest.ethnicity
    AND cells.period_all_time IS NOT DISTINCT FROM held_for_rest.period_all_time
    AND cells.event_type IS NOT DISTINCT FROM held_for_rest.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_rest.outcome;

CREATE TABLE private.persona_events__left_10 AS
SELECT events.*
FROM private.persona_events__left_9 AS events
ANTI JOIN private.persona_events__level_10 AS cells
    ON events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
    AND events.period_all_time IS NOT DISTINCT FROM cells.period_all_time
    AND events.event_type IS NOT DISTINCT FROM cells.event_type
    AND events.outcome IS NOT DISTINCT FROM cells.outcome;

-- level 11: everyone, all time
CREATE TABLE private.persona_events__saturated_11 AS
WITH people_with AS (
    SELECT
        TRUE AS everybody,
        outcome,
        count(DISTINCT person_id) AS people
    FROM private.persona_events__left_10
    WHERE outcome IN ('guilty', 'convicted', 'plea_bargain', 'violated', 'denied', 'enhanced', 'high')
    GROUP BY outcome
),

everyone AS (
    SELECT
        TRUE AS everybody,
        count(DISTINCT person_id) AS people
    FROM private.personas__members
)

SELECT people_with.outcome
FROM people_with
INNER JOIN everyone
    ON people_with.everybody IS NOT DISTINCT FROM everyone.everybody
WHERE people_with.people > 0.8::DOUBLE * everyone.people;

CREATE TABLE private.persona_events__level_11 AS
WITH cells AS (
    SELECT
        events.period_all_time,
        events.event_type,
        events.outcome,
        count(DISTINCT events.person_id) AS people,
        sum(events.events) AS events
    FROM private.persona_events__left_10 AS events
    ANTI JOIN private.persona_events__saturated_11 AS saturated
        ON events.outcome IS NOT DISTINCT FROM saturated.outcome
    GROUP BY
        events.period_all_time,
        events.event_type,
        events.outcome
    HAVING count(DISTINCT events.person_id) >= 5
),

short_rests AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.event_type
    FROM private.persona_events__left_10 AS events
    ANTI JOIN cells
        ON events.period_all_time IS NOT DISTINCT FROM cells.period_all_time
        AND events.event_type IS NOT DISTINCT FROM cells.event_type
        AND events.outcome IS NOT DISTINCT FROM cells.outcome
    SEMI JOIN cells AS beside
        ON events.event_type IS NOT DISTINCT FROM beside.event_type
    GROUP BY events.event_type
    HAVING count(DISTINCT events.person_id) BETWEEN 1 AND 4
),

held_for_rest AS (  -- the smallest cell of each
    SELECT
        cells.period_all_time,
        cells.event_type,
        cells.outcome
    FROM cells
    SEMI JOIN short_rests
        ON short_rests.is_short
        AND cells.event_type IS NOT DISTINCT FROM short_rests.event_type
    QUALIFY row_number() OVER (
        PARTITION BY cells.event_type
        ORDER BY
            coalesce(cells.outcome IN ('guilty', 'convicted', 'plea_bargain', 'violated', 'denied', 'enhanced', 'high'), FALSE),
            cells.people, cells.period_all_time, cells.event_type, cells.outcome
    ) = 1
)

SELECT
    cells.period_all_time,
    cells.event_type,
    cells.outcome,
    cells.people,
    cells.events
FROM cells
ANTI JOIN held_for_rest
    ON cells.period_all_time IS NOT DISTINCT FROM held_for_rest.period_all_time
    AND cells.event_type IS NOT DISTINCT FROM held_for_rest.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_rest.outcome;

CREATE TABLE private.persona_events__left_11 AS
SELECT events.*
FROM private.persona_events__left_10 AS events
ANTI JOIN private.persona_events__level_11 AS cells
    ON events.period_all_time IS NOT DISTINCT FROM cells.period_all_time
    AND events.event_type IS NOT DISTINCT FROM cells.event_type
    AND events.outcome IS NOT DISTINCT FROM cells.outcome;

-- step 14 (private): the cells of all levels
CREATE TABLE private.persona_events__cells AS
SELECT
    1 AS level_number,
    'persona_month' AS level,
    CAST(persona_id AS VARCHAR) AS persona_id,
    CAST(gender AS VARCHAR) AS gender,
    CAST(ethnicity AS VARCHAR) AS ethnicity,
    CAST(age AS VARCHAR) AS age,
    period_month AS period,
    CAST(event_type AS VARCHAR) AS event_type,
    CAST(outcome AS VARCHAR) AS outcome,
    people,
    events
FROM private.persona_events__level_1
UNION ALL
SELECT
    2 AS level_number,
    'persona_quarter' AS level,
    CAST(persona_id AS VARCHAR) AS persona_id,
    CAST(gender AS VARCHAR) AS gender,
    CAST(ethnicity AS VARCHAR) AS ethnicity,
    CAST(age AS VARCHAR) AS age,
    period_quarter AS period,
    CAST(event_type AS VARCHAR) AS event_type,
    CAST(outcome AS VARCHAR) AS outcome,
    people,
    events
FROM private.persona_events__level_2
UNION ALL
SELECT
    3 AS level_number,
    'persona_year' AS level,
    CAST(persona_id AS VARCHAR) AS persona_id,
    CAST(gender AS VARCHAR) AS gender,
    CAST(ethnicity AS VARCHAR) AS ethnicity,
    CAST(age AS VARCHAR) AS age,
    period_year AS period,
    CAST(event_type AS VARCHAR) AS event_type,
    CAST(outcome AS VARCHAR) AS outcome,
    people,
    events
FROM private.persona_events__level_3
UNION ALL
SELECT
    4 AS level_number,
    'persona_all_time' AS level,
    CAST(persona_id AS VARCHAR) AS persona_id,
    CAST(gender AS VARCHAR) AS gender,
    CAST(ethnicity AS VARCHAR) AS ethnicity,
    CAST(age AS VARCHAR) AS age,
    period_all_time AS period,
    CAST(event_type AS VARCHAR) AS event_type,
    CAST(outcome AS VARCHAR) AS outcome,
    people,
    events
FROM private.persona_events__level_4
UNION ALL
SELECT
    5 AS level_number,
    'block_age_month' AS level,
    NULL AS persona_id,
    CAST(gender AS VARCHAR) AS gender,
    CAST(ethnicity AS VARCHAR) AS ethnicity,
    CAST(age AS VARCHAR) AS age,
    period_month AS period,
    CAST(event_type AS VARCHAR) AS event_type,
    CAST(outcome AS VARCHAR) AS outcome,
    people,
    events
FROM private.persona_events__level_5
UNION ALL
SELECT
    6 AS level_number,
    'block_age_quarter' AS level,
    NULL AS persona_id,
    CAST(gender AS VARCHAR) AS gender,
    CAST(ethnicity AS VARCHAR) AS ethnicity,
    CAST(age AS VARCHAR) AS age,
    period_quarter AS period,
    CAST(event_type AS VARCHAR) AS event_type,
    CAST(outcome AS VARCHAR) AS outcome,
    people,
    events
FROM private.persona_events__level_6
UNION ALL
SELECT
    7 AS level_number,
    'block_age_year' AS level,
    NULL AS persona_id,
    CAST(gender AS VARCHAR) AS gender,
    CAST(ethnicity AS VARCHAR) AS ethnicity,
    CAST(age AS VARCHAR) AS age,
    period_year AS period,
    CAST(event_type AS VARCHAR) AS event_type,
    CAST(outcome AS VARCHAR) AS outcome,
    people,
    events
FROM private.persona_events__level_7
UNION ALL
SELECT
    8 AS level_number,
    'block_year' AS level,
    NULL AS persona_id,
    CAST(gender AS VARCHAR) AS gender,
    CAST(ethnicity AS VARCHAR) AS ethnicity,
    '*' AS age,
    period_year AS period,
    CAST(event_type AS VARCHAR) AS event_type,
    CAST(outcome AS VARCHAR) AS outcome,
    people,
    events
FROM private.persona_events__level_8
UNION ALL
SELECT
    9 AS level_number,
    'block_all_time' AS level,
    NULL AS persona_id,
    CAST(gender AS VARCHAR) AS gender,
    CAST(ethnicity AS VARCHAR) AS ethnicity,
    '*' AS age,
    period_all_time AS period,
    CAST(event_type AS VARCHAR) AS event_type,
    CAST(outcome AS VARCHAR) AS outcome,
    people,
    events
FROM private.persona_events__level_9
UNION ALL
SELECT
    10 AS level_number,
    'ethnicity_all_time' AS level,
    NULL AS persona_id,
    '*' AS gender,
    CAST(ethnicity AS VARCHAR) AS ethnicity,
    '*' AS age,
    period_all_time AS period,
    CAST(event_type AS VARCHAR) AS event_type,
    CAST(outcome AS VARCHAR) AS outcome,
    people,
    events
FROM private.persona_events__level_10
UNION ALL
SELECT
    11 AS level_number,
    'everyone' AS level,
    NULL AS persona_id,
    '*' AS gender,
    '*' AS ethnicity,
    '*' AS age,
    period_all_time AS period,
    CAST(event_type AS VARCHAR) AS event_type,
    CAST(outcome AS VARCHAR) AS outcome,
    people,
    events
FROM private.persona_events__level_11;

-- step 15 (release): all of them
CREATE TABLE release.persona_events AS
SELECT
    level,
    persona_id,
    gender,
    ethnicity,
    age,
    period,
    event_type,
    outcome,
    people,
    CAST(events AS BIGINT) AS events
FROM private.persona_events__cells
ORDER BY level_number, persona_id, gender, ethnicity, age, period, event_type, outcome;
