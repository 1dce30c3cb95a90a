-- the texts beside events (private), in their order
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

-- what happened to the people of personas (private)
CREATE TABLE private.persona_events__events AS
WITH authored AS (  -- models/release/persona_events.sql:2, as written
    SELECT
        person_id,
        date,
        event_type,
        outcome
    FROM private.stg_events
),

people AS (
    SELECT
        members.person_id,
        members.person,
        members.persona,
        CAST(members.gender AS private.persona_events__text) AS gender,
        CAST(members.ethnicity AS private.persona_events__text) AS ethnicity,
        CAST(members.age AS private.persona_events__text) AS age
    FROM private.personas__members AS members
)

SELECT
    people.person,
    people.persona,
    people.gender,
    people.ethnicity,
    people.age,
    CAST(date_trunc('month', authored.date) AS DATE) AS period_month,
    CAST(date_trunc('quarter', authored.date) AS DATE) AS period_quarter,
    CAST(date_trunc('year', authored.date) AS DATE) AS period_year,
    CAST(CAST(authored.event_type AS VARCHAR) AS private.persona_events__text) AS event_type,
    CAST(CAST(authored.outcome AS VARCHAR) AS private.persona_events__text) AS outcome
FROM authored
INNER JOIN people
    ON authored.person_id = people.person_id;

-- events that may be in a row of a persona (private), and how many people of a block have others
CREATE TABLE private.persona_events__often AS
SELECT
    persona,
    event_type,
    outcome
FROM private.persona_events__events
GROUP BY persona, event_type, outcome
HAVING count(DISTINCT person) >= 5;

CREATE TABLE private.persona_events__candidates AS
SELECT events.*
FROM private.persona_events__events AS events
SEMI JOIN private.persona_events__often AS often
    ON events.persona IS NOT DISTINCT FROM often.persona
    AND events.event_type IS NOT DISTINCT FROM often.event_type;

CREATE TABLE private.persona_events__others AS
SELECT
    events.gender,
    events.ethnicity,
    events.event_type,
    events.outcome,
    count(DISTINCT events.person % 256) AS people
FROM private.persona_events__events AS events
ANTI JOIN private.persona_events__often AS often
    ON events.persona IS NOT DISTINCT FROM often.persona
    AND events.event_type IS NOT DISTINCT FROM often.event_type
GROUP BY events.gender, events.ethnicity, events.event_type, events.outcome;

-- level 1: persona_id x gender x ethnicity x age, month
CREATE TABLE private.persona_events__saturated_1 AS
WITH people_with AS (
    SELECT
        TRUE AS everybody,
        persona,
        gender,
        ethnicity,
        age,
        outcome,
        count(DISTINCT person) AS people
    FROM private.persona_events__events
    WHERE outcome IN ('guilty', 'convicted', 'plea_bargain', 'violated', 'denied', 'enhanced', 'high')
    GROUP BY persona, gender, ethnicity, age, outcome
),

everyone AS (
    SELECT
        TRUE AS everybody,
        persona,
        gender,
        ethnicity,
        age,
        count(*) AS people
    FROM private.personas__members
    GROUP BY persona, gender, ethnicity, age
)

SELECT
    people_with.persona,
    people_with.gender,
    people_with.ethnicity,
    people_with.age,
    people_with.outcome
FROM people_with
INNER JOIN everyone
    ON people_with.everybody IS NOT DISTINCT FROM everyone.everybody
    AND people_with.persona IS NOT DISTINCT FROM everyone.persona
    AND people_with.gender IS NOT DISTINCT FROM everyone.gender
    AND people_with.ethnicity IS NOT DISTINCT FROM everyone.ethnicity
    AND people_with.age IS NOT DISTINCT FROM everyone.age
WHERE people_with.people > 0.8::DOUBLE * everyone.people;

CREATE TABLE private.persona_events__level_1 AS
WITH of_people AS (  -- how often each had the events of a cell
    SELECT
        events.person,
        events.persona,
        events.gender,
        events.ethnicity,
        events.age,
        events.period_month,
        events.event_type,
        events.outcome,
        count(*) AS events
    FROM private.persona_events__candidates AS events
    ANTI JOIN private.persona_events__saturated_1 AS saturated
        ON events.persona IS NOT DISTINCT FROM saturated.persona
        AND events.gender IS NOT DISTINCT FROM saturated.gender
        AND events.ethnicity IS NOT DISTINCT FROM saturated.ethnicity
        AND events.age IS NOT DISTINCT FROM saturated.age
        AND events.outcome IS NOT DISTINCT FROM saturated.outcome
    GROUP BY events.person, events.persona, events.gender, events.ethnicity, events.age, events.period_month, events.event_type, events.outcome
),

cells AS (
    SELECT
        persona,
        gender,
        ethnicity,
        age,
        period_month,
        event_type,
        outcome,
        count(*) AS people,
        sum(events) AS events
    FROM of_people
    GROUP BY persona, gender, ethnicity, age, period_month, event_type, outcome
    HAVING count(*) >= 5
),

rest AS (  -- whose events no cell counts
    SELECT
        events.person,
        events.persona,
        events.gender,
        events.ethnicity,
        events.age,
        events.event_type,
        events.outcome
    FROM private.persona_events__candidates AS events
    ANTI JOIN cells
        ON events.persona IS NOT DISTINCT FROM cells.persona
        AND events.gender IS NOT DISTINCT FROM cells.gender
        AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
        AND events.age IS NOT DISTINCT FROM cells.age
        AND events.period_month IS NOT DISTINCT FROM cells.period_month
        AND events.event_type IS NOT DISTINCT FROM cells.event_type
        AND events.outcome IS NOT DISTINCT FROM cells.outcome
),

few_others AS (
    SELECT
        TRUE AS is_few,
        cells.gender,
        cells.ethnicity,
        cells.event_type,
        cells.outcome,
        coalesce(max(others.people), 0) AS people
    FROM cells
    LEFT JOIN private.persona_events__others AS others
        ON cells.gender IS NOT DISTINCT FROM others.gender
        AND cells.ethnicity IS NOT DISTINCT FROM others.ethnicity
        AND cells.event_type IS NOT DISTINCT FROM others.event_type
        AND cells.outcome IS NOT DISTINCT FROM others.outcome
    GROUP BY cells.gender, cells.ethnicity, cells.event_type, cells.outcome
    HAVING coalesce(max(others.people), 0) < 5
),

few_candidates AS (
    SELECT
        TRUE AS is_few,
        events.gender,
        events.ethnicity,
        events.event_type,
        events.outcome,
        count(DISTINCT events.person) AS people
    FROM rest AS events
    SEMI JOIN few_others
        ON few_others.is_few
        AND events.gender IS NOT DISTINCT FROM few_others.gender
        AND events.ethnicity IS NOT DISTINCT FROM few_others.ethnicity
        AND events.event_type IS NOT DISTINCT FROM few_others.event_type
        AND events.outcome IS NOT DISTINCT FROM few_others.outcome
    GROUP BY events.gender, events.ethnicity, events.event_type, events.outcome
),

short_groups AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        few_others.gender,
        few_others.ethnicity,
        few_others.event_type,
        few_others.outcome
    FROM few_others
    LEFT JOIN few_candidates
        ON few_others.is_few
        AND few_others.gender IS NOT DISTINCT FROM few_candidates.gender
        AND few_others.ethnicity IS NOT DISTINCT FROM few_candidates.ethnicity
        AND few_others.event_type IS NOT DISTINCT FROM few_candidates.event_type
        AND few_others.outcome IS NOT DISTINCT FROM few_candidates.outcome
    WHERE few_others.people + coalesce(few_candidates.people, 0) BETWEEN 1 AND 4
),

held_for_next_level AS (  -- the smallest cell of each
    SELECT
        cells.persona,
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
            cells.people, cells.persona, cells.gender, cells.ethnicity, cells.age, cells.period_month, cells.event_type, cells.outcome
    ) = 1
),

short_rests AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.persona,
        events.gender,
        events.ethnicity,
        events.age,
        events.event_type
    FROM rest AS events
    SEMI JOIN cells AS beside
        ON events.persona IS NOT DISTINCT FROM beside.persona
        AND events.gender IS NOT DISTINCT FROM beside.gender
        AND events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.age IS NOT DISTINCT FROM beside.age
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
    GROUP BY events.persona, events.gender, events.ethnicity, events.age, events.event_type
    HAVING count(DISTINCT events.person) BETWEEN 1 AND 4
),

held_for_rest AS (  -- the smallest cell of each
    SELECT
        cells.persona,
        cells.gender,
        cells.ethnicity,
        cells.age,
        cells.period_month,
        cells.event_type,
        cells.outcome
    FROM cells
    SEMI JOIN short_rests
        ON short_rests.is_short
        AND cells.persona IS NOT DISTINCT FROM short_rests.persona
        AND cells.gender IS NOT DISTINCT FROM short_rests.gender
        AND cells.ethnicity IS NOT DISTINCT FROM short_rests.ethnicity
        AND cells.age IS NOT DISTINCT FROM short_rests.age
        AND cells.event_type IS NOT DISTINCT FROM short_rests.event_type
    QUALIFY row_number() OVER (
        PARTITION BY cells.persona, cells.gender, cells.ethnicity, cells.age, cells.event_type
        ORDER BY
            coalesce(cells.outcome IN ('guilty', 'convicted', 'plea_bargain', 'violated', 'denied', 'enhanced', 'high'), FALSE),
            cells.people, cells.persona, cells.gender, cells.ethnicity, cells.age, cells.period_month, cells.event_type, cells.outcome
    ) = 1
)

SELECT cells.*
FROM cells
ANTI JOIN held_for_next_level
    ON cells.persona IS NOT DISTINCT FROM held_for_next_level.persona
    AND cells.gender IS NOT DISTINCT FROM held_for_next_level.gender
    AND cells.ethnicity IS NOT DISTINCT FROM held_for_next_level.ethnicity
    AND cells.age IS NOT DISTINCT FROM held_for_next_level.age
    AND cells.period_month IS NOT DISTINCT FROM held_for_next_level.period_month
    AND cells.event_type IS NOT DISTINCT FROM held_for_next_level.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_next_level.outcome
ANTI JOIN held_for_rest
    ON cells.persona IS NOT DISTINCT FROM held_for_rest.persona
    AND cells.gender IS NOT DISTINCT FROM held_for_rest.gender
    AND cells.ethnicity IS NOT DISTINCT FROM held_for_rest.ethnicity
    AND cells.age IS NOT DISTINCT FROM held_for_rest.age
    AND cells.period_month IS NOT DISTINCT FROM held_for_rest.period_month
    AND cells.event_type IS NOT DISTINCT FROM held_for_rest.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_rest.outcome;

CREATE VIEW private.persona_events__left_1 AS
SELECT events.*
FROM private.persona_events__candidates AS events
ANTI JOIN private.persona_events__level_1 AS cells
    ON events.persona IS NOT DISTINCT FROM cells.persona
    AND events.gender IS NOT DISTINCT FROM cells.gender
    AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
    AND events.age IS NOT DISTINCT FROM cells.age
    AND events.period_month IS NOT DISTINCT FROM cells.period_month
    AND events.event_type IS NOT DISTINCT FROM cells.event_type
    AND events.outcome IS NOT DISTINCT FROM cells.outcome;

-- level 2: persona_id x gender x ethnicity x age, quarter
CREATE TABLE private.persona_events__level_2 AS
WITH of_people AS (  -- how often each had the events of a cell
    SELECT
        events.person,
        events.persona,
        events.gender,
        events.ethnicity,
        events.age,
        events.period_quarter,
        events.event_type,
        events.outcome,
        count(*) AS events
    FROM private.persona_events__left_1 AS events
    ANTI JOIN private.persona_events__saturated_1 AS saturated
        ON events.persona IS NOT DISTINCT FROM saturated.persona
        AND events.gender IS NOT DISTINCT FROM saturated.gender
        AND events.ethnicity IS NOT DISTINCT FROM saturated.ethnicity
        AND events.age IS NOT DISTINCT FROM saturated.age
        AND events.outcome IS NOT DISTINCT FROM saturated.outcome
    GROUP BY events.person, events.persona, events.gender, events.ethnicity, events.age, events.period_quarter, events.event_type, events.outcome
),

cells AS (
    SELECT
        persona,
        gender,
        ethnicity,
        age,
        period_quarter,
        event_type,
        outcome,
        count(*) AS people,
        sum(events) AS events
    FROM of_people
    GROUP BY persona, gender, ethnicity, age, period_quarter, event_type, outcome
    HAVING count(*) >= 5
),

rest AS (  -- whose events no cell counts
    SELECT
        events.person,
        events.persona,
        events.gender,
        events.ethnicity,
        events.age,
        events.event_type,
        events.outcome
    FROM private.persona_events__left_1 AS events
    ANTI JOIN cells
        ON events.persona IS NOT DISTINCT FROM cells.persona
        AND events.gender IS NOT DISTINCT FROM cells.gender
        AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
        AND events.age IS NOT DISTINCT FROM cells.age
        AND events.period_quarter IS NOT DISTINCT FROM cells.period_quarter
        AND events.event_type IS NOT DISTINCT FROM cells.event_type
        AND events.outcome IS NOT DISTINCT FROM cells.outcome
),

few_others AS (
    SELECT
        TRUE AS is_few,
        cells.gender,
        cells.ethnicity,
        cells.event_type,
        cells.outcome,
        coalesce(max(others.people), 0) AS people
    FROM cells
    LEFT JOIN private.persona_events__others AS others
        ON cells.gender IS NOT DISTINCT FROM others.gender
        AND cells.ethnicity IS NOT DISTINCT FROM others.ethnicity
        AND cells.event_type IS NOT DISTINCT FROM others.event_type
        AND cells.outcome IS NOT DISTINCT FROM others.outcome
    GROUP BY cells.gender, cells.ethnicity, cells.event_type, cells.outcome
    HAVING coalesce(max(others.people), 0) < 5
),

few_candidates AS (
    SELECT
        TRUE AS is_few,
        events.gender,
        events.ethnicity,
        events.event_type,
        events.outcome,
        count(DISTINCT events.person) AS people
    FROM rest AS events
    SEMI JOIN few_others
        ON few_others.is_few
        AND events.gender IS NOT DISTINCT FROM few_others.gender
        AND events.ethnicity IS NOT DISTINCT FROM few_others.ethnicity
        AND events.event_type IS NOT DISTINCT FROM few_others.event_type
        AND events.outcome IS NOT DISTINCT FROM few_others.outcome
    GROUP BY events.gender, events.ethnicity, events.event_type, events.outcome
),

short_groups AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        few_others.gender,
        few_others.ethnicity,
        few_others.event_type,
        few_others.outcome
    FROM few_others
    LEFT JOIN few_candidates
        ON few_others.is_few
        AND few_others.gender IS NOT DISTINCT FROM few_candidates.gender
        AND few_others.ethnicity IS NOT DISTINCT FROM few_candidates.ethnicity
        AND few_others.event_type IS NOT DISTINCT FROM few_candidates.event_type
        AND few_others.outcome IS NOT DISTINCT FROM few_candidates.outcome
    WHERE few_others.people + coalesce(few_candidates.people, 0) BETWEEN 1 AND 4
),

held_for_next_level AS (  -- the smallest cell of each
    SELECT
        cells.persona,
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
            cells.people, cells.persona, cells.gender, cells.ethnicity, cells.age, cells.period_quarter, cells.event_type, cells.outcome
    ) = 1
),

short_rests AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.persona,
        events.gender,
        events.ethnicity,
        events.age,
        events.event_type
    FROM rest AS events
    SEMI JOIN cells AS beside
        ON events.persona IS NOT DISTINCT FROM beside.persona
        AND events.gender IS NOT DISTINCT FROM beside.gender
        AND events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.age IS NOT DISTINCT FROM beside.age
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
    GROUP BY events.persona, events.gender, events.ethnicity, events.age, events.event_type
    HAVING count(DISTINCT events.person) BETWEEN 1 AND 4
),

held_for_rest AS (  -- the smallest cell of each
    SELECT
        cells.persona,
        cells.gender,
        cells.ethnicity,
        cells.age,
        cells.period_quarter,
        cells.event_type,
        cells.outcome
    FROM cells
    SEMI JOIN short_rests
        ON short_rests.is_short
        AND cells.persona IS NOT DISTINCT FROM short_rests.persona
        AND cells.gender IS NOT DISTINCT FROM short_rests.gender
        AND cells.ethnicity IS NOT DISTINCT FROM short_rests.ethnicity
        AND cells.age IS NOT DISTINCT FROM short_rests.age
        AND cells.event_type IS NOT DISTINCT FROM short_rests.event_type
    QUALIFY row_number() OVER (
        PARTITION BY cells.persona, cells.gender, cells.ethnicity, cells.age, cells.event_type
        ORDER BY
            coalesce(cells.outcome IN ('guilty', 'convicted', 'plea_bargain', 'violated', 'denied', 'enhanced', 'high'), FALSE),
            cells.people, cells.persona, cells.gender, cells.ethnicity, cells.age, cells.period_quarter, cells.event_type, cells.outcome
    ) = 1
)

SELECT cells.*
FROM cells
ANTI JOIN held_for_next_level
    ON cells.persona IS NOT DISTINCT FROM held_for_next_level.persona
    AND cells.gender IS NOT DISTINCT FROM held_for_next_level.gender
    AND cells.ethnicity IS NOT DISTINCT FROM held_for_next_level.ethnicity
    AND cells.age IS NOT DISTINCT FROM held_for_next_level.age
    AND cells.period_quarter IS NOT DISTINCT FROM held_for_next_level.period_quarter
    AND cells.event_type IS NOT DISTINCT FROM held_for_next_level.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_next_level.outcome
ANTI JOIN held_for_rest
    ON cells.persona IS NOT DISTINCT FROM held_for_rest.persona
    AND cells.gender IS NOT DISTINCT FROM held_for_rest.gender
    AND cells.ethnicity IS NOT DISTINCT FROM held_for_rest.ethnicity
    AND cells.age IS NOT DISTINCT FROM held_for_rest.age
    AND cells.period_quarter IS NOT DISTINCT FROM held_for_rest.period_quarter
    AND cells.event_type IS NOT DISTINCT FROM held_for_rest.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_rest.outcome;

CREATE VIEW private.persona_events__left_2 AS
SELECT events.*
FROM private.persona_events__left_1 AS events
ANTI JOIN private.persona_events__level_2 AS cells
    ON events.persona IS NOT DISTINCT FROM cells.persona
    AND events.gender IS NOT DISTINCT FROM cells.gender
    AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
    AND events.age IS NOT DISTINCT FROM cells.age
    AND events.period_quarter IS NOT DISTINCT FROM cells.period_quarter
    AND events.event_type IS NOT DISTINCT FROM cells.event_type
    AND events.outcome IS NOT DISTINCT FROM cells.outcome;

-- level 3: persona_id x gender x ethnicity x age, year
CREATE TABLE private.persona_events__level_3 AS
WITH of_people AS (  -- how often each had the events of a cell
    SELECT
        events.person,
        events.persona,
        events.gender,
        events.ethnicity,
        events.age,
        events.period_year,
        events.event_type,
        events.outcome,
        count(*) AS events
    FROM private.persona_events__left_2 AS events
    ANTI JOIN private.persona_events__saturated_1 AS saturated
        ON events.persona IS NOT DISTINCT FROM saturated.persona
        AND events.gender IS NOT DISTINCT FROM saturated.gender
        AND events.ethnicity IS NOT DISTINCT FROM saturated.ethnicity
        AND events.age IS NOT DISTINCT FROM saturated.age
        AND events.outcome IS NOT DISTINCT FROM saturated.outcome
    GROUP BY events.person, events.persona, events.gender, events.ethnicity, events.age, events.period_year, events.event_type, events.outcome
),

cells AS (
    SELECT
        persona,
        gender,
        ethnicity,
        age,
        period_year,
        event_type,
        outcome,
        count(*) AS people,
        sum(events) AS events
    FROM of_people
    GROUP BY persona, gender, ethnicity, age, period_year, event_type, outcome
    HAVING count(*) >= 5
),

rest AS (  -- whose events no cell counts
    SELECT
        events.person,
        events.persona,
        events.gender,
        events.ethnicity,
        events.age,
        events.event_type,
        events.outcome
    FROM private.persona_events__left_2 AS events
    ANTI JOIN cells
        ON events.persona IS NOT DISTINCT FROM cells.persona
        AND events.gender IS NOT DISTINCT FROM cells.gender
        AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
        AND events.age IS NOT DISTINCT FROM cells.age
        AND events.period_year IS NOT DISTINCT FROM cells.period_year
        AND events.event_type IS NOT DISTINCT FROM cells.event_type
        AND events.outcome IS NOT DISTINCT FROM cells.outcome
),

few_others AS (
    SELECT
        TRUE AS is_few,
        cells.gender,
        cells.ethnicity,
        cells.event_type,
        cells.outcome,
        coalesce(max(others.people), 0) AS people
    FROM cells
    LEFT JOIN private.persona_events__others AS others
        ON cells.gender IS NOT DISTINCT FROM others.gender
        AND cells.ethnicity IS NOT DISTINCT FROM others.ethnicity
        AND cells.event_type IS NOT DISTINCT FROM others.event_type
        AND cells.outcome IS NOT DISTINCT FROM others.outcome
    GROUP BY cells.gender, cells.ethnicity, cells.event_type, cells.outcome
    HAVING coalesce(max(others.people), 0) < 5
),

few_candidates AS (
    SELECT
        TRUE AS is_few,
        events.gender,
        events.ethnicity,
        events.event_type,
        events.outcome,
        count(DISTINCT events.person) AS people
    FROM rest AS events
    SEMI JOIN few_others
        ON few_others.is_few
        AND events.gender IS NOT DISTINCT FROM few_others.gender
        AND events.ethnicity IS NOT DISTINCT FROM few_others.ethnicity
        AND events.event_type IS NOT DISTINCT FROM few_others.event_type
        AND events.outcome IS NOT DISTINCT FROM few_others.outcome
    GROUP BY events.gender, events.ethnicity, events.event_type, events.outcome
),

short_groups AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        few_others.gender,
        few_others.ethnicity,
        few_others.event_type,
        few_others.outcome
    FROM few_others
    LEFT JOIN few_candidates
        ON few_others.is_few
        AND few_others.gender IS NOT DISTINCT FROM few_candidates.gender
        AND few_others.ethnicity IS NOT DISTINCT FROM few_candidates.ethnicity
        AND few_others.event_type IS NOT DISTINCT FROM few_candidates.event_type
        AND few_others.outcome IS NOT DISTINCT FROM few_candidates.outcome
    WHERE few_others.people + coalesce(few_candidates.people, 0) BETWEEN 1 AND 4
),

held_for_next_level AS (  -- the smallest cell of each
    SELECT
        cells.persona,
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
            cells.people, cells.persona, cells.gender, cells.ethnicity, cells.age, cells.period_year, cells.event_type, cells.outcome
    ) = 1
),

short_rests AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.persona,
        events.gender,
        events.ethnicity,
        events.age,
        events.event_type
    FROM rest AS events
    SEMI JOIN cells AS beside
        ON events.persona IS NOT DISTINCT FROM beside.persona
        AND events.gender IS NOT DISTINCT FROM beside.gender
        AND events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.age IS NOT DISTINCT FROM beside.age
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
    GROUP BY events.persona, events.gender, events.ethnicity, events.age, events.event_type
    HAVING count(DISTINCT events.person) BETWEEN 1 AND 4
),

held_for_rest AS (  -- the smallest cell of each
    SELECT
        cells.persona,
        cells.gender,
        cells.ethnicity,
        cells.age,
        cells.period_year,
        cells.event_type,
        cells.outcome
    FROM cells
    SEMI JOIN short_rests
        ON short_rests.is_short
        AND cells.persona IS NOT DISTINCT FROM short_rests.persona
        AND cells.gender IS NOT DISTINCT FROM short_rests.gender
        AND cells.ethnicity IS NOT DISTINCT FROM short_rests.ethnicity
        AND cells.age IS NOT DISTINCT FROM short_rests.age
        AND cells.event_type IS NOT DISTINCT FROM short_rests.event_type
    QUALIFY row_number() OVER (
        PARTITION BY cells.persona, cells.gender, cells.ethnicity, cells.age, cells.event_type
        ORDER BY
            coalesce(cells.outcome IN ('guilty', 'convicted', 'plea_bargain', 'violated', 'denied', 'enhanced', 'high'), FALSE),
            cells.people, cells.persona, cells.gender, cells.ethnicity, cells.age, cells.period_year, cells.event_type, cells.outcome
    ) = 1
)

SELECT cells.*
FROM cells
ANTI JOIN held_for_next_level
    ON cells.persona IS NOT DISTINCT FROM held_for_next_level.persona
    AND cells.gender IS NOT DISTINCT FROM held_for_next_level.gender
    AND cells.ethnicity IS NOT DISTINCT FROM held_for_next_level.ethnicity
    AND cells.age IS NOT DISTINCT FROM held_for_next_level.age
    AND cells.period_year IS NOT DISTINCT FROM held_for_next_level.period_year
    AND cells.event_type IS NOT DISTINCT FROM held_for_next_level.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_next_level.outcome
ANTI JOIN held_for_rest
    ON cells.persona IS NOT DISTINCT FROM held_for_rest.persona
    AND cells.gender IS NOT DISTINCT FROM held_for_rest.gender
    AND cells.ethnicity IS NOT DISTINCT FROM held_for_rest.ethnicity
    AND cells.age IS NOT DISTINCT FROM held_for_rest.age
    AND cells.period_year IS NOT DISTINCT FROM held_for_rest.period_year
    AND cells.event_type IS NOT DISTINCT FROM held_for_rest.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_rest.outcome;

CREATE VIEW private.persona_events__left_3 AS
SELECT events.*
FROM private.persona_events__left_2 AS events
ANTI JOIN private.persona_events__level_3 AS cells
    ON events.persona IS NOT DISTINCT FROM cells.persona
    AND events.gender IS NOT DISTINCT FROM cells.gender
    AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
    AND events.age IS NOT DISTINCT FROM cells.age
    AND events.period_year IS NOT DISTINCT FROM cells.period_year
    AND events.event_type IS NOT DISTINCT FROM cells.event_type
    AND events.outcome IS NOT DISTINCT FROM cells.outcome;

-- level 4: persona_id x gender x ethnicity x age, all time
CREATE TABLE private.persona_events__level_4 AS
WITH of_people AS (  -- how often each had the events of a cell
    SELECT
        events.person,
        events.persona,
        events.gender,
        events.ethnicity,
        events.age,
        events.event_type,
        events.outcome,
        count(*) AS events
    FROM private.persona_events__left_3 AS events
    ANTI JOIN private.persona_events__saturated_1 AS saturated
        ON events.persona IS NOT DISTINCT FROM saturated.persona
        AND events.gender IS NOT DISTINCT FROM saturated.gender
        AND events.ethnicity IS NOT DISTINCT FROM saturated.ethnicity
        AND events.age IS NOT DISTINCT FROM saturated.age
        AND events.outcome IS NOT DISTINCT FROM saturated.outcome
    GROUP BY events.person, events.persona, events.gender, events.ethnicity, events.age, events.event_type, events.outcome
),

cells AS (
    SELECT
        persona,
        gender,
        ethnicity,
        age,
        event_type,
        outcome,
        count(*) AS people,
        sum(events) AS events
    FROM of_people
    GROUP BY persona, gender, ethnicity, age, event_type, outcome
    HAVING count(*) >= 5
),

rest AS (  -- whose events no cell counts
    SELECT
        events.person,
        events.persona,
        events.gender,
        events.ethnicity,
        events.age,
        events.event_type,
        events.outcome
    FROM private.persona_events__left_3 AS events
    ANTI JOIN cells
        ON events.persona IS NOT DISTINCT FROM cells.persona
        AND events.gender IS NOT DISTINCT FROM cells.gender
        AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
        AND events.age IS NOT DISTINCT FROM cells.age
        AND events.event_type IS NOT DISTINCT FROM cells.event_type
        AND events.outcome IS NOT DISTINCT FROM cells.outcome
),

few_others AS (
    SELECT
        TRUE AS is_few,
        cells.gender,
        cells.ethnicity,
        cells.event_type,
        cells.outcome,
        coalesce(max(others.people), 0) AS people
    FROM cells
    LEFT JOIN private.persona_events__others AS others
        ON cells.gender IS NOT DISTINCT FROM others.gender
        AND cells.ethnicity IS NOT DISTINCT FROM others.ethnicity
        AND cells.event_type IS NOT DISTINCT FROM others.event_type
        AND cells.outcome IS NOT DISTINCT FROM others.outcome
    GROUP BY cells.gender, cells.ethnicity, cells.event_type, cells.outcome
    HAVING coalesce(max(others.people), 0) < 5
),

few_candidates AS (
    SELECT
        TRUE AS is_few,
        events.gender,
        events.ethnicity,
        events.event_type,
        events.outcome,
        count(DISTINCT events.person) AS people
    FROM rest AS events
    SEMI JOIN few_others
        ON few_others.is_few
        AND events.gender IS NOT DISTINCT FROM few_others.gender
        AND events.ethnicity IS NOT DISTINCT FROM few_others.ethnicity
        AND events.event_type IS NOT DISTINCT FROM few_others.event_type
        AND events.outcome IS NOT DISTINCT FROM few_others.outcome
    GROUP BY events.gender, events.ethnicity, events.event_type, events.outcome
),

short_groups AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        few_others.gender,
        few_others.ethnicity,
        few_others.event_type,
        few_others.outcome
    FROM few_others
    LEFT JOIN few_candidates
        ON few_others.is_few
        AND few_others.gender IS NOT DISTINCT FROM few_candidates.gender
        AND few_others.ethnicity IS NOT DISTINCT FROM few_candidates.ethnicity
        AND few_others.event_type IS NOT DISTINCT FROM few_candidates.event_type
        AND few_others.outcome IS NOT DISTINCT FROM few_candidates.outcome
    WHERE few_others.people + coalesce(few_candidates.people, 0) BETWEEN 1 AND 4
),

held_for_next_level AS (  -- the smallest cell of each
    SELECT
        cells.persona,
        cells.gender,
        cells.ethnicity,
        cells.age,
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
            cells.people, cells.persona, cells.gender, cells.ethnicity, cells.age, cells.event_type, cells.outcome
    ) = 1
),

short_rests AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.persona,
        events.gender,
        events.ethnicity,
        events.age,
        events.event_type
    FROM rest AS events
    SEMI JOIN cells AS beside
        ON events.persona IS NOT DISTINCT FROM beside.persona
        AND events.gender IS NOT DISTINCT FROM beside.gender
        AND events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.age IS NOT DISTINCT FROM beside.age
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
    GROUP BY events.persona, events.gender, events.ethnicity, events.age, events.event_type
    HAVING count(DISTINCT events.person) BETWEEN 1 AND 4
),

held_for_rest AS (  -- the smallest cell of each
    SELECT
        cells.persona,
        cells.gender,
        cells.ethnicity,
        cells.age,
        cells.event_type,
        cells.outcome
    FROM cells
    SEMI JOIN short_rests
        ON short_rests.is_short
        AND cells.persona IS NOT DISTINCT FROM short_rests.persona
        AND cells.gender IS NOT DISTINCT FROM short_rests.gender
        AND cells.ethnicity IS NOT DISTINCT FROM short_rests.ethnicity
        AND cells.age IS NOT DISTINCT FROM short_rests.age
        AND cells.event_type IS NOT DISTINCT FROM short_rests.event_type
    QUALIFY row_number() OVER (
        PARTITION BY cells.persona, cells.gender, cells.ethnicity, cells.age, cells.event_type
        ORDER BY
            coalesce(cells.outcome IN ('guilty', 'convicted', 'plea_bargain', 'violated', 'denied', 'enhanced', 'high'), FALSE),
            cells.people, cells.persona, cells.gender, cells.ethnicity, cells.age, cells.event_type, cells.outcome
    ) = 1
)

SELECT cells.*
FROM cells
ANTI JOIN held_for_next_level
    ON cells.persona IS NOT DISTINCT FROM held_for_next_level.persona
    AND cells.gender IS NOT DISTINCT FROM held_for_next_level.gender
    AND cells.ethnicity IS NOT DISTINCT FROM held_for_next_level.ethnicity
    AND cells.age IS NOT DISTINCT FROM held_for_next_level.age
    AND cells.event_type IS NOT DISTINCT FROM held_for_next_level.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_next_level.outcome
ANTI JOIN held_for_rest
    ON cells.persona IS NOT DISTINCT FROM held_for_rest.persona
    AND cells.gender IS NOT DISTINCT FROM held_for_rest.gender
    AND cells.ethnicity IS NOT DISTINCT FROM held_for_rest.ethnicity
    AND cells.age IS NOT DISTINCT FROM held_for_rest.age
    AND cells.event_type IS NOT DISTINCT FROM held_for_rest.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_rest.outcome;

-- level 5: gender x ethnicity x age, month
CREATE VIEW private.persona_events__left_4 AS
SELECT events.*
FROM private.persona_events__events AS events
ANTI JOIN private.persona_events__level_1 AS cells_1
    ON events.persona IS NOT DISTINCT FROM cells_1.persona
    AND events.gender IS NOT DISTINCT FROM cells_1.gender
    AND events.ethnicity IS NOT DISTINCT FROM cells_1.ethnicity
    AND events.age IS NOT DISTINCT FROM cells_1.age
    AND events.period_month IS NOT DISTINCT FROM cells_1.period_month
    AND events.event_type IS NOT DISTINCT FROM cells_1.event_type
    AND events.outcome IS NOT DISTINCT FROM cells_1.outcome
ANTI JOIN private.persona_events__level_2 AS cells_2
    ON events.persona IS NOT DISTINCT FROM cells_2.persona
    AND events.gender IS NOT DISTINCT FROM cells_2.gender
    AND events.ethnicity IS NOT DISTINCT FROM cells_2.ethnicity
    AND events.age IS NOT DISTINCT FROM cells_2.age
    AND events.period_quarter IS NOT DISTINCT FROM cells_2.period_quarter
    AND events.event_type IS NOT DISTINCT FROM cells_2.event_type
    AND events.outcome IS NOT DISTINCT FROM cells_2.outcome
ANTI JOIN private.persona_events__level_3 AS cells_3
    ON events.persona IS NOT DISTINCT FROM cells_3.persona
    AND events.gender IS NOT DISTINCT FROM cells_3.gender
    AND events.ethnicity IS NOT DISTINCT FROM cells_3.ethnicity
    AND events.age IS NOT DISTINCT FROM cells_3.age
    AND events.period_year IS NOT DISTINCT FROM cells_3.period_year
    AND events.event_type IS NOT DISTINCT FROM cells_3.event_type
    AND events.outcome IS NOT DISTINCT FROM cells_3.outcome
ANTI JOIN private.persona_events__level_4 AS cells_4
    ON events.persona IS NOT DISTINCT FROM cells_4.persona
    AND events.gender IS NOT DISTINCT FROM cells_4.gender
    AND events.ethnicity IS NOT DISTINCT FROM cells_4.ethnicity
    AND events.age IS NOT DISTINCT FROM cells_4.age
    AND events.event_type IS NOT DISTINCT FROM cells_4.event_type
    AND events.outcome IS NOT DISTINCT FROM cells_4.outcome;

CREATE TABLE private.persona_events__saturated_5 AS
WITH people_with AS (
    SELECT
        TRUE AS everybody,
        gender,
        ethnicity,
        age,
        outcome,
        count(DISTINCT person) AS people
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
        count(*) AS people
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
WITH of_people AS (  -- how often each had the events of a cell
    SELECT
        events.person,
        events.gender,
        events.ethnicity,
        events.age,
        events.period_month,
        events.event_type,
        events.outcome,
        count(*) AS events
    FROM private.persona_events__left_4 AS events
    ANTI JOIN private.persona_events__saturated_5 AS saturated
        ON events.gender IS NOT DISTINCT FROM saturated.gender
        AND events.ethnicity IS NOT DISTINCT FROM saturated.ethnicity
        AND events.age IS NOT DISTINCT FROM saturated.age
        AND events.outcome IS NOT DISTINCT FROM saturated.outcome
    GROUP BY events.person, events.gender, events.ethnicity, events.age, events.period_month, events.event_type, events.outcome
),

cells AS (
    SELECT
        gender,
        ethnicity,
        age,
        period_month,
        event_type,
        outcome,
        count(*) AS people,
        sum(events) AS events
    FROM of_people
    GROUP BY gender, ethnicity, age, period_month, event_type, outcome
    HAVING count(*) >= 5
),

rest AS (  -- whose events no cell counts
    SELECT
        events.person,
        events.gender,
        events.ethnicity,
        events.age,
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
),

short_groups AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.gender,
        events.ethnicity,
        events.event_type,
        events.outcome
    FROM rest AS events
    SEMI JOIN cells AS beside
        ON events.gender IS NOT DISTINCT FROM beside.gender
        AND events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
        AND events.outcome IS NOT DISTINCT FROM beside.outcome
    GROUP BY events.gender, events.ethnicity, events.event_type, events.outcome
    HAVING count(DISTINCT events.person) BETWEEN 1 AND 4
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
    FROM rest AS events
    SEMI JOIN cells AS beside
        ON events.gender IS NOT DISTINCT FROM beside.gender
        AND events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.age IS NOT DISTINCT FROM beside.age
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
    GROUP BY events.gender, events.ethnicity, events.age, events.event_type
    HAVING count(DISTINCT events.person) BETWEEN 1 AND 4
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

SELECT cells.*
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
CREATE TABLE private.persona_events__level_6 AS
WITH of_people AS (  -- how often each had the events of a cell
    SELECT
        events.person,
        events.gender,
        events.ethnicity,
        events.age,
        events.period_quarter,
        events.event_type,
        events.outcome,
        count(*) AS events
    FROM private.persona_events__left_5 AS events
    ANTI JOIN private.persona_events__saturated_5 AS saturated
        ON events.gender IS NOT DISTINCT FROM saturated.gender
        AND events.ethnicity IS NOT DISTINCT FROM saturated.ethnicity
        AND events.age IS NOT DISTINCT FROM saturated.age
        AND events.outcome IS NOT DISTINCT FROM saturated.outcome
    GROUP BY events.person, events.gender, events.ethnicity, events.age, events.period_quarter, events.event_type, events.outcome
),

cells AS (
    SELECT
        gender,
        ethnicity,
        age,
        period_quarter,
        event_type,
        outcome,
        count(*) AS people,
        sum(events) AS events
    FROM of_people
    GROUP BY gender, ethnicity, age, period_quarter, event_type, outcome
    HAVING count(*) >= 5
),

rest AS (  -- whose events no cell counts
    SELECT
        events.person,
        events.gender,
        events.ethnicity,
        events.age,
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
),

short_groups AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.gender,
        events.ethnicity,
        events.event_type,
        events.outcome
    FROM rest AS events
    SEMI JOIN cells AS beside
        ON events.gender IS NOT DISTINCT FROM beside.gender
        AND events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
        AND events.outcome IS NOT DISTINCT FROM beside.outcome
    GROUP BY events.gender, events.ethnicity, events.event_type, events.outcome
    HAVING count(DISTINCT events.person) BETWEEN 1 AND 4
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
    FROM rest AS events
    SEMI JOIN cells AS beside
        ON events.gender IS NOT DISTINCT FROM beside.gender
        AND events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.age IS NOT DISTINCT FROM beside.age
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
    GROUP BY events.gender, events.ethnicity, events.age, events.event_type
    HAVING count(DISTINCT events.person) BETWEEN 1 AND 4
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

SELECT cells.*
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
CREATE TABLE private.persona_events__level_7 AS
WITH of_people AS (  -- how often each had the events of a cell
    SELECT
        events.person,
        events.gender,
        events.ethnicity,
        events.age,
        events.period_year,
        events.event_type,
        events.outcome,
        count(*) AS events
    FROM private.persona_events__left_6 AS events
    ANTI JOIN private.persona_events__saturated_5 AS saturated
        ON events.gender IS NOT DISTINCT FROM saturated.gender
        AND events.ethnicity IS NOT DISTINCT FROM saturated.ethnicity
        AND events.age IS NOT DISTINCT FROM saturated.age
        AND events.outcome IS NOT DISTINCT FROM saturated.outcome
    GROUP BY events.person, events.gender, events.ethnicity, events.age, events.period_year, events.event_type, events.outcome
),

cells AS (
    SELECT
        gender,
        ethnicity,
        age,
        period_year,
        event_type,
        outcome,
        count(*) AS people,
        sum(events) AS events
    FROM of_people
    GROUP BY gender, ethnicity, age, period_year, event_type, outcome
    HAVING count(*) >= 5
),

rest AS (  -- whose events no cell counts
    SELECT
        events.person,
        events.gender,
        events.ethnicity,
        events.age,
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
),

short_groups AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.gender,
        events.ethnicity,
        events.event_type,
        events.outcome
    FROM rest AS events
    SEMI JOIN cells AS beside
        ON events.gender IS NOT DISTINCT FROM beside.gender
        AND events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
        AND events.outcome IS NOT DISTINCT FROM beside.outcome
    GROUP BY events.gender, events.ethnicity, events.event_type, events.outcome
    HAVING count(DISTINCT events.person) BETWEEN 1 AND 4
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
    FROM rest AS events
    SEMI JOIN cells AS beside
        ON events.gender IS NOT DISTINCT FROM beside.gender
        AND events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.age IS NOT DISTINCT FROM beside.age
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
    GROUP BY events.gender, events.ethnicity, events.age, events.event_type
    HAVING count(DISTINCT events.person) BETWEEN 1 AND 4
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

SELECT cells.*
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
        count(DISTINCT person) AS people
    FROM private.persona_events__left_7
    WHERE outcome IN ('guilty', 'convicted', 'plea_bargain', 'violated', 'denied', 'enhanced', 'high')
    GROUP BY gender, ethnicity, outcome
),

everyone AS (
    SELECT
        TRUE AS everybody,
        gender,
        ethnicity,
        count(*) AS people
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
WITH of_people AS (  -- how often each had the events of a cell
    SELECT
        events.person,
        events.gender,
        events.ethnicity,
        events.period_year,
        events.event_type,
        events.outcome,
        count(*) AS events
    FROM private.persona_events__left_7 AS events
    ANTI JOIN private.persona_events__saturated_8 AS saturated
        ON events.gender IS NOT DISTINCT FROM saturated.gender
        AND events.ethnicity IS NOT DISTINCT FROM saturated.ethnicity
        AND events.outcome IS NOT DISTINCT FROM saturated.outcome
    GROUP BY events.person, events.gender, events.ethnicity, events.period_year, events.event_type, events.outcome
),

cells AS (
    SELECT
        gender,
        ethnicity,
        period_year,
        event_type,
        outcome,
        count(*) AS people,
        sum(events) AS events
    FROM of_people
    GROUP BY gender, ethnicity, period_year, event_type, outcome
    HAVING count(*) >= 5
),

rest AS (  -- whose events no cell counts
    SELECT
        events.person,
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
),

short_groups AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.gender,
        events.ethnicity,
        events.event_type,
        events.outcome
    FROM rest AS events
    SEMI JOIN cells AS beside
        ON events.gender IS NOT DISTINCT FROM beside.gender
        AND events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
        AND events.outcome IS NOT DISTINCT FROM beside.outcome
    GROUP BY events.gender, events.ethnicity, events.event_type, events.outcome
    HAVING count(DISTINCT events.person) BETWEEN 1 AND 4
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
    FROM rest AS events
    SEMI JOIN cells AS beside
        ON events.gender IS NOT DISTINCT FROM beside.gender
        AND events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
    GROUP BY events.gender, events.ethnicity, events.event_type
    HAVING count(DISTINCT events.person) BETWEEN 1 AND 4
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

SELECT cells.*
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
CREATE TABLE private.persona_events__level_9 AS
WITH of_people AS (  -- how often each had the events of a cell
    SELECT
        events.person,
        events.gender,
        events.ethnicity,
        events.event_type,
        events.outcome,
        count(*) AS events
    FROM private.persona_events__left_8 AS events
    ANTI JOIN private.persona_events__saturated_8 AS saturated
        ON events.gender IS NOT DISTINCT FROM saturated.gender
        AND events.ethnicity IS NOT DISTINCT FROM saturated.ethnicity
        AND events.outcome IS NOT DISTINCT FROM saturated.outcome
    GROUP BY events.person, events.gender, events.ethnicity, events.event_type, events.outcome
),

cells AS (
    SELECT
        gender,
        ethnicity,
        event_type,
        outcome,
        count(*) AS people,
        sum(events) AS events
    FROM of_people
    GROUP BY gender, ethnicity, event_type, outcome
    HAVING count(*) >= 5
),

rest AS (  -- whose events no cell counts
    SELECT
        events.person,
        events.gender,
        events.ethnicity,
        events.event_type,
        events.outcome
    FROM private.persona_events__left_8 AS events
    ANTI JOIN cells
        ON events.gender IS NOT DISTINCT FROM cells.gender
        AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
        AND events.event_type IS NOT DISTINCT FROM cells.event_type
        AND events.outcome IS NOT DISTINCT FROM cells.outcome
),

short_groups AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.ethnicity,
        events.event_type,
        events.outcome
    FROM rest AS events
    SEMI JOIN cells AS beside
        ON events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
        AND events.outcome IS NOT DISTINCT FROM beside.outcome
    GROUP BY events.ethnicity, events.event_type, events.outcome
    HAVING count(DISTINCT events.person) BETWEEN 1 AND 4
),

held_for_next_level AS (  -- the smallest cell of each
    SELECT
        cells.gender,
        cells.ethnicity,
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
            cells.people, cells.gender, cells.ethnicity, cells.event_type, cells.outcome
    ) = 1
),

short_rests AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.gender,
        events.ethnicity,
        events.event_type
    FROM rest AS events
    SEMI JOIN cells AS beside
        ON events.gender IS NOT DISTINCT FROM beside.gender
        AND events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
    GROUP BY events.gender, events.ethnicity, events.event_type
    HAVING count(DISTINCT events.person) BETWEEN 1 AND 4
),

held_for_rest AS (  -- the smallest cell of each
    SELECT
        cells.gender,
        cells.ethnicity,
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
            cells.people, cells.gender, cells.ethnicity, cells.event_type, cells.outcome
    ) = 1
)

SELECT cells.*
FROM cells
ANTI JOIN held_for_next_level
    ON cells.gender IS NOT DISTINCT FROM held_for_next_level.gender
    AND cells.ethnicity IS NOT DISTINCT FROM held_for_next_level.ethnicity
    AND cells.event_type IS NOT DISTINCT FROM held_for_next_level.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_next_level.outcome
ANTI JOIN held_for_rest
    ON cells.gender IS NOT DISTINCT FROM held_for_rest.gender
    AND cells.ethnicity IS NOT DISTINCT FROM held_for_rest.ethnicity
    AND cells.event_type IS NOT DISTINCT FROM held_for_rest.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_rest.outcome;

CREATE TABLE private.persona_events__left_9 AS
SELECT events.*
FROM private.persona_events__left_8 AS events
ANTI JOIN private.persona_events__level_9 AS cells
    ON events.gender IS NOT DISTINCT FROM cells.gender
    AND events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
    AND events.event_type IS NOT DISTINCT FROM cells.event_type
    AND events.outcome IS NOT DISTINCT FROM cells.outcome;

-- level 10: ethnicity, all time
CREATE TABLE private.persona_events__saturated_10 AS
WITH people_with AS (
    SELECT
        TRUE AS everybody,
        ethnicity,
        outcome,
        count(DISTINCT person) AS people
    FROM private.persona_events__left_9
    WHERE outcome IN ('guilty', 'convicted', 'plea_bargain', 'violated', 'denied', 'enhanced', 'high')
    GROUP BY ethnicity, outcome
),

everyone AS (
    SELECT
        TRUE AS everybody,
        ethnicity,
        count(*) AS people
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
WITH of_people AS (  -- how often each had the events of a cell
    SELECT
        events.person,
        events.ethnicity,
        events.event_type,
        events.outcome,
        count(*) AS events
    FROM private.persona_events__left_9 AS events
    ANTI JOIN private.persona_events__saturated_10 AS saturated
        ON events.ethnicity IS NOT DISTINCT FROM saturated.ethnicity
        AND events.outcome IS NOT DISTINCT FROM saturated.outcome
    GROUP BY events.person, events.ethnicity, events.event_type, events.outcome
),

cells AS (
    SELECT
        ethnicity,
        event_type,
        outcome,
        count(*) AS people,
        sum(events) AS events
    FROM of_people
    GROUP BY ethnicity, event_type, outcome
    HAVING count(*) >= 5
),

rest AS (  -- whose events no cell counts
    SELECT
        events.person,
        events.ethnicity,
        events.event_type,
        events.outcome
    FROM private.persona_events__left_9 AS events
    ANTI JOIN cells
        ON events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
        AND events.event_type IS NOT DISTINCT FROM cells.event_type
        AND events.outcome IS NOT DISTINCT FROM cells.outcome
),

short_groups AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.event_type,
        events.outcome
    FROM rest AS events
    SEMI JOIN cells AS beside
        ON events.event_type IS NOT DISTINCT FROM beside.event_type
        AND events.outcome IS NOT DISTINCT FROM beside.outcome
    GROUP BY events.event_type, events.outcome
    HAVING count(DISTINCT events.person) BETWEEN 1 AND 4
),

held_for_next_level AS (  -- the smallest cell of each
    SELECT
        cells.ethnicity,
        cells.event_type,
        cells.outcome
    FROM cells
    SEMI JOIN short_groups
        ON short_groups.is_short
        AND cells.event_type IS NOT DISTINCT FROM short_groups.event_type
        AND cells.outcome IS NOT DISTINCT FROM short_groups.outcome
    WHERE coalesce(cells.outcome NOT IN ('guilty', 'convicted', 'plea_bargain', 'violated', 'denied', 'enhanced', 'high'), TRUE)
    QUALIFY row_number() OVER (
        PARTITION BY cells.event_type, cells.outcome
        ORDER BY
            cells.people, cells.ethnicity, cells.event_type, cells.outcome
    ) = 1
),

short_rests AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.ethnicity,
        events.event_type
    FROM rest AS events
    SEMI JOIN cells AS beside
        ON events.ethnicity IS NOT DISTINCT FROM beside.ethnicity
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
    GROUP BY events.ethnicity, events.event_type
    HAVING count(DISTINCT events.person) BETWEEN 1 AND 4
),

held_for_rest AS (  -- the smallest cell of each
    SELECT
        cells.ethnicity,
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
            cells.people, cells.ethnicity, cells.event_type, cells.outcome
    ) = 1
)

SELECT cells.*
FROM cells
ANTI JOIN held_for_next_level
    ON cells.ethnicity IS NOT DISTINCT FROM held_for_next_level.ethnicity
    AND cells.event_type IS NOT DISTINCT FROM held_for_next_level.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_next_level.outcome
ANTI JOIN held_for_rest
    ON cells.ethnicity IS NOT DISTINCT FROM held_for_rest.ethnicity
    AND cells.event_type IS NOT DISTINCT FROM held_for_rest.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_rest.outcome;

CREATE TABLE private.persona_events__left_10 AS
SELECT events.*
FROM private.persona_events__left_9 AS events
ANTI JOIN private.persona_events__level_10 AS cells
    ON events.ethnicity IS NOT DISTINCT FROM cells.ethnicity
    AND events.event_type IS NOT DISTINCT FROM cells.event_type
    AND events.outcome IS NOT DISTINCT FROM cells.outcome;

-- level 11: everyone, all time
CREATE TABLE private.persona_events__saturated_11 AS
WITH people_with AS (
    SELECT
        TRUE AS everybody,
        outcome,
        count(DISTINCT person) AS people
    FROM private.persona_events__left_10
    WHERE outcome IN ('guilty', 'convicted', 'plea_bargain', 'violated', 'denied', 'enhanced', 'high')
    GROUP BY outcome
),

everyone AS (
    SELECT
        TRUE AS everybody,
        count(*) AS people
    FROM private.personas__members
)

SELECT people_with.outcome
FROM people_with
INNER JOIN everyone
    ON people_with.everybody IS NOT DISTINCT FROM everyone.everybody
WHERE people_with.people > 0.8::DOUBLE * everyone.people;

CREATE TABLE private.persona_events__level_11 AS
WITH of_people AS (  -- how often each had the events of a cell
    SELECT
        events.person,
        events.event_type,
        events.outcome,
        count(*) AS events
    FROM private.persona_events__left_10 AS events
    ANTI JOIN private.persona_events__saturated_11 AS saturated
        ON events.outcome IS NOT DISTINCT FROM saturated.outcome
    GROUP BY events.person, events.event_type, events.outcome
),

cells AS (
    SELECT
        event_type,
        outcome,
        count(*) AS people,
        sum(events) AS events
    FROM of_people
    GROUP BY event_type, outcome
    HAVING count(*) >= 5
),

rest AS (  -- whose events no cell counts
    SELECT
        events.person,
        events.event_type,
        events.outcome
    FROM private.persona_events__left_10 AS events
    ANTI JOIN cells
        ON events.event_type IS NOT DISTINCT FROM cells.event_type
        AND events.outcome IS NOT DISTINCT FROM cells.outcome
),

short_rests AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.event_type
    FROM rest AS events
    SEMI JOIN cells AS beside
        ON events.event_type IS NOT DISTINCT FROM beside.event_type
    GROUP BY events.event_type
    HAVING count(DISTINCT events.person) BETWEEN 1 AND 4
),

held_for_rest AS (  -- the smallest cell of each
    SELECT
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
            cells.people, cells.event_type, cells.outcome
    ) = 1
)

SELECT cells.*
FROM cells
ANTI JOIN held_for_rest
    ON cells.event_type IS NOT DISTINCT FROM held_for_rest.event_type
    AND cells.outcome IS NOT DISTINCT FROM held_for_rest.outcome;

-- personas of whom everybody has exactly one event of a kind (private): what their rows leave is known
CREATE TABLE private.persona_events__known AS
WITH everyone AS (
    SELECT
        persona,
        count(*) AS people
    FROM private.personas__members
    GROUP BY persona
),

counted AS (
    SELECT
        persona,
        event_type,
        count(*) AS events
    FROM private.persona_events__events
    GROUP BY persona, event_type
)

SELECT
    events.persona,
    events.gender,
    events.ethnicity,
    events.age,
    events.event_type
FROM everyone
INNER JOIN counted
    ON everyone.persona = counted.persona
    AND everyone.people = counted.events
INNER JOIN private.persona_events__events AS events
    ON counted.persona IS NOT DISTINCT FROM events.persona
    AND counted.event_type IS NOT DISTINCT FROM events.event_type
GROUP BY events.persona, everyone.people, events.gender, events.ethnicity, events.age, events.event_type
HAVING count(DISTINCT events.person) = everyone.people;

-- the rows above the personas (private): those that are missed least come first
CREATE TABLE private.persona_events__above AS
WITH cells AS (
    SELECT
        5 AS level_number,
        gender,
        ethnicity,
        age,
        period_month,
        NULL AS period_quarter,
        NULL AS period_year,
        event_type,
        outcome,
        people
    FROM private.persona_events__level_5
    UNION ALL
    SELECT
        6 AS level_number,
        gender,
        ethnicity,
        age,
        NULL AS period_month,
        period_quarter,
        NULL AS period_year,
        event_type,
        outcome,
        people
    FROM private.persona_events__level_6
    UNION ALL
    SELECT
        7 AS level_number,
        gender,
        ethnicity,
        age,
        NULL AS period_month,
        NULL AS period_quarter,
        period_year,
        event_type,
        outcome,
        people
    FROM private.persona_events__level_7
    UNION ALL
    SELECT
        8 AS level_number,
        gender,
        ethnicity,
        NULL AS age,
        NULL AS period_month,
        NULL AS period_quarter,
        period_year,
        event_type,
        outcome,
        people
    FROM private.persona_events__level_8
    UNION ALL
    SELECT
        9 AS level_number,
        gender,
        ethnicity,
        NULL AS age,
        NULL AS period_month,
        NULL AS period_quarter,
        NULL AS period_year,
        event_type,
        outcome,
        people
    FROM private.persona_events__level_9
    UNION ALL
    SELECT
        10 AS level_number,
        NULL AS gender,
        ethnicity,
        NULL AS age,
        NULL AS period_month,
        NULL AS period_quarter,
        NULL AS period_year,
        event_type,
        outcome,
        people
    FROM private.persona_events__level_10
    UNION ALL
    SELECT
        11 AS level_number,
        NULL AS gender,
        NULL AS ethnicity,
        NULL AS age,
        NULL AS period_month,
        NULL AS period_quarter,
        NULL AS period_year,
        event_type,
        outcome,
        people
    FROM private.persona_events__level_11
)

SELECT
    cells.*,
    row_number() OVER (
        ORDER BY
            coalesce(cells.outcome IN ('guilty', 'convicted', 'plea_bargain', 'violated', 'denied', 'enhanced', 'high'), FALSE),
            cells.people,
            cells.level_number,
            cells.gender,
            cells.ethnicity,
            cells.age,
            cells.period_month,
            cells.period_quarter,
            cells.period_year,
            cells.event_type,
            cells.outcome
    ) AS nth
FROM cells
SEMI JOIN private.persona_events__known AS known
    ON cells.event_type IS NOT DISTINCT FROM known.event_type;

-- which of them might count people of such personas (private); where statistics show that a LEFT JOIN finds nothing,
-- DuckDB 2.0 takes a sum for 0 that is compared in the same statement, so nothing is compared here
CREATE TABLE private.persona_events__links AS
WITH kinds AS (
    SELECT DISTINCT
        events.period_month,
        events.period_quarter,
        events.period_year,
        events.event_type,
        events.outcome
    FROM private.persona_events__events AS events
    SEMI JOIN private.persona_events__known AS known
        ON events.event_type IS NOT DISTINCT FROM known.event_type
),

left_over AS (  -- events of theirs that no row of a persona counts
    SELECT events.*
    FROM private.persona_events__left_4 AS events
    SEMI JOIN private.persona_events__known AS known
        ON events.persona IS NOT DISTINCT FROM known.persona
        AND events.event_type IS NOT DISTINCT FROM known.event_type
),

own AS (  -- personas with rows of their own
    SELECT persona, event_type
    FROM private.persona_events__level_1
    UNION
    SELECT persona, event_type
    FROM private.persona_events__level_2
    UNION
    SELECT persona, event_type
    FROM private.persona_events__level_3
    UNION
    SELECT persona, event_type
    FROM private.persona_events__level_4
),

standing AS (  -- the others are as one where they stand beside the same, so that there are few to look at
    SELECT
        known.persona AS of_persona,
        known.gender,
        known.ethnicity,
        known.age,
        known.event_type,
        CASE
            WHEN own.persona IS NOT NULL THEN known.persona
            ELSE min(known.persona) OVER (
                PARTITION BY own.persona IS NULL, known.gender, known.ethnicity, known.age, known.event_type
            )
        END AS persona
    FROM private.persona_events__known AS known
    SEMI JOIN left_over
        ON known.persona IS NOT DISTINCT FROM left_over.persona
        AND known.event_type IS NOT DISTINCT FROM left_over.event_type
    LEFT JOIN own
        ON known.persona IS NOT DISTINCT FROM own.persona
        AND known.event_type IS NOT DISTINCT FROM own.event_type
),

possible AS (  -- what people of a persona might have had, and what they had
    SELECT
        known.persona,
        known.gender,
        known.ethnicity,
        known.age,
        kinds.*,
        0 AS people
    FROM (SELECT DISTINCT * EXCLUDE (of_persona) FROM standing) AS known
    INNER JOIN kinds
        ON known.event_type IS NOT DISTINCT FROM kinds.event_type
    UNION ALL
    SELECT
        standing.persona,
        left_over.gender,
        left_over.ethnicity,
        left_over.age,
        left_over.period_month,
        left_over.period_quarter,
        left_over.period_year,
        left_over.event_type,
        left_over.outcome,
        1 AS people
    FROM left_over
    INNER JOIN standing
        ON left_over.persona = standing.of_persona
        AND left_over.event_type IS NOT DISTINCT FROM standing.event_type
)

SELECT
    possible.persona,
    possible.event_type,
    [row_5.nth, row_6.nth, row_7.nth, row_8.nth, row_9.nth, row_10.nth, row_11.nth] AS rows_that_fit,
    coalesce(row_5.nth, row_6.nth, row_7.nth, row_8.nth, row_9.nth, row_10.nth, row_11.nth, 0) AS nth,
    sum(possible.people) AS people
FROM possible
ANTI JOIN private.persona_events__level_1 AS row_1
    ON possible.persona IS NOT DISTINCT FROM row_1.persona
    AND possible.gender IS NOT DISTINCT FROM row_1.gender
    AND possible.ethnicity IS NOT DISTINCT FROM row_1.ethnicity
    AND possible.age IS NOT DISTINCT FROM row_1.age
    AND possible.period_month IS NOT DISTINCT FROM row_1.period_month
    AND possible.event_type IS NOT DISTINCT FROM row_1.event_type
    AND possible.outcome IS NOT DISTINCT FROM row_1.outcome
ANTI JOIN private.persona_events__level_2 AS row_2
    ON possible.persona IS NOT DISTINCT FROM row_2.persona
    AND possible.gender IS NOT DISTINCT FROM row_2.gender
    AND possible.ethnicity IS NOT DISTINCT FROM row_2.ethnicity
    AND possible.age IS NOT DISTINCT FROM row_2.age
    AND possible.period_quarter IS NOT DISTINCT FROM row_2.period_quarter
    AND possible.event_type IS NOT DISTINCT FROM row_2.event_type
    AND possible.outcome IS NOT DISTINCT FROM row_2.outcome
ANTI JOIN private.persona_events__level_3 AS row_3
    ON possible.persona IS NOT DISTINCT FROM row_3.persona
    AND possible.gender IS NOT DISTINCT FROM row_3.gender
    AND possible.ethnicity IS NOT DISTINCT FROM row_3.ethnicity
    AND possible.age IS NOT DISTINCT FROM row_3.age
    AND possible.period_year IS NOT DISTINCT FROM row_3.period_year
    AND possible.event_type IS NOT DISTINCT FROM row_3.event_type
    AND possible.outcome IS NOT DISTINCT FROM row_3.outcome
ANTI JOIN private.persona_events__level_4 AS row_4
    ON possible.persona IS NOT DISTINCT FROM row_4.persona
    AND possible.gender IS NOT DISTINCT FROM row_4.gender
    AND possible.ethnicity IS NOT DISTINCT FROM row_4.ethnicity
    AND possible.age IS NOT DISTINCT FROM row_4.age
    AND possible.event_type IS NOT DISTINCT FROM row_4.event_type
    AND possible.outcome IS NOT DISTINCT FROM row_4.outcome
LEFT JOIN private.persona_events__above AS row_5
    ON row_5.level_number = 5
    AND possible.gender IS NOT DISTINCT FROM row_5.gender
    AND possible.ethnicity IS NOT DISTINCT FROM row_5.ethnicity
    AND possible.age IS NOT DISTINCT FROM row_5.age
    AND possible.period_month IS NOT DISTINCT FROM row_5.period_month
    AND possible.event_type IS NOT DISTINCT FROM row_5.event_type
    AND possible.outcome IS NOT DISTINCT FROM row_5.outcome
LEFT JOIN private.persona_events__above AS row_6
    ON row_6.level_number = 6
    AND possible.gender IS NOT DISTINCT FROM row_6.gender
    AND possible.ethnicity IS NOT DISTINCT FROM row_6.ethnicity
    AND possible.age IS NOT DISTINCT FROM row_6.age
    AND possible.period_quarter IS NOT DISTINCT FROM row_6.period_quarter
    AND possible.event_type IS NOT DISTINCT FROM row_6.event_type
    AND possible.outcome IS NOT DISTINCT FROM row_6.outcome
LEFT JOIN private.persona_events__above AS row_7
    ON row_7.level_number = 7
    AND possible.gender IS NOT DISTINCT FROM row_7.gender
    AND possible.ethnicity IS NOT DISTINCT FROM row_7.ethnicity
    AND possible.age IS NOT DISTINCT FROM row_7.age
    AND possible.period_year IS NOT DISTINCT FROM row_7.period_year
    AND possible.event_type IS NOT DISTINCT FROM row_7.event_type
    AND possible.outcome IS NOT DISTINCT FROM row_7.outcome
LEFT JOIN private.persona_events__above AS row_8
    ON row_8.level_number = 8
    AND possible.gender IS NOT DISTINCT FROM row_8.gender
    AND possible.ethnicity IS NOT DISTINCT FROM row_8.ethnicity
    AND possible.period_year IS NOT DISTINCT FROM row_8.period_year
    AND possible.event_type IS NOT DISTINCT FROM row_8.event_type
    AND possible.outcome IS NOT DISTINCT FROM row_8.outcome
LEFT JOIN private.persona_events__above AS row_9
    ON row_9.level_number = 9
    AND possible.gender IS NOT DISTINCT FROM row_9.gender
    AND possible.ethnicity IS NOT DISTINCT FROM row_9.ethnicity
    AND possible.event_type IS NOT DISTINCT FROM row_9.event_type
    AND possible.outcome IS NOT DISTINCT FROM row_9.outcome
LEFT JOIN private.persona_events__above AS row_10
    ON row_10.level_number = 10
    AND possible.ethnicity IS NOT DISTINCT FROM row_10.ethnicity
    AND possible.event_type IS NOT DISTINCT FROM row_10.event_type
    AND possible.outcome IS NOT DISTINCT FROM row_10.outcome
LEFT JOIN private.persona_events__above AS row_11
    ON row_11.level_number = 11
    AND possible.event_type IS NOT DISTINCT FROM row_11.event_type
    AND possible.outcome IS NOT DISTINCT FROM row_11.outcome
GROUP BY ALL;

-- rows that would tell of a few people when counts are added and subtracted (private)
CREATE TABLE private.persona_events__held AS
WITH alike AS (  -- personas that may stand behind the same rows are as one
    SELECT
        persona,
        event_type,
        dense_rank() OVER (ORDER BY list(nth ORDER BY nth)) AS number
    FROM private.persona_events__links
    GROUP BY persona, event_type
    HAVING sum(people) > 0
),

counted AS (
    SELECT
        nth,
        sum(people) AS people
    FROM private.persona_events__links
    GROUP BY nth
),

shared AS (
    SELECT
        links.event_type,
        alike.number AS persona,
        links.rows_that_fit,
        sum(links.people) AS people
    FROM private.persona_events__links AS links
    INNER JOIN alike
        ON links.persona IS NOT DISTINCT FROM alike.persona
        AND links.event_type IS NOT DISTINCT FROM alike.event_type
    GROUP BY links.event_type, alike.number, links.rows_that_fit
    UNION ALL
    SELECT
        above.event_type,
        0 AS persona,  -- stands for those of whom nothing is known
        [above.nth] AS rows_that_fit,
        above.people - coalesce(counted.people, 0) AS people
    FROM private.persona_events__above AS above
    LEFT JOIN counted
        ON above.nth = counted.nth
    WHERE above.people > coalesce(counted.people, 0)
),

held AS (
    SELECT unnest(pt_rows_to_hold_back(list(persona), list(rows_that_fit), list(CAST(people AS BIGINT)), 5)) AS nth
    FROM shared
    GROUP BY event_type
)

SELECT above.*
FROM private.persona_events__above AS above
SEMI JOIN held
    ON above.nth = held.nth;

-- the cells of all levels (private), texts as texts again
CREATE TABLE private.persona_events__cells AS
SELECT
    1 AS level_number,
    'persona_month' AS level,
    'p' || left(sha256(concat_ws('|', getvariable('release_secret'), 'personas', persona)), 16) AS persona_id,
    CAST(gender AS VARCHAR) AS gender,
    CAST(ethnicity AS VARCHAR) AS ethnicity,
    CAST(age AS VARCHAR) AS age,
    strftime(period_month, '%Y-%m') AS period,
    CAST(event_type AS VARCHAR) AS event_type,
    CAST(outcome AS VARCHAR) AS outcome,
    people,
    events
FROM private.persona_events__level_1
UNION ALL
SELECT
    2 AS level_number,
    'persona_quarter' AS level,
    'p' || left(sha256(concat_ws('|', getvariable('release_secret'), 'personas', persona)), 16) AS persona_id,
    CAST(gender AS VARCHAR) AS gender,
    CAST(ethnicity AS VARCHAR) AS ethnicity,
    CAST(age AS VARCHAR) AS age,
    strftime(period_quarter, '%Y') || '-Q' || CAST(quarter(period_quarter) AS VARCHAR) AS period,
    CAST(event_type AS VARCHAR) AS event_type,
    CAST(outcome AS VARCHAR) AS outcome,
    people,
    events
FROM private.persona_events__level_2
UNION ALL
SELECT
    3 AS level_number,
    'persona_year' AS level,
    'p' || left(sha256(concat_ws('|', getvariable('release_secret'), 'personas', persona)), 16) AS persona_id,
    CAST(gender AS VARCHAR) AS gender,
    CAST(ethnicity AS VARCHAR) AS ethnicity,
    CAST(age AS VARCHAR) AS age,
    strftime(period_year, '%Y') AS period,
    CAST(event_type AS VARCHAR) AS event_type,
    CAST(outcome AS VARCHAR) AS outcome,
    people,
    events
FROM private.persona_events__level_3
UNION ALL
SELECT
    4 AS level_number,
    'persona_all_time' AS level,
    'p' || left(sha256(concat_ws('|', getvariable('release_secret'), 'personas', persona)), 16) AS persona_id,
    CAST(gender AS VARCHAR) AS gender,
    CAST(ethnicity AS VARCHAR) AS ethnicity,
    CAST(age AS VARCHAR) AS age,
    '*' AS period,
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
    strftime(period_month, '%Y-%m') AS period,
    CAST(event_type AS VARCHAR) AS event_type,
    CAST(outcome AS VARCHAR) AS outcome,
    people,
    events
FROM private.persona_events__level_5 AS cells
ANTI JOIN private.persona_events__held AS held
    ON held.level_number = 5
    AND cells.gender IS NOT DISTINCT FROM held.gender
    AND cells.ethnicity IS NOT DISTINCT FROM held.ethnicity
    AND cells.age IS NOT DISTINCT FROM held.age
    AND cells.period_month IS NOT DISTINCT FROM held.period_month
    AND cells.event_type IS NOT DISTINCT FROM held.event_type
    AND cells.outcome IS NOT DISTINCT FROM held.outcome
UNION ALL
SELECT
    6 AS level_number,
    'block_age_quarter' AS level,
    NULL AS persona_id,
    CAST(gender AS VARCHAR) AS gender,
    CAST(ethnicity AS VARCHAR) AS ethnicity,
    CAST(age AS VARCHAR) AS age,
    strftime(period_quarter, '%Y') || '-Q' || CAST(quarter(period_quarter) AS VARCHAR) AS period,
    CAST(event_type AS VARCHAR) AS event_type,
    CAST(outcome AS VARCHAR) AS outcome,
    people,
    events
FROM private.persona_events__level_6 AS cells
ANTI JOIN private.persona_events__held AS held
    ON held.level_number = 6
    AND cells.gender IS NOT DISTINCT FROM held.gender
    AND cells.ethnicity IS NOT DISTINCT FROM held.ethnicity
    AND cells.age IS NOT DISTINCT FROM held.age
    AND cells.period_quarter IS NOT DISTINCT FROM held.period_quarter
    AND cells.event_type IS NOT DISTINCT FROM held.event_type
    AND cells.outcome IS NOT DISTINCT FROM held.outcome
UNION ALL
SELECT
    7 AS level_number,
    'block_age_year' AS level,
    NULL AS persona_id,
    CAST(gender AS VARCHAR) AS gender,
    CAST(ethnicity AS VARCHAR) AS ethnicity,
    CAST(age AS VARCHAR) AS age,
    strftime(period_year, '%Y') AS period,
    CAST(event_type AS VARCHAR) AS event_type,
    CAST(outcome AS VARCHAR) AS outcome,
    people,
    events
FROM private.persona_events__level_7 AS cells
ANTI JOIN private.persona_events__held AS held
    ON held.level_number = 7
    AND cells.gender IS NOT DISTINCT FROM held.gender
    AND cells.ethnicity IS NOT DISTINCT FROM held.ethnicity
    AND cells.age IS NOT DISTINCT FROM held.age
    AND cells.period_year IS NOT DISTINCT FROM held.period_year
    AND cells.event_type IS NOT DISTINCT FROM held.event_type
    AND cells.outcome IS NOT DISTINCT FROM held.outcome
UNION ALL
SELECT
    8 AS level_number,
    'block_year' AS level,
    NULL AS persona_id,
    CAST(gender AS VARCHAR) AS gender,
    CAST(ethnicity AS VARCHAR) AS ethnicity,
    '*' AS age,
    strftime(period_year, '%Y') AS period,
    CAST(event_type AS VARCHAR) AS event_type,
    CAST(outcome AS VARCHAR) AS outcome,
    people,
    events
FROM private.persona_events__level_8 AS cells
ANTI JOIN private.persona_events__held AS held
    ON held.level_number = 8
    AND cells.gender IS NOT DISTINCT FROM held.gender
    AND cells.ethnicity IS NOT DISTINCT FROM held.ethnicity
    AND cells.period_year IS NOT DISTINCT FROM held.period_year
    AND cells.event_type IS NOT DISTINCT FROM held.event_type
    AND cells.outcome IS NOT DISTINCT FROM held.outcome
UNION ALL
SELECT
    9 AS level_number,
    'block_all_time' AS level,
    NULL AS persona_id,
    CAST(gender AS VARCHAR) AS gender,
    CAST(ethnicity AS VARCHAR) AS ethnicity,
    '*' AS age,
    '*' AS period,
    CAST(event_type AS VARCHAR) AS event_type,
    CAST(outcome AS VARCHAR) AS outcome,
    people,
    events
FROM private.persona_events__level_9 AS cells
ANTI JOIN private.persona_events__held AS held
    ON held.level_number = 9
    AND cells.gender IS NOT DISTINCT FROM held.gender
    AND cells.ethnicity IS NOT DISTINCT FROM held.ethnicity
    AND cells.event_type IS NOT DISTINCT FROM held.event_type
    AND cells.outcome IS NOT DISTINCT FROM held.outcome
UNION ALL
SELECT
    10 AS level_number,
    'ethnicity_all_time' AS level,
    NULL AS persona_id,
    '*' AS gender,
    CAST(ethnicity AS VARCHAR) AS ethnicity,
    '*' AS age,
    '*' AS period,
    CAST(event_type AS VARCHAR) AS event_type,
    CAST(outcome AS VARCHAR) AS outcome,
    people,
    events
FROM private.persona_events__level_10 AS cells
ANTI JOIN private.persona_events__held AS held
    ON held.level_number = 10
    AND cells.ethnicity IS NOT DISTINCT FROM held.ethnicity
    AND cells.event_type IS NOT DISTINCT FROM held.event_type
    AND cells.outcome IS NOT DISTINCT FROM held.outcome
UNION ALL
SELECT
    11 AS level_number,
    'everyone' AS level,
    NULL AS persona_id,
    '*' AS gender,
    '*' AS ethnicity,
    '*' AS age,
    '*' AS period,
    CAST(event_type AS VARCHAR) AS event_type,
    CAST(outcome AS VARCHAR) AS outcome,
    people,
    events
FROM private.persona_events__level_11 AS cells
ANTI JOIN private.persona_events__held AS held
    ON held.level_number = 11
    AND cells.event_type IS NOT DISTINCT FROM held.event_type
    AND cells.outcome IS NOT DISTINCT FROM held.outcome;

-- what is released: all of them
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
