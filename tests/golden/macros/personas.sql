-- given: CREATE TABLE private.personas__generalized AS SELECT i AS person_id, NULL::BIGINT AS within_class, CASE WHEN i < 4 THEN '20-29' WHEN i < 6 THEN '30-39' ELSE '40-49' END AS age, CASE WHEN i < 6 THEN 'F' ELSE 'M' END AS gender FROM range(9) AS t(i)
-- call:  persona_rounds('personas', [age(1), gender(0)], ['gender'], 'person_id', 3)
-- run:   {} SELECT age, gender, people, round FROM private.personas__tuples ORDER BY ALL
-- gives: 20-29, F, 4, 1; 30-39, F, 2, NULL; 40-49, M, 3, 1
CREATE TABLE private.personas__tuples AS
WITH tuples AS (
    SELECT
        TRUE AS everybody,
        within_class,
        age,
        gender,
        count(DISTINCT person_id) AS people
    FROM private.personas__generalized
    GROUP BY
        within_class,
        age,
        gender
),

blocks AS (  -- those who find no 3 like them
    SELECT
        everybody,
        gender,
        sum(people) AS people
    FROM tuples
    WHERE people < 3
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
    tuples.age,
    tuples.gender,
    tuples.people,
    CASE WHEN tuples.people >= 3 THEN 1 ELSE block_rounds.round END AS round
FROM tuples
LEFT JOIN block_rounds
    ON tuples.everybody IS NOT DISTINCT FROM block_rounds.everybody
    AND tuples.gender IS NOT DISTINCT FROM block_rounds.gender;


-- given: CREATE TABLE private.personas__placed AS SELECT i AS person_id, 1 AS round, NULL::BIGINT AS within_class, '20-29' AS age, 'F' AS gender, 20 + i AS order_1 FROM range(7) AS t(i)
-- given: CREATE TABLE private.personas__groups AS SELECT 1 AS round, NULL::BIGINT AS within_class, '20-29' AS age, 'F' AS gender, 7 AS people, 1 AS class_id
-- call:  persona_members('personas', [age(1), gender(0)], [], ['age'], 'person_id', 3)
-- run:   {} SELECT list(person_id ORDER BY person_id) FROM private.personas__members GROUP BY persona_id ORDER BY ALL
-- gives: [0, 1, 2, 3]; [4, 5, 6]
CREATE TABLE private.personas__members AS
WITH positioned AS (
    SELECT
        placed.*,
        groups.class_id AS group_id,
        groups.people AS group_people,
        row_number() OVER (
            PARTITION BY groups.class_id
            ORDER BY
                placed.order_1,
                sha256(concat(getvariable('release_secret'), '|', placed.person_id))
        ) - 1 AS position
    FROM private.personas__placed AS placed
    INNER JOIN private.personas__groups AS groups
        ON placed.round IS NOT DISTINCT FROM groups.round
        AND placed.within_class IS NOT DISTINCT FROM groups.within_class
        AND placed.age IS NOT DISTINCT FROM groups.age
        AND placed.gender IS NOT DISTINCT FROM groups.gender
)

SELECT
    person_id,
    'p' || left(sha256(concat_ws(
        '|', getvariable('release_secret'), 'personas', group_id, position * (group_people // 3) // group_people
    )), 16) AS persona_id,
    round,
    age,
    gender
FROM positioned;


-- given: CREATE TABLE private.personas__members AS FROM (VALUES (1, 'p1', 'low'), (2, 'p1', 'low'), (3, 'p1', 'high'), (4, 'p2', 'low'), (5, 'p2', 'high')) AS t(person_id, persona_id, screening)
-- call:  persona_mode('personas', screening, 'person_id', 2)
-- run:   {} SELECT * FROM private.personas__mode_screening ORDER BY ALL
-- gives: p1, low, 2
CREATE TABLE private.personas__mode_screening AS
WITH large_values AS (
    SELECT
        persona_id,
        screening,
        count(DISTINCT person_id) AS people
    FROM private.personas__members
    GROUP BY
        persona_id,
        screening
    HAVING count(DISTINCT person_id) >= 2
)

SELECT
    persona_id,
    screening,
    people
FROM large_values
QUALIFY row_number() OVER (PARTITION BY persona_id ORDER BY people DESC, screening) = 1;


-- given: CREATE TABLE private.personas__members AS FROM (VALUES (1, 'p1'), (2, 'p1'), (3, 'p1'), (4, 'p2'), (5, 'p2')) AS t(person_id, persona_id)
-- given: CREATE TABLE private.events AS FROM (VALUES (1, 'p1', 'guilty'), (1, 'p1', 'guilty'), (2, 'p1', 'acquitted'), (4, 'p2', 'guilty'), (5, 'p2', 'guilty')) AS t(person_id, persona_id, outcome)
-- call:  saturated_outcomes('private.events', ['persona_id'], 'person_id', 'personas', 'outcome', ['guilty'], 0.8)
-- run:   SELECT * FROM ({}) ORDER BY ALL
-- gives: p2, guilty
WITH people_with AS (
    SELECT
        TRUE AS everybody,
        persona_id,
        outcome,
        count(DISTINCT person_id) AS people
    FROM private.events
    WHERE outcome IN ('guilty')
    GROUP BY persona_id, outcome
),

everyone AS (
    SELECT
        TRUE AS everybody,
        persona_id,
        count(DISTINCT person_id) AS people
    FROM private.personas__members
    GROUP BY persona_id
)

SELECT
    people_with.persona_id,
    people_with.outcome
FROM people_with
INNER JOIN everyone
    ON people_with.everybody IS NOT DISTINCT FROM everyone.everybody
    AND people_with.persona_id IS NOT DISTINCT FROM everyone.persona_id
WHERE people_with.people > 0.8::DOUBLE * everyone.people


-- given: CREATE TABLE private.seen__left_0 AS FROM (VALUES (1, 'p1', '2013', 'arrest', 1), (2, 'p1', '2013', 'arrest', 2), (1, 'p1', '2014', 'charge', 1), (3, 'p2', '2013', 'arrest', 1)) AS t(person_id, persona_id, period_year, event_type, events)
-- call:  event_level('seen', 1, level('persona_year', ('persona_id',), 'year', None), 'person_id', ['event_type'], 'personas', None, [], 0.8, 2)
-- run:   {} SELECT persona_id, period_year, event_type, people, events FROM private.seen__level_1 UNION ALL SELECT persona_id, period_year, event_type, NULL, events FROM private.seen__left_1 ORDER BY ALL
-- gives: p1, 2013, arrest, 2, 3; p1, 2014, charge, NULL, 1; p2, 2013, arrest, NULL, 1
CREATE TABLE private.seen__level_1 AS
WITH cells AS (
    SELECT
        events.persona_id,
        events.period_year,
        events.event_type,
        count(DISTINCT events.person_id) AS people,
        sum(events.events) AS events
    FROM private.seen__left_0 AS events
    GROUP BY
        events.persona_id,
        events.period_year,
        events.event_type
    HAVING count(DISTINCT events.person_id) >= 2
)

SELECT *
FROM cells;

CREATE TABLE private.seen__left_1 AS
SELECT events.*
FROM private.seen__left_0 AS events
ANTI JOIN private.seen__level_1 AS cells
    ON events.persona_id IS NOT DISTINCT FROM cells.persona_id
    AND events.period_year IS NOT DISTINCT FROM cells.period_year
    AND events.event_type IS NOT DISTINCT FROM cells.event_type;
