-- given: CREATE TABLE private.people AS SELECT i AS person_id, CASE WHEN i < 4 THEN 20 + i // 2 WHEN i < 6 THEN 30 ELSE 40 END AS age, CASE WHEN i < 6 THEN 'F' ELSE 'M' END AS gender FROM range(9) AS t(i)
-- call:  persona_rounds('personas', 'private.people', None, [age(1), gender(0)], [], ['gender'], 3)
-- run:   {} SELECT given_1, age, gender, people, round FROM private.personas__tuples ORDER BY ALL
-- gives: 20, 20-29, F, 2, 1; 21, 20-29, F, 2, 1; 30, 30-39, F, 2, NULL; 40, 40-49, M, 3, 1
CREATE TABLE private.personas__tuples AS
WITH combinations AS (  -- as given
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
),

tuples AS (
    SELECT
        TRUE AS everybody,
        CAST(NULL AS BIGINT) AS within_class,
        generalized.given_1,
        generalized.given_2,
        generalized.age,
        generalized.gender,
        generalized.people,
        sum(generalized.people) OVER (
            PARTITION BY
                CAST(NULL AS BIGINT),
                generalized.age,
                generalized.gender
        ) AS people_alike
    FROM generalized
),

blocks AS (  -- those who find no 3 like them
    SELECT
        everybody,
        gender,
        sum(people) AS people
    FROM tuples
    WHERE people_alike < 3
    GROUP BY everybody, gender
),

ordered_blocks AS (  -- large ones first by size, so that nth_large = 1 is the smallest large one
    SELECT
        *,
        row_number() OVER (
            PARTITION BY everybody, gender
            ORDER BY people < 3, people, gender
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
    tuples.age,
    tuples.gender,
    tuples.people,
    CASE WHEN tuples.people_alike >= 3 THEN 1 ELSE block_rounds.round END AS round
FROM tuples
LEFT JOIN block_rounds
    ON tuples.everybody IS NOT DISTINCT FROM block_rounds.everybody
    AND tuples.gender IS NOT DISTINCT FROM block_rounds.gender;


-- given: CREATE TABLE private.personas__tuples AS FROM (VALUES (NULL::BIGINT, 25, 'F', '20-29', 'F', 3, 1), (NULL, 24, 'F', '20-29', 'F', 3, 1), (NULL, 30, 'F', '30-39', 'F', 2, 2), (NULL, 40, 'F', '40-49', 'F', 1, 2), (NULL, 40, 'M', '40-49', 'M', 1, NULL)) AS t(within_class, given_1, given_2, age, gender, people, round)
-- call:  persona_groups('personas', [age(1, raised_in_round=2), gender(0)], ['age'], 3)
-- run:   {} SELECT placed.given_1, placed.position, groups.* FROM private.personas__placed AS placed INNER JOIN private.personas__groups AS groups ON placed.group_id = groups.class_id ORDER BY ALL
-- gives: 24, 1, 1, NULL, 20-29, F, 6, 2, 0, 0; 25, 2, 1, NULL, 20-29, F, 6, 2, 0, 0
CREATE TABLE private.personas__groups AS
WITH raised AS (
    SELECT
        round,
        CASE WHEN round = 1 THEN within_class END AS within_class,
        CASE WHEN round >= 2 THEN '*' ELSE age END AS age,
        CASE WHEN round >= 4 THEN '*' ELSE gender END AS gender,
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
        CAST(sum(raised.people) AS BIGINT) AS people
    FROM raised
    GROUP BY
        raised.round,
        raised.within_class,
        raised.age,
        raised.gender
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
            people,
            row_number() OVER (
                ORDER BY
                    within_class IS NOT NULL,
                    people,
                    round,
                    within_class,
                    age,
                    gender
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
    CAST(kept.class_id AS INTEGER) AS group_id,
    CAST(dense_rank() OVER (
        ORDER BY
            kept.class_id,
            tuples.given_1
    ) AS INTEGER) AS position
FROM private.personas__tuples AS tuples
INNER JOIN private.personas__groups AS kept
    ON tuples.round = kept.round
    AND CASE WHEN tuples.round = 1 THEN tuples.within_class END IS NOT DISTINCT FROM kept.within_class
    AND CASE WHEN tuples.round >= 2 THEN '*' ELSE tuples.age END IS NOT DISTINCT FROM kept.age
    AND CASE WHEN tuples.round >= 4 THEN '*' ELSE tuples.gender END IS NOT DISTINCT FROM kept.gender;


-- given: CREATE TABLE private.people AS SELECT i AS person_id, 4 AS within_class, 20 + i AS age, 'F' AS gender FROM range(7) AS t(i)
-- given: CREATE TABLE private.personas__placed AS SELECT 4 AS within_class, 20 + i AS given_1, 'F' AS given_2, 1 AS group_id, i AS position FROM range(7) AS t(i)
-- given: CREATE TABLE private.personas__groups AS SELECT 1 AS round, 4 AS within_class, '20-29' AS age, 'F' AS gender, 7 AS people, 1 AS class_id, 0 AS first_person, 0 AS first_persona
-- call:  persona_members('personas', 'private.people', None, [age(1), gender(0)], ['within_class'], [], [], 'person_id', 3)
-- run:   {} SELECT list(members.person_id ORDER BY person), any_value(age), max(people) FROM private.personas__members AS members INNER JOIN private.personas__personas AS personas ON members.persona = personas.persona GROUP BY persona_id ORDER BY ALL
-- gives: [0, 1, 2, 3], 20-29, 4; [4, 5, 6], 20-29, 3
CREATE TABLE private.personas__ordered AS
SELECT
    people.person_id,
    placed.group_id
FROM private.people AS people
LEFT JOIN private.personas__placed AS placed
    ON people.within_class IS NOT DISTINCT FROM placed.within_class
    AND people.age IS NOT DISTINCT FROM placed.given_1
    AND people.gender IS NOT DISTINCT FROM placed.given_2
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
    groups.gender
FROM private.personas__units AS units
INNER JOIN private.personas__groups AS groups
    ON units.group_id = groups.class_id;


-- given: CREATE TABLE private.personas__units AS FROM (VALUES (1, 1, 7, 'low'), (2, 1, 7, 'low'), (3, 1, 7, 'high'), (4, 2, 8, 'low'), (5, 2, 8, 'high')) AS t(person_id, class_id, group_id, screening)
-- call:  persona_mode('personas', screening, 2)
-- run:   {} SELECT * FROM private.personas__mode_screening ORDER BY ALL
-- gives: 1, 7, low, 2
CREATE TABLE private.personas__mode_screening AS
WITH large_values AS (
    SELECT
        class_id,
        group_id,
        screening,
        count(*) AS people
    FROM private.personas__units
    GROUP BY
        class_id,
        group_id,
        screening
    HAVING count(*) >= 2
)

SELECT
    class_id,
    group_id,
    screening,
    people
FROM large_values
QUALIFY row_number() OVER (PARTITION BY class_id, group_id ORDER BY people DESC, screening) = 1;


-- given: CREATE TABLE private.personas__members AS FROM (VALUES (1, 1), (2, 1), (3, 1), (4, 2), (5, 2)) AS t(person, persona)
-- given: CREATE TABLE private.events AS FROM (VALUES (1, 1, 'guilty'), (1, 1, 'guilty'), (2, 1, 'acquitted'), (4, 2, 'guilty'), (5, 2, 'guilty')) AS t(person, persona, outcome)
-- call:  saturated_outcomes('private.events', ['persona'], 'personas', 'outcome', ['guilty'], 0.8)
-- run:   SELECT * FROM ({}) ORDER BY ALL
-- gives: 2, guilty
WITH people_with AS (
    SELECT
        TRUE AS everybody,
        persona,
        outcome,
        count(DISTINCT person) AS people
    FROM private.events
    WHERE outcome IN ('guilty')
    GROUP BY persona, outcome
),

everyone AS (
    SELECT
        TRUE AS everybody,
        persona,
        count(*) AS people
    FROM private.personas__members
    GROUP BY persona
)

SELECT
    people_with.persona,
    people_with.outcome
FROM people_with
INNER JOIN everyone
    ON people_with.everybody IS NOT DISTINCT FROM everyone.everybody
    AND people_with.persona IS NOT DISTINCT FROM everyone.persona
WHERE people_with.people > 0.8::DOUBLE * everyone.people


-- given: CREATE TABLE private.seen__candidates AS FROM (VALUES (1, 1, 2013, 'arrest'), (2, 1, 2013, 'arrest'), (2, 1, 2013, 'arrest'), (1, 1, 2014, 'charge'), (3, 2, 2013, 'arrest')) AS t(person, persona, period_year, event_type)
-- call:  event_level('seen', 1, level('persona_year', ('persona_id',), 'year', None), 'private.seen__candidates', ['event_type'], None, [], 2)
-- run:   {} SELECT persona, period_year, event_type, people, events FROM private.seen__level_1 ORDER BY ALL
-- gives: 1, 2013, arrest, 2, 3
CREATE TABLE private.seen__level_1 AS
WITH of_people AS (  -- how often each had the events of a cell
    SELECT
        events.person,
        events.persona,
        events.period_year,
        events.event_type,
        count(*) AS events
    FROM private.seen__candidates AS events
    GROUP BY events.person, events.persona, events.period_year, events.event_type
),

cells AS (
    SELECT
        persona,
        period_year,
        event_type,
        count(*) AS people,
        sum(events) AS events
    FROM of_people
    GROUP BY persona, period_year, event_type
    HAVING count(*) >= 2
),

rest AS (  -- whose events no cell counts
    SELECT
        events.person,
        events.persona,
        events.event_type
    FROM private.seen__candidates AS events
    ANTI JOIN cells
        ON events.persona IS NOT DISTINCT FROM cells.persona
        AND events.period_year IS NOT DISTINCT FROM cells.period_year
        AND events.event_type IS NOT DISTINCT FROM cells.event_type
),

short_rests AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.persona,
        events.event_type
    FROM rest AS events
    SEMI JOIN cells AS beside
        ON events.persona IS NOT DISTINCT FROM beside.persona
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
    GROUP BY events.persona, events.event_type
    HAVING count(DISTINCT events.person) BETWEEN 1 AND 1
),

held_for_rest AS (  -- the smallest cell of each
    SELECT
        cells.persona,
        cells.period_year,
        cells.event_type
    FROM cells
    SEMI JOIN short_rests
        ON short_rests.is_short
        AND cells.persona IS NOT DISTINCT FROM short_rests.persona
        AND cells.event_type IS NOT DISTINCT FROM short_rests.event_type
    QUALIFY row_number() OVER (
        PARTITION BY cells.persona, cells.event_type
        ORDER BY
            cells.people, cells.persona, cells.period_year, cells.event_type
    ) = 1
)

SELECT cells.*
FROM cells
ANTI JOIN held_for_rest
    ON cells.persona IS NOT DISTINCT FROM held_for_rest.persona
    AND cells.period_year IS NOT DISTINCT FROM held_for_rest.period_year
    AND cells.event_type IS NOT DISTINCT FROM held_for_rest.event_type;


-- given: CREATE TABLE private.cells AS FROM (VALUES (1, 'low', 2), (1, 'none', 3), (1, 'high', 2), (2, 'low', 2)) AS t(persona, outcome, people)
-- call:  held_back('held', 'short', ['persona'], ['persona', 'outcome'], 'outcome', ['high'])
-- run:   WITH cells AS (FROM private.cells), short AS (SELECT TRUE AS is_short, 1 AS persona), {} SELECT * FROM held
-- gives: 1, low
held AS (  -- the smallest cell of each
    SELECT
        cells.persona,
        cells.outcome
    FROM cells
    SEMI JOIN short
        ON short.is_short
        AND cells.persona IS NOT DISTINCT FROM short.persona
    QUALIFY row_number() OVER (
        PARTITION BY cells.persona
        ORDER BY
            coalesce(cells.outcome IN ('high'), FALSE),
            cells.people, cells.persona, cells.outcome
    ) = 1
)


-- given: CREATE TABLE release.personas AS SELECT * FROM (VALUES ('p1', 5), ('p2', 6)) AS t (persona_id, people)
-- given: CREATE TABLE release.happened AS SELECT * FROM (VALUES ('p1', '2020-01', 'arrest', 'held', 3, 4), ('p1', '2021', 'trial', NULL, 3, 3), (NULL, '*', 'arrest', 'held', 9, 9)) AS t (persona_id, period, event_type, outcome, people, events)
-- call:  persona_patterns(released('personas'), released('happened', 'aggregate'))
-- run:   {}
-- gives: p1, 5, 7, 2, arrest, held 57 %, not stated 43 %, 2020, 2021, 1.4, 0.7, 1, True; p2, 6, 0, 0, NULL, NULL, NULL, NULL, 0.0, NULL, 0, False
WITH of_personas AS (
    SELECT
        persona_id,
        nullif(period, '*') AS period,
        event_type,
        outcome,
        people,
        events
    FROM release.happened
    WHERE persona_id IS NOT NULL
),

totals AS (
    SELECT
        persona_id,
        sum(events) AS events,
        sum(events - people) AS repeated_events,
        sum(CASE WHEN period IS NOT NULL THEN events END) AS dated_events,
        count(DISTINCT event_type) AS event_types,
        min(left(period, 4)) AS first_year,
        max(left(period, 4)) AS last_year
    FROM of_personas
    GROUP BY persona_id
),

types AS (
    SELECT
        persona_id,
        event_type,
        row_number() OVER (PARTITION BY persona_id ORDER BY sum(events) DESC, event_type) AS nth_frequent
    FROM of_personas
    GROUP BY persona_id, event_type
),

outcomes AS (
    SELECT
        persona_id,
        coalesce(outcome, 'not stated') AS outcome,
        sum(events) AS events
    FROM of_personas
    GROUP BY persona_id, outcome
),

outcome_shares AS (
    SELECT
        outcomes.persona_id,
        string_agg(
            concat(outcomes.outcome, ' ', CAST(round(100 * outcomes.events / totals.events) AS INTEGER), ' %'),
            ', ' ORDER BY outcomes.events DESC, outcomes.outcome
        ) AS shares
    FROM outcomes
    INNER JOIN totals ON outcomes.persona_id = totals.persona_id
    GROUP BY outcomes.persona_id
)

SELECT
    personas.persona_id,
    personas.people,
    CAST(coalesce(totals.events, 0) AS BIGINT) AS events,
    coalesce(totals.event_types, 0) AS event_types,
    types.event_type AS most_frequent_type,
    outcome_shares.shares AS outcomes,
    totals.first_year,
    totals.last_year,
    coalesce(totals.events, 0)::DOUBLE / personas.people AS events_per_person,
    totals.dated_events::DOUBLE / personas.people
    / (CAST(totals.last_year AS INTEGER) - CAST(totals.first_year AS INTEGER) + 1) AS events_per_person_year,
    CAST(coalesce(totals.repeated_events, 0) AS BIGINT) AS repeated_events,
    coalesce(totals.repeated_events > 0, FALSE) AS has_repeats
FROM release.personas AS personas
LEFT JOIN totals ON personas.persona_id = totals.persona_id
LEFT JOIN types ON personas.persona_id = types.persona_id AND types.nth_frequent = 1
LEFT JOIN outcome_shares ON personas.persona_id = outcome_shares.persona_id
ORDER BY personas.persona_id


-- given: CREATE TABLE release.personas AS SELECT * FROM (VALUES ('p1', 5), ('p2', 6)) AS t (persona_id, people)
-- given: CREATE TABLE release.happened AS SELECT * FROM (VALUES ('p1', '2020-01', '2020-03', 'arrest', 3, 9, NULL), ('p1', '2021', '2021', 'trial', 3, 4, NULL), ('p1', '2021', '2021', 'charge', 3, 0, TRUE)) AS t (persona_id, period_from, period_to, event_type, people, events, is_added)
-- call:  persona_patterns(released('personas'), released('happened', 'representative', True), None)
-- run:   {}
-- gives: p1, 5, 13, 2, arrest, 2020, 2021, 2.6, 1.3, 4, True; p2, 6, 0, 0, NULL, NULL, NULL, 0.0, NULL, 0, False
WITH of_personas AS (
    SELECT
        persona_id,
        nullif(period_from, '*') AS period,
        nullif(period_to, '*') AS last_period,
        event_type,
        people,
        events
    FROM release.happened
    WHERE persona_id IS NOT NULL AND is_added IS NOT TRUE
),

totals AS (
    SELECT
        persona_id,
        sum(events) AS events,
        max(events) AS most_events,
        sum(CASE WHEN period IS NOT DISTINCT FROM last_period THEN events - people END) AS repeated_events,
        sum(CASE WHEN period IS NOT NULL THEN events END) AS dated_events,
        count(DISTINCT event_type) AS event_types,
        min(left(period, 4)) AS first_year,
        max(left(last_period, 4)) AS last_year
    FROM of_personas
    GROUP BY persona_id
),

types AS (
    SELECT
        persona_id,
        event_type,
        row_number() OVER (PARTITION BY persona_id ORDER BY sum(events) DESC, event_type) AS nth_frequent
    FROM of_personas
    GROUP BY persona_id, event_type
)

SELECT
    personas.persona_id,
    personas.people,
    CAST(coalesce(totals.events, 0) AS BIGINT) AS events,
    coalesce(totals.event_types, 0) AS event_types,
    types.event_type AS most_frequent_type,
    totals.first_year,
    totals.last_year,
    coalesce(totals.events, 0)::DOUBLE / personas.people AS events_per_person,
    totals.dated_events::DOUBLE / personas.people
    / (CAST(totals.last_year AS INTEGER) - CAST(totals.first_year AS INTEGER) + 1) AS events_per_person_year,
    CAST(coalesce(greatest(totals.repeated_events, totals.most_events - personas.people, 0), 0) AS BIGINT) AS repeated_events,
    coalesce(greatest(totals.repeated_events, totals.most_events - personas.people, 0) > 0, FALSE) AS has_repeats
FROM release.personas AS personas
LEFT JOIN totals ON personas.persona_id = totals.persona_id
LEFT JOIN types ON personas.persona_id = types.persona_id AND types.nth_frequent = 1
ORDER BY personas.persona_id


-- given: SET VARIABLE release_secret = '00ff'
-- call:  persona_name('personas', 'number')
-- run:   SELECT length({}), {} = {} FROM (SELECT 7 AS number)
-- gives: 17, True
'p' || left(sha256(concat_ws('|', getvariable('release_secret'), 'personas', number)), 16)


-- given: CREATE TABLE private.days AS FROM (VALUES (DATE '2014-05-17'), (NULL)) AS t(day)
-- call:  first_day('day', 'quarter')
-- run:   SELECT {} FROM private.days
-- gives: 2014-04-01; NULL
CAST(date_trunc('quarter', day) AS DATE)


-- given: CREATE TABLE private.personas__members AS FROM (VALUES ('a', 0, 1, 'F'), ('b', 1, 1, 'F')) AS t(person_id, person, persona, gender)
-- given: CREATE TABLE private.stg AS FROM (VALUES ('a', DATE '2013-01-05', 'arrest'), ('a', DATE '2013-01-07', 'arrest'), ('b', NULL, NULL), ('c', DATE '2013-01-05', 'arrest')) AS t(person_id, date, event_type)
-- call:  numbered_events(model('seen', 'SELECT person_id, date, event_type FROM private.stg'), 'person_id', 'date', ['event_type'], ['event_type'], 'personas', ['gender'], ['week', 'month', 'year'])
-- run:   {} SELECT * FROM private.seen__events ORDER BY ALL
-- gives: 0, 1, F, 2012-12-31, 2013-01-01, 2013-01-01, arrest; 0, 1, F, 2013-01-07, 2013-01-01, 2013-01-01, arrest; 1, 1, F, NULL, NULL, NULL, NULL
-- the texts beside events (private), in their order
CREATE TYPE private.seen__text AS ENUM (
    WITH authored AS (  -- models/seen.sql:1, as written
    SELECT person_id, date, event_type FROM private.stg
    ),

    texts AS (
        SELECT gender AS text FROM private.personas__members
        UNION
        SELECT CAST(event_type AS VARCHAR) AS text FROM authored
    )

    SELECT text
    FROM texts
    WHERE text IS NOT NULL
    ORDER BY text
);

-- what happened to the people of personas (private)
CREATE TABLE private.seen__events AS
WITH authored AS (  -- models/seen.sql:1, as written
    SELECT person_id, date, event_type FROM private.stg
),

people AS (
    SELECT
        members.person_id,
        members.person,
        members.persona,
        CAST(members.gender AS private.seen__text) AS gender
    FROM private.personas__members AS members
)

SELECT
    people.person,
    people.persona,
    people.gender,
    CAST(date_trunc('week', authored.date) AS DATE) AS period_week,
    CAST(date_trunc('month', authored.date) AS DATE) AS period_month,
    CAST(date_trunc('year', authored.date) AS DATE) AS period_year,
    CAST(CAST(authored.event_type AS VARCHAR) AS private.seen__text) AS event_type
FROM authored
INNER JOIN people
    ON authored.person_id = people.person_id;


-- given: CREATE TABLE private.seen__events AS FROM (VALUES (0, 1, 'F', 'arrest', 'low'), (1, 1, 'F', 'arrest', 'low'), (1, 1, 'F', 'arrest', 'high'), (2, 2, 'F', 'arrest', 'low')) AS t(person, persona, gender, event_type, outcome)
-- call:  event_candidates('seen', ['event_type', 'outcome'], 'outcome', ['gender'], 2)
-- run:   {} SELECT person, outcome, NULL FROM private.seen__candidates UNION ALL SELECT gender, outcome, people FROM private.seen__others ORDER BY ALL
-- gives: 0, low, NULL; 1, high, NULL; 1, low, NULL; F, low, 1
-- events that may be in a row of a persona (private), and how many people of a block have others
CREATE TABLE private.seen__often AS
SELECT
    persona,
    event_type,
    outcome
FROM private.seen__events
GROUP BY persona, event_type, outcome
HAVING count(DISTINCT person) >= 2;

CREATE TABLE private.seen__candidates AS
SELECT events.*
FROM private.seen__events AS events
SEMI JOIN private.seen__often AS often
    ON events.persona IS NOT DISTINCT FROM often.persona
    AND events.event_type IS NOT DISTINCT FROM often.event_type;

CREATE TABLE private.seen__others AS
SELECT
    events.gender,
    events.event_type,
    events.outcome,
    count(DISTINCT events.person % 256) AS people
FROM private.seen__events AS events
ANTI JOIN private.seen__often AS often
    ON events.persona IS NOT DISTINCT FROM often.persona
    AND events.event_type IS NOT DISTINCT FROM often.event_type
GROUP BY events.gender, events.event_type, events.outcome;


-- given: CREATE TABLE private.cells AS FROM (VALUES (1, 'low', 2), (2, 'low', 2)) AS t(persona, outcome, people)
-- given: CREATE TABLE private.rest AS FROM (VALUES (7, 1, 'high'), (8, 2, 'high'), (9, 2, 'high'), (9, 3, 'high')) AS t(person, persona, outcome)
-- call:  short_groups('short', ['persona'], 2)
-- run:   WITH cells AS (FROM private.cells), rest AS (FROM private.rest), {} last AS (SELECT 1) SELECT * FROM short
-- gives: True, 1
short AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.persona
    FROM rest AS events
    SEMI JOIN cells AS beside
        ON events.persona IS NOT DISTINCT FROM beside.persona
    GROUP BY events.persona
    HAVING count(DISTINCT events.person) BETWEEN 1 AND 1
),


-- given: CREATE TABLE private.cells AS FROM (VALUES (1, 'F', 'arrest', 2), (2, 'F', 'charge', 2), (3, 'M', 'arrest', 2)) AS t(persona, gender, event_type, people)
-- given: CREATE TABLE private.rest AS FROM (VALUES (7, 'F', 'charge'), (8, 'M', 'arrest')) AS t(person, gender, event_type)
-- given: CREATE TABLE private.seen__others AS FROM (VALUES ('F', 'arrest', 1), ('M', 'arrest', 9)) AS t(gender, event_type, people)
-- call:  short_of_next_level('seen', level('persona_year', ('persona_id', 'gender'), 'year', ('gender',)), ['event_type'], 2)
-- run:   WITH cells AS (FROM private.cells), rest AS (FROM private.rest), {} last AS (SELECT 1) SELECT * FROM short_groups ORDER BY ALL
-- gives: True, F, arrest; True, F, charge
few_others AS (
    SELECT
        TRUE AS is_few,
        cells.gender,
        cells.event_type,
        coalesce(max(others.people), 0) AS people
    FROM cells
    LEFT JOIN private.seen__others AS others
        ON cells.gender IS NOT DISTINCT FROM others.gender
        AND cells.event_type IS NOT DISTINCT FROM others.event_type
    GROUP BY cells.gender, cells.event_type
    HAVING coalesce(max(others.people), 0) < 2
),

few_candidates AS (
    SELECT
        TRUE AS is_few,
        events.gender,
        events.event_type,
        count(DISTINCT events.person) AS people
    FROM rest AS events
    SEMI JOIN few_others
        ON few_others.is_few
        AND events.gender IS NOT DISTINCT FROM few_others.gender
        AND events.event_type IS NOT DISTINCT FROM few_others.event_type
    GROUP BY events.gender, events.event_type
),

short_groups AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        few_others.gender,
        few_others.event_type
    FROM few_others
    LEFT JOIN few_candidates
        ON few_others.is_few
        AND few_others.gender IS NOT DISTINCT FROM few_candidates.gender
        AND few_others.event_type IS NOT DISTINCT FROM few_candidates.event_type
    WHERE few_others.people + coalesce(few_candidates.people, 0) BETWEEN 1 AND 1
),


-- given: CREATE TABLE private.seen__people AS SELECT i AS person_id, i AS person, CASE WHEN i < 10 THEN 1 WHEN i < 16 THEN 2 ELSE 3 END AS persona, 'F' AS gender FROM range(19) AS t(i)
-- given: CREATE TABLE private.personas__members AS FROM private.seen__people
-- given: CREATE TABLE private.seen__events AS SELECT person, persona, gender, DATE '2013-01-01' AS period_year, CASE WHEN person < 5 OR person IN (10, 11) THEN 'low' ELSE 'mid' END AS outcome FROM private.seen__people
-- call:  known_personas('seen', 'personas', [], ['gender'])
-- run:   {} FROM private.seen__known ORDER BY ALL
-- gives: 1, F; 2, F; 3, F
-- personas of whom everybody has exactly one event of a kind (private): what their rows leave is known
CREATE TABLE private.seen__known AS
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
        count(*) AS events
    FROM private.seen__events
    GROUP BY persona
)

SELECT
    events.persona,
    events.gender
FROM everyone
INNER JOIN counted
    ON everyone.persona = counted.persona
    AND everyone.people = counted.events
INNER JOIN private.seen__events AS events
    ON counted.persona IS NOT DISTINCT FROM events.persona
GROUP BY events.persona, everyone.people, events.gender
HAVING count(DISTINCT events.person) = everyone.people;


-- given: CREATE TABLE private.seen__known AS SELECT 1 AS persona, 'F' AS gender
-- given: CREATE TABLE private.seen__level_1 AS SELECT 1 AS persona, 'F' AS gender, DATE '2013-01-01' AS period_year, 'mid' AS outcome, 5 AS people, 5 AS events
-- given: CREATE TABLE private.seen__level_2 AS SELECT 'F' AS gender, DATE '2013-01-01' AS period_year, outcome, 7 AS people, 7 AS events FROM (VALUES ('mid'), ('low')) AS t(outcome)
-- call:  rows_above('seen', [], ['outcome'], ['period_year'], 'outcome', ['mid'], ['gender'], [level('persona_year', ('persona_id', 'gender'), 'year', ('gender',), 'year'), level('block_year', ('gender',), 'year', None, 'year')])
-- run:   {} FROM private.seen__above ORDER BY nth
-- gives: 2, F, 2013-01-01, low, 7, 1; 2, F, 2013-01-01, mid, 7, 2
-- the rows above the personas (private): those that are missed least come first
CREATE TABLE private.seen__above AS
WITH cells AS (
    SELECT
        2 AS level_number,
        gender,
        period_year,
        outcome,
        people
    FROM private.seen__level_2
)

SELECT
    cells.*,
    row_number() OVER (
        ORDER BY
            coalesce(cells.outcome IN ('mid'), FALSE),
            cells.people,
            cells.level_number,
            cells.gender,
            cells.period_year,
            cells.outcome
    ) AS nth
FROM cells
SEMI JOIN private.seen__known AS known
    ON TRUE;


-- given: CREATE TABLE private.seen__people AS SELECT i AS person_id, i AS person, CASE WHEN i < 10 THEN 1 WHEN i < 16 THEN 2 ELSE 3 END AS persona, 'F' AS gender FROM range(19) AS t(i)
-- given: CREATE TABLE private.seen__events AS SELECT person, persona, gender, DATE '2013-01-01' AS period_year, CASE WHEN person < 5 OR person IN (10, 11) THEN 'low' ELSE 'mid' END AS outcome FROM private.seen__people
-- given: CREATE TABLE private.seen__level_1 AS SELECT 1 AS persona, 'F' AS gender, DATE '2013-01-01' AS period_year, 'mid' AS outcome, 5 AS people, 5 AS events
-- given: CREATE TABLE private.seen__level_2 AS SELECT 'F' AS gender, DATE '2013-01-01' AS period_year, outcome, 7 AS people, 7 AS events FROM (VALUES ('mid'), ('low')) AS t(outcome)
-- given: CREATE TABLE private.seen__known AS SELECT DISTINCT persona, gender FROM private.seen__people
-- given: CREATE VIEW private.seen__left_1 AS SELECT events.* FROM private.seen__events AS events ANTI JOIN private.seen__level_1 AS cells ON events.persona = cells.persona AND events.outcome = cells.outcome
-- given: CREATE TABLE private.seen__above AS SELECT 2 AS level_number, gender, period_year, outcome, people, row_number() OVER (ORDER BY outcome) AS nth FROM private.seen__level_2
-- call:  rows_held_back('seen', [], ['outcome'], ['period_year'], ['gender'], [level('persona_year', ('persona_id', 'gender'), 'year', ('gender',), 'year'), level('block_year', ('gender',), 'year', None, 'year')], 3)
-- run:   {} SELECT outcome, people FROM private.seen__held ORDER BY ALL
-- gives: low, 7; mid, 7
-- which of them might count people of such personas (private); where statistics show that a LEFT JOIN finds nothing,
-- DuckDB 2.0 takes a sum for 0 that is compared in the same statement, so nothing is compared here
CREATE TABLE private.seen__links AS
WITH kinds AS (
    SELECT DISTINCT
        events.period_year,
        events.outcome
    FROM private.seen__events AS events
    SEMI JOIN private.seen__known AS known
        ON TRUE
),

left_over AS (  -- events of theirs that no row of a persona counts
    SELECT events.*
    FROM private.seen__left_1 AS events
    SEMI JOIN private.seen__known AS known
        ON events.persona IS NOT DISTINCT FROM known.persona
),

own AS (  -- personas with rows of their own
    SELECT persona
    FROM private.seen__level_1
),

standing AS (  -- the others are as one where they stand beside the same, so that there are few to look at
    SELECT
        known.persona AS of_persona,
        known.gender,
        CASE
            WHEN own.persona IS NOT NULL THEN known.persona
            ELSE min(known.persona) OVER (
                PARTITION BY own.persona IS NULL, known.gender
            )
        END AS persona
    FROM private.seen__known AS known
    SEMI JOIN left_over
        ON known.persona IS NOT DISTINCT FROM left_over.persona
    LEFT JOIN own
        ON known.persona IS NOT DISTINCT FROM own.persona
),

possible AS (  -- what people of a persona might have had, and what they had
    SELECT
        known.persona,
        known.gender,
        kinds.*,
        0 AS people
    FROM (SELECT DISTINCT * EXCLUDE (of_persona) FROM standing) AS known
    INNER JOIN kinds
        ON TRUE
    UNION ALL
    SELECT
        standing.persona,
        left_over.gender,
        left_over.period_year,
        left_over.outcome,
        1 AS people
    FROM left_over
    INNER JOIN standing
        ON left_over.persona = standing.of_persona
)

SELECT
    possible.persona,
    [row_2.nth] AS rows_that_fit,
    coalesce(row_2.nth, 0) AS nth,
    sum(possible.people) AS people
FROM possible
ANTI JOIN private.seen__level_1 AS row_1
    ON possible.persona IS NOT DISTINCT FROM row_1.persona
    AND possible.gender IS NOT DISTINCT FROM row_1.gender
    AND possible.period_year IS NOT DISTINCT FROM row_1.period_year
    AND possible.outcome IS NOT DISTINCT FROM row_1.outcome
LEFT JOIN private.seen__above AS row_2
    ON row_2.level_number = 2
    AND possible.gender IS NOT DISTINCT FROM row_2.gender
    AND possible.period_year IS NOT DISTINCT FROM row_2.period_year
    AND possible.outcome IS NOT DISTINCT FROM row_2.outcome
GROUP BY ALL;

-- rows that would tell of a few people when counts are added and subtracted (private)
CREATE TABLE private.seen__held AS
WITH alike AS (  -- personas that may stand behind the same rows are as one
    SELECT
        persona,
        dense_rank() OVER (ORDER BY list(nth ORDER BY nth)) AS number
    FROM private.seen__links
    GROUP BY persona
    HAVING sum(people) > 0
),

counted AS (
    SELECT
        nth,
        sum(people) AS people
    FROM private.seen__links
    GROUP BY nth
),

shared AS (
    SELECT
        alike.number AS persona,
        links.rows_that_fit,
        sum(links.people) AS people
    FROM private.seen__links AS links
    INNER JOIN alike
        ON links.persona IS NOT DISTINCT FROM alike.persona
    GROUP BY alike.number, links.rows_that_fit
    UNION ALL
    SELECT
        0 AS persona,  -- stands for those of whom nothing is known
        [above.nth] AS rows_that_fit,
        above.people - coalesce(counted.people, 0) AS people
    FROM private.seen__above AS above
    LEFT JOIN counted
        ON above.nth = counted.nth
    WHERE above.people > coalesce(counted.people, 0)
),

held AS (
    SELECT unnest(pt_rows_to_hold_back(list(persona), list(rows_that_fit), list(CAST(people AS BIGINT)), 3)) AS nth
    FROM shared
)

SELECT above.*
FROM private.seen__above AS above
SEMI JOIN held
    ON above.nth = held.nth;


-- call:  first_neighbour('(personas.class_id - groups.first_persona)', 4)
-- run:   SELECT personas.class_id, {} FROM (VALUES (6), (9), (10)) AS personas(class_id) CROSS JOIN (SELECT 6 AS first_persona) AS groups ORDER BY ALL
-- gives: 6, 6; 9, 6; 10, 10
CAST(groups.first_persona + (personas.class_id - groups.first_persona) // 4 * 4 AS INTEGER)


-- given: CREATE TABLE private.personas__neighbours AS SELECT 1 AS group_id, i // 2 AS class_id, i // 4 * 2 AS of_2, i // 8 * 4 AS of_4, 0 AS of_8, CASE WHEN i IN (0, 4, 6, 8) THEN 'high' ELSE 'low' END AS screening FROM range(10) AS t(i)
-- given: CREATE TABLE private.personas__groups AS SELECT 1 AS class_id, 0 AS first_persona
-- call:  merged_personas('personas', 'private.personas__neighbours', 2, [sensitive(2, 'screening', [rule('l_diversity_distinct', 2, 2)])])
-- run:   {} SELECT class_id, persona FROM private.personas__merged ORDER BY ALL
-- gives: 0, 0; 1, 0; 2, 2; 3, 3; 4, 4
-- each persona
-- people of each class by `screening`
CREATE TABLE private.personas__of_1__class_values_2 AS
SELECT
    people.class_id,
    people.group_id,
    people.screening AS sensitive_value,
    count(*) AS people
FROM private.personas__neighbours AS people
GROUP BY
    people.class_id,
    people.group_id,
    people.screening;

CREATE TABLE private.personas__of_1__accepted_2 AS
SELECT
    class_values.class_id,
    class_values.group_id
FROM private.personas__of_1__class_values_2 AS class_values
GROUP BY
    class_values.class_id,
    class_values.group_id
HAVING
    count(class_values.sensitive_value) >= 2;

-- of 2 neighbours
-- people of each class by `screening`
CREATE TABLE private.personas__of_2__class_values_2 AS
SELECT
    people.of_2,
    people.group_id,
    people.screening AS sensitive_value,
    count(*) AS people
FROM private.personas__neighbours AS people
GROUP BY
    people.of_2,
    people.group_id,
    people.screening;

CREATE TABLE private.personas__of_2__accepted_2 AS
SELECT
    class_values.of_2,
    class_values.group_id
FROM private.personas__of_2__class_values_2 AS class_values
GROUP BY
    class_values.of_2,
    class_values.group_id
HAVING
    count(class_values.sensitive_value) >= 2;

-- of 4 neighbours
-- people of each class by `screening`
CREATE TABLE private.personas__of_4__class_values_2 AS
SELECT
    people.of_4,
    people.group_id,
    people.screening AS sensitive_value,
    count(*) AS people
FROM private.personas__neighbours AS people
GROUP BY
    people.of_4,
    people.group_id,
    people.screening;

CREATE TABLE private.personas__of_4__accepted_2 AS
SELECT
    class_values.of_4,
    class_values.group_id
FROM private.personas__of_4__class_values_2 AS class_values
GROUP BY
    class_values.of_4,
    class_values.group_id
HAVING
    count(class_values.sensitive_value) >= 2;

-- of 8 neighbours
-- people of each class by `screening`
CREATE TABLE private.personas__of_8__class_values_2 AS
SELECT
    people.of_8,
    people.group_id,
    people.screening AS sensitive_value,
    count(*) AS people
FROM private.personas__neighbours AS people
GROUP BY
    people.of_8,
    people.group_id,
    people.screening;

CREATE TABLE private.personas__of_8__accepted_2 AS
SELECT
    class_values.of_8,
    class_values.group_id
FROM private.personas__of_8__class_values_2 AS class_values
GROUP BY
    class_values.of_8,
    class_values.group_id
HAVING
    count(class_values.sensitive_value) >= 2;

CREATE TABLE private.personas__merged AS
WITH personas AS (
    SELECT
        class_id,
        group_id,
        count(*) AS people
    FROM private.personas__neighbours
    GROUP BY class_id, group_id
),

side_by_side AS (
    SELECT
        personas.class_id,
        personas.group_id,
        CAST(groups.first_persona + (personas.class_id - groups.first_persona) // 2 * 2 AS INTEGER) AS of_2,
        CAST(groups.first_persona + (personas.class_id - groups.first_persona) // 4 * 4 AS INTEGER) AS of_4,
        CAST(groups.first_persona + (personas.class_id - groups.first_persona) // 8 * 8 AS INTEGER) AS of_8
    FROM personas
    INNER JOIN private.personas__groups AS groups
        ON personas.group_id = groups.class_id
),

satisfied AS (
    SELECT
        side_by_side.class_id,
        side_by_side.group_id
    FROM side_by_side
    SEMI JOIN private.personas__of_1__accepted_2 AS accepted_2
        ON side_by_side.class_id = accepted_2.class_id
        AND side_by_side.group_id = accepted_2.group_id
),

failing AS (
    SELECT side_by_side.*
    FROM side_by_side
    ANTI JOIN satisfied
        ON side_by_side.class_id = satisfied.class_id
        AND side_by_side.group_id = satisfied.group_id
),

joined_2 AS (
    SELECT
        failing.of_2,
        failing.group_id
    FROM failing
    SEMI JOIN private.personas__of_2__accepted_2 AS accepted_2
        ON failing.of_2 = accepted_2.of_2
        AND failing.group_id = accepted_2.group_id
    GROUP BY
        failing.of_2,
        failing.group_id
),

failing_of_2 AS (
    SELECT failing.*
    FROM failing
    ANTI JOIN joined_2
        ON failing.of_2 = joined_2.of_2
        AND failing.group_id = joined_2.group_id
),

joined_4 AS (
    SELECT
        failing_of_2.of_4,
        failing_of_2.group_id
    FROM failing_of_2
    SEMI JOIN private.personas__of_4__accepted_2 AS accepted_2
        ON failing_of_2.of_4 = accepted_2.of_4
        AND failing_of_2.group_id = accepted_2.group_id
    GROUP BY
        failing_of_2.of_4,
        failing_of_2.group_id
),

failing_of_4 AS (
    SELECT failing_of_2.*
    FROM failing_of_2
    ANTI JOIN joined_4
        ON failing_of_2.of_4 = joined_4.of_4
        AND failing_of_2.group_id = joined_4.group_id
),

joined_8 AS (
    SELECT
        failing_of_4.of_8,
        failing_of_4.group_id
    FROM failing_of_4
    SEMI JOIN private.personas__of_8__accepted_2 AS accepted_2
        ON failing_of_4.of_8 = accepted_2.of_8
        AND failing_of_4.group_id = accepted_2.group_id
    GROUP BY
        failing_of_4.of_8,
        failing_of_4.group_id
)

SELECT
    side_by_side.class_id,
    side_by_side.group_id,
    coalesce(joined_8.of_8, joined_4.of_4, joined_2.of_2, side_by_side.class_id) AS persona
FROM side_by_side
LEFT JOIN joined_2
    ON side_by_side.of_2 = joined_2.of_2
    AND side_by_side.group_id = joined_2.group_id
LEFT JOIN joined_4
    ON side_by_side.of_4 = joined_4.of_4
    AND side_by_side.group_id = joined_4.group_id
LEFT JOIN joined_8
    ON side_by_side.of_8 = joined_8.of_8
    AND side_by_side.group_id = joined_8.group_id;


-- given: CREATE TABLE private.personas__cut AS FROM (VALUES (1, 0, 0), (2, 0, 0), (3, 1, 0)) AS people(person_id, class_id, group_id)
-- given: CREATE TABLE private.personas__cells AS FROM (VALUES (1, 7, 4.0), (1, 8, 2.5), (2, 7, 4.0), (3, 8, 2.5)) AS cells(person_id, cell, people)
-- call:  candidates_of_personas('personas', 'personas', ['class_id', 'group_id'], 'private.personas__cut', 'person_id', 5)
-- run:   {} SELECT * FROM private.personas__in_population ORDER BY ALL
-- gives: 0, 0
CREATE TABLE private.personas__in_population AS
WITH candidates AS (
    SELECT DISTINCT
        people.class_id,
        people.group_id,
        cells.cell,
        cells.people
    FROM private.personas__cut AS people
    INNER JOIN private.personas__cells AS cells
        ON people.person_id = cells.person_id
)

SELECT
    class_id,
    group_id
FROM candidates
GROUP BY
    class_id,
    group_id
HAVING sum(people) >= 5;


-- given: CREATE TABLE private.stg AS FROM (VALUES (1, 'a', 'guilty'), (1, 'b', 'guilty'), (2, 'a', 'guilty'), (2, 'b', NULL), (3, 'a', 'other')) AS events(person_id, event_id, outcome)
-- call:  randomised_outcomes(model('seen', 'SELECT person_id, event_id, outcome FROM private.stg'), 'person_id', 'event_id', ['outcome'], 'outcome', named(changed='0.5', outcomes=('dismissed', 'guilty', 'pending'), other=2**62, changing=2**63, label='randomised response 00'))
-- run:   {} FROM private.seen__randomised ORDER BY ALL
-- gives: 1, guilty; 1, pending; 2, dismissed; 2, NULL; 3, NULL
-- outcomes, each told as another with probability 0.5 (private): one draw an event, for ever
CREATE TABLE private.seen__randomised AS
WITH authored AS (  -- models/seen.sql:1, as written
    SELECT person_id, event_id, outcome FROM private.stg
),

drawn AS (  -- the place of each outcome among all, and a secret number of 64 bits
    SELECT
        authored.person_id,
        authored.outcome,
        list_position(['dismissed', 'guilty', 'pending'], CAST(authored.outcome AS VARCHAR)) AS pt_place,
        CAST(concat('0x', left(sha256(concat_ws(
            '|',
            getvariable('release_secret'),
            'randomised response 00',
            length(CAST(authored.person_id AS VARCHAR)),
            authored.person_id,
            length(CAST(authored.event_id AS VARCHAR)),
            authored.event_id,
            authored.outcome
        )), 16)) AS UBIGINT) AS pt_draw
    FROM authored
)

SELECT
    person_id,
    CASE
        WHEN pt_place IS NULL THEN NULL
        WHEN pt_draw < 9223372036854775808 THEN list_extract(
            ['dismissed', 'guilty', 'pending'],
            CAST(1 + (pt_place + pt_draw // 4611686018427387904) % 3 AS BIGINT)
        )
        ELSE CAST(outcome AS VARCHAR)
    END AS outcome
FROM drawn;
