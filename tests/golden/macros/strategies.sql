-- given: CREATE TABLE private.seen__cells AS SELECT * FROM (VALUES (1, 'persona_month', 'p1', '2014-11', 'arrest', 5, 7), (1, 'persona_month', 'p1', '2014-12', 'arrest', 6, 6), (1, 'persona_month', 'p1', '2015-01', 'arrest', 5, 5), (1, 'persona_month', 'p1', '2015-03', 'arrest', 7, 9), (1, 'persona_month', 'p1', NULL, 'arrest', 5, 5), (2, 'persona_all_time', 'p1', '*', 'charge', 5, 8), (3, 'everyone', NULL, '*', 'charge', 9, 12)) AS t(level_number, level, persona_id, period, event_type, people, events)
-- call:  aggregate('seen', ['persona_id'], ['event_type'], False)
-- run:   {} SELECT * FROM release.seen
-- gives: persona_month, p1, 2014-11, arrest, 5, 7; persona_month, p1, 2014-12, arrest, 6, 6; persona_month, p1, 2015-01, arrest, 5, 5; persona_month, p1, 2015-03, arrest, 7, 9; persona_month, p1, NULL, arrest, 5, 5; persona_all_time, p1, *, charge, 5, 8; everyone, NULL, *, charge, 9, 12
CREATE TABLE release.seen AS
SELECT
    level,
    persona_id,
    period,
    event_type,
    people,
    CAST(events AS BIGINT) AS events
FROM private.seen__cells
ORDER BY level_number, persona_id, period, event_type;


-- given: CREATE TABLE private.seen__cells AS SELECT * FROM (VALUES (1, 'persona_month', 'p1', '2014-12', 'charge', FALSE, 5, 7), (1, 'persona_month', 'p1', '2014-12', 'arrest', TRUE, 5, 5), (1, 'persona_month', 'p1', '2014-11', 'booking', FALSE, 6, 6), (2, 'persona_all_time', 'p1', '*', 'arrest', FALSE, 5, 8), (3, 'everyone', NULL, '*', 'arrest', TRUE, 5, 5)) AS t(level_number, level, persona_id, period, event_type, is_added, people, events)
-- call:  aggregate('seen', ['persona_id'], ['event_type', 'is_added'], True)
-- run:   {} SELECT * FROM release.seen
-- gives: persona_month, p1, 2014-11, booking, False, 6, 6; persona_month, p1, 2014-12, arrest, True, 5, 0; persona_month, p1, 2014-12, charge, False, 5, 7; persona_all_time, p1, *, arrest, False, 5, 8; everyone, NULL, *, arrest, True, 5, 0
CREATE TABLE release.seen AS
SELECT
    level,
    persona_id,
    period,
    event_type,
    is_added,
    people,
    CAST(CASE WHEN is_added THEN 0 ELSE events END AS BIGINT) AS events
FROM private.seen__cells
ORDER BY level_number, persona_id, period, event_type, is_added;


-- given: CREATE TABLE private.seen__cells AS SELECT * FROM (VALUES (1, 'persona_month', 'p1', '2014-11', 'arrest', 5, 7), (1, 'persona_month', 'p1', '2014-12', 'arrest', 6, 6), (1, 'persona_month', 'p1', '2015-01', 'arrest', 5, 5), (1, 'persona_month', 'p1', '2015-03', 'arrest', 7, 9), (1, 'persona_month', 'p1', NULL, 'arrest', 5, 5), (2, 'persona_all_time', 'p1', '*', 'charge', 5, 8), (3, 'everyone', NULL, '*', 'charge', 9, 12)) AS t(level_number, level, persona_id, period, event_type, people, events)
-- call:  sample('seen', ['persona_id'], [level('persona_month', ('persona_id',), 'month', ()), level('persona_all_time', ('persona_id',), None, ()), level('everyone', (), None, None)], ['event_type'], False, 3)
-- run:   {} SELECT * FROM release.seen
-- gives: persona_month, p1, 2014-11, arrest, 5, 7; persona_month, p1, 2014-12, arrest, 6, 6; persona_month, p1, 2015-03, arrest, 7, 9; everyone, NULL, *, charge, 9, 12
CREATE TABLE release.seen AS
WITH in_time AS (
    SELECT
        *,
        CASE
            WHEN length(split_part(period, '-', 1)) = 4 THEN CASE level
                WHEN 'persona_month' THEN TRY_CAST(period || '-01' AS DATE)
            END
        END AS starts
    FROM private.seen__cells
),

placed AS (  -- in the order of time
    SELECT
        *,
        count(starts) OVER (PARTITION BY persona_id) AS dated,
        row_number() OVER (
            PARTITION BY persona_id
            ORDER BY
                starts IS NULL,
                starts,
                CASE WHEN starts IS NULL THEN -CAST(events AS BIGINT) END,
                level_number,
                period,
                event_type
        ) - 1 AS nth
    FROM in_time
)

SELECT
    level,
    persona_id,
    period,
    event_type,
    people,
    CAST(events AS BIGINT) AS events
FROM placed
WHERE
    CASE
        WHEN persona_id IS NULL THEN TRUE
        WHEN dated <= 3 THEN nth < 3
        WHEN nth >= dated THEN FALSE  -- else the nth of the dated is next to one of 3 even places
        ELSE (nth * 2 + dated - 2) // (dated - 1) * (dated - 1) < (nth + 1) * 2
    END
ORDER BY level_number, persona_id, period, event_type;


-- given: CREATE TABLE private.seen__cells AS SELECT * FROM (VALUES (1, 'persona_month', 'p1', '2014-11', 'arrest', 5, 7), (1, 'persona_month', 'p1', '2014-12', 'arrest', 6, 6), (1, 'persona_month', 'p1', '2015-01', 'arrest', 5, 5), (1, 'persona_month', 'p1', '2015-03', 'arrest', 7, 9), (1, 'persona_month', 'p1', NULL, 'arrest', 5, 5), (2, 'persona_all_time', 'p1', '*', 'charge', 5, 8), (3, 'everyone', NULL, '*', 'charge', 9, 12)) AS t(level_number, level, persona_id, period, event_type, people, events)
-- call:  sample('seen', ['persona_id'], [level('persona_month', ('persona_id',), 'month', ()), level('persona_all_time', ('persona_id',), None, ()), level('everyone', (), None, None)], ['event_type'], False, 5)
-- run:   {} SELECT * FROM release.seen
-- gives: persona_month, p1, 2014-11, arrest, 5, 7; persona_month, p1, 2014-12, arrest, 6, 6; persona_month, p1, 2015-01, arrest, 5, 5; persona_month, p1, 2015-03, arrest, 7, 9; persona_all_time, p1, *, charge, 5, 8; everyone, NULL, *, charge, 9, 12
CREATE TABLE release.seen AS
WITH in_time AS (
    SELECT
        *,
        CASE
            WHEN length(split_part(period, '-', 1)) = 4 THEN CASE level
                WHEN 'persona_month' THEN TRY_CAST(period || '-01' AS DATE)
            END
        END AS starts
    FROM private.seen__cells
),

placed AS (  -- in the order of time
    SELECT
        *,
        count(starts) OVER (PARTITION BY persona_id) AS dated,
        row_number() OVER (
            PARTITION BY persona_id
            ORDER BY
                starts IS NULL,
                starts,
                CASE WHEN starts IS NULL THEN -CAST(events AS BIGINT) END,
                level_number,
                period,
                event_type
        ) - 1 AS nth
    FROM in_time
)

SELECT
    level,
    persona_id,
    period,
    event_type,
    people,
    CAST(events AS BIGINT) AS events
FROM placed
WHERE
    CASE
        WHEN persona_id IS NULL THEN TRUE
        WHEN dated <= 5 THEN nth < 5
        WHEN nth >= dated THEN FALSE  -- else the nth of the dated is next to one of 5 even places
        ELSE (nth * 4 + dated - 2) // (dated - 1) * (dated - 1) < (nth + 1) * 4
    END
ORDER BY level_number, persona_id, period, event_type;


-- given: CREATE TABLE private.seen__cells AS SELECT * FROM (VALUES (1, 'persona_month', 'p1', '2014-12', 'charge', FALSE, 5, 7), (1, 'persona_month', 'p1', '2014-12', 'arrest', TRUE, 5, 5), (1, 'persona_month', 'p1', '2014-11', 'booking', FALSE, 6, 6), (2, 'persona_all_time', 'p1', '*', 'arrest', FALSE, 5, 8), (3, 'everyone', NULL, '*', 'arrest', TRUE, 5, 5)) AS t(level_number, level, persona_id, period, event_type, is_added, people, events)
-- call:  sample('seen', ['persona_id'], [level('persona_month', ('persona_id',), 'month', ()), level('persona_all_time', ('persona_id',), None, ()), level('everyone', (), None, None)], ['event_type', 'is_added'], True, 3)
-- run:   {} SELECT * FROM release.seen
-- gives: persona_month, p1, 2014-11, booking, False, 6, 6; persona_month, p1, 2014-12, charge, False, 5, 7; persona_all_time, p1, *, arrest, False, 5, 8; everyone, NULL, *, arrest, True, 5, 0
CREATE TABLE release.seen AS
WITH in_time AS (
    SELECT
        *,
        CASE
            WHEN NOT is_added THEN CASE
                WHEN length(split_part(period, '-', 1)) = 4 THEN CASE level
                    WHEN 'persona_month' THEN TRY_CAST(period || '-01' AS DATE)
                END
            END
        END AS starts
    FROM private.seen__cells
),

placed AS (  -- in the order of time
    SELECT
        *,
        count(starts) OVER (PARTITION BY persona_id) AS dated,
        row_number() OVER (
            PARTITION BY persona_id
            ORDER BY
                starts IS NULL,
                starts,
                is_added,
                CASE WHEN starts IS NULL THEN -CAST(CASE WHEN is_added THEN 0 ELSE events END AS BIGINT) END,
                level_number,
                period,
                event_type,
                is_added
        ) - 1 AS nth
    FROM in_time
)

SELECT
    level,
    persona_id,
    period,
    event_type,
    is_added,
    people,
    CAST(CASE WHEN is_added THEN 0 ELSE events END AS BIGINT) AS events
FROM placed
WHERE
    CASE
        WHEN persona_id IS NULL THEN TRUE
        WHEN dated <= 3 THEN nth < 3
        WHEN nth >= dated THEN FALSE  -- else the nth of the dated is next to one of 3 even places
        ELSE (nth * 2 + dated - 2) // (dated - 1) * (dated - 1) < (nth + 1) * 2
    END
ORDER BY level_number, persona_id, period, event_type, is_added;


-- given: CREATE TABLE private.seen__cells AS SELECT * FROM (VALUES (1, 'persona_month', 'p1', '2014-11', 'arrest', 5, 7), (1, 'persona_month', 'p1', '2014-12', 'arrest', 6, 6), (1, 'persona_month', 'p1', '2015-01', 'arrest', 5, 5), (1, 'persona_month', 'p1', '2015-03', 'arrest', 7, 9), (1, 'persona_month', 'p1', NULL, 'arrest', 5, 5), (2, 'persona_all_time', 'p1', '*', 'charge', 5, 8), (3, 'everyone', NULL, '*', 'charge', 9, 12)) AS t(level_number, level, persona_id, period, event_type, people, events)
-- call:  representative('seen', ['persona_id'], [level('persona_month', ('persona_id',), 'month', ()), level('persona_all_time', ('persona_id',), None, ()), level('everyone', (), None, None)], ['event_type'], False)
-- run:   {} SELECT * FROM release.seen
-- gives: persona_month, p1, 2014-11, 2015-01, arrest, 6, 18; persona_month, p1, 2015-03, 2015-03, arrest, 7, 9; persona_month, p1, NULL, NULL, arrest, 5, 5; persona_all_time, p1, *, *, charge, 5, 8; everyone, NULL, *, *, charge, 9, 12
CREATE TABLE release.seen AS
WITH started AS (
    SELECT
        *,
        CASE
            WHEN length(split_part(period, '-', 1)) = 4 THEN CASE level
                WHEN 'persona_month' THEN TRY_CAST(period || '-01' AS DATE)
            END
        END AS starts
    FROM private.seen__cells
),

in_time AS (  -- periods numbered: those next to each other differ by 1
    SELECT
        *,
        CASE level
            WHEN 'persona_month' THEN date_diff('month', DATE '2001-01-01', starts)
        END AS number
    FROM started
),

in_runs AS (  -- adjacent periods have the same run; a cell without a number is apart from all others
    SELECT
        *,
        number - row_number() OVER (
            PARTITION BY level_number, level, persona_id, event_type
            ORDER BY number, period
        ) AS run,
        CASE WHEN number IS NULL THEN period END AS apart
    FROM in_time
)

SELECT
    level,
    persona_id,
    min(period) AS period_from,
    max(period) AS period_to,
    event_type,
    max(people) AS people,
    CAST(sum(events) AS BIGINT) AS events
FROM in_runs
GROUP BY level_number, level, persona_id, event_type, run, apart
ORDER BY level_number, persona_id, period_from, period_to, event_type, people, events;


-- given: CREATE TABLE private.seen__cells AS SELECT * FROM (VALUES (1, 'persona_month', 'p1', '2014-12', 'charge', FALSE, 5, 7), (1, 'persona_month', 'p1', '2014-12', 'arrest', TRUE, 5, 5), (1, 'persona_month', 'p1', '2014-11', 'booking', FALSE, 6, 6), (2, 'persona_all_time', 'p1', '*', 'arrest', FALSE, 5, 8), (3, 'everyone', NULL, '*', 'arrest', TRUE, 5, 5)) AS t(level_number, level, persona_id, period, event_type, is_added, people, events)
-- call:  sequence('seen', ['persona_id'], [level('persona_month', ('persona_id',), 'month', ()), level('persona_all_time', ('persona_id',), None, ()), level('everyone', (), None, None)], ['event_type', 'is_added'], 'event_type', {'arrest': 0, 'charge': 1})
-- run:   {} SELECT * FROM release.seen
-- gives: persona_month, p1, 1, 2014-11, booking, False, 6, 6; persona_month, p1, 2, 2014-12, arrest, True, 5, 0; persona_month, p1, 3, 2014-12, charge, False, 5, 7; persona_all_time, p1, 4, *, arrest, False, 5, 8; everyone, NULL, NULL, *, arrest, True, 5, 0
CREATE TABLE release.seen AS
WITH in_time AS (
    SELECT
        *,
        CASE
            WHEN length(split_part(period, '-', 1)) = 4 THEN CASE level
                WHEN 'persona_month' THEN TRY_CAST(period || '-01' AS DATE)
            END
        END AS starts,
        CASE event_type
            WHEN 'arrest' THEN 0
            WHEN 'charge' THEN 1
        END AS order_rank
    FROM private.seen__cells
),

in_steps AS (
    SELECT
        *,
        CASE
            WHEN persona_id IS NOT NULL THEN row_number() OVER (
                PARTITION BY persona_id
                ORDER BY
                    starts NULLS LAST,
                    level_number,
                    order_rank NULLS LAST,
                    period,
                    event_type,
                    is_added
            )
        END AS step
    FROM in_time
)

SELECT
    level,
    persona_id,
    step,
    period,
    event_type,
    is_added,
    people,
    CAST(CASE WHEN is_added THEN 0 ELSE events END AS BIGINT) AS events
FROM in_steps
ORDER BY level_number, persona_id, step, period, event_type, is_added;


-- call:  cell_start([level('persona_month', ('persona_id',), 'month', ()), level('block_year', (), 'year', ())])
-- run:   SELECT level, period, {} FROM (VALUES ('persona_month', '2014-04'), ('persona_month', NULL), ('persona_month', '20000-04'), ('block_year', '2014'), ('everyone', '*')) AS t(level, period)
-- gives: persona_month, 2014-04, 2014-04-01; persona_month, NULL, NULL; persona_month, 20000-04, NULL; block_year, 2014, NULL; everyone, *, NULL
CASE
    WHEN length(split_part(period, '-', 1)) = 4 THEN CASE level
        WHEN 'persona_month' THEN TRY_CAST(period || '-01' AS DATE)
    END
END


-- call:  cell_events('sum(events)', True)
-- run:   SELECT {} FROM (VALUES (TRUE, 5), (TRUE, 6), (FALSE, 7)) AS t(is_added, events) GROUP BY is_added ORDER BY ALL
-- gives: 0; 7
CAST(CASE WHEN is_added THEN 0 ELSE sum(events) END AS BIGINT)


-- call:  cell_events('events', False)
-- run:   SELECT {} FROM (VALUES (5), (7)) AS t(events)
-- gives: 5; 7
CAST(events AS BIGINT)


-- given: CREATE TABLE private.stg_events AS SELECT * FROM (VALUES (1, TIMESTAMP '2014-04-17 10:00:00', 'trial', 'guilty'), (1, TIMESTAMP '2014-03-01 00:00:00', 'sentencing', NULL), (2, TIMESTAMP '2014-05-01 00:00:00', 'arrest', NULL), (2, TIMESTAMP '2014-05-01 09:00:00', 'charge', NULL), (2, TIMESTAMP '2014-04-01 00:00:00', 'charge', NULL), (3, NULL, 'charge', NULL), (4, NULL, 'arrest', NULL), (4, TIMESTAMP '2014-01-01 00:00:00', 'charge', NULL), (NULL, NULL, 'charge', NULL)) AS t(person_id, date, event_type, outcome)
-- call:  repaired_events(model('seen', 'SELECT person_id, date, event_type, outcome FROM private.stg_events'), 'person_id', 'date', ['event_type', 'outcome'], repair(must('trial', 'charge'), must('charge', 'arrest'), must('sentencing', 'trial')))
-- run:   {} SELECT * FROM private.seen__repaired WHERE is_added ORDER BY ALL
-- gives: 1, 2014-03-01 00:00:00, arrest, NULL, True; 1, 2014-03-01 00:00:00, charge, NULL, True; 1, 2014-03-01 00:00:00, trial, NULL, True; 2, 2014-04-01 00:00:00, arrest, NULL, True; 3, NULL, arrest, NULL, True
-- step 0 (private): events that the order rules miss, marked
CREATE TABLE private.seen__repaired AS
WITH authored AS (  -- models/seen.sql:1, as written
    SELECT person_id, date, event_type, outcome FROM private.stg_events
),

persons AS (  -- of each type: events, those that have a date, first and last day
    SELECT
        person_id,
        count(*) FILTER (WHERE event_type = 'trial') AS n_0,
        count(date) FILTER (WHERE event_type = 'trial') AS dated_0,
        CAST(min(date) FILTER (WHERE event_type = 'trial') AS DATE) AS first_0,
        CAST(max(date) FILTER (WHERE event_type = 'trial') AS DATE) AS last_0,
        count(*) FILTER (WHERE event_type = 'charge') AS n_1,
        count(date) FILTER (WHERE event_type = 'charge') AS dated_1,
        CAST(min(date) FILTER (WHERE event_type = 'charge') AS DATE) AS first_1,
        CAST(max(date) FILTER (WHERE event_type = 'charge') AS DATE) AS last_1,
        count(*) FILTER (WHERE event_type = 'sentencing') AS n_2,
        count(date) FILTER (WHERE event_type = 'sentencing') AS dated_2,
        CAST(min(date) FILTER (WHERE event_type = 'sentencing') AS DATE) AS first_2,
        CAST(max(date) FILTER (WHERE event_type = 'sentencing') AS DATE) AS last_2,
        count(*) FILTER (WHERE event_type = 'arrest') AS n_3,
        count(date) FILTER (WHERE event_type = 'arrest') AS dated_3,
        CAST(min(date) FILTER (WHERE event_type = 'arrest') AS DATE) AS first_3,
        CAST(max(date) FILTER (WHERE event_type = 'arrest') AS DATE) AS last_3
    FROM authored
    WHERE person_id IS NOT NULL
    GROUP BY person_id
),

wanted AS (  -- whether something needs the type, and from which day on
    SELECT
        *,
        n_0 > 0 OR n_2 > 0 AS is_wanted_1,
        least(first_0, first_2) AS wanted_1,
        n_0 > 0 OR n_1 > 0 OR n_2 > 0 AS is_wanted_3,
        least(first_0, first_1, first_2) AS wanted_3,
        n_2 > 0 AS is_wanted_0,
        least(first_2) AS wanted_0
    FROM persons
),

missed AS (  -- and whether there is none by then
    SELECT
        *,
        is_wanted_1 AND (
            n_1 = 0
            OR (dated_1 = n_1 AND coalesce(first_1 > wanted_1, FALSE))
        ) AS is_missed_1,
        is_wanted_3 AND (
            n_3 = 0
            OR (dated_3 = n_3 AND coalesce(first_3 > wanted_3, FALSE))
        ) AS is_missed_3,
        is_wanted_0 AND (
            n_0 = 0
            OR (dated_0 = n_0 AND coalesce(first_0 > wanted_0, FALSE))
        ) AS is_missed_0
    FROM wanted
),

added AS (
    SELECT
        person_id,
        wanted_1 AS added_day,
        'charge' AS added_type
    FROM missed
    WHERE is_missed_1
    UNION ALL
    SELECT
        person_id,
        wanted_3 AS added_day,
        'arrest' AS added_type
    FROM missed
    WHERE is_missed_3
    UNION ALL
    SELECT
        person_id,
        wanted_0 AS added_day,
        'trial' AS added_type
    FROM missed
    WHERE is_missed_0
)

SELECT
    person_id,
    date,
    event_type,
    outcome,
    FALSE AS is_added
FROM authored
UNION ALL
SELECT
    person_id,
    added_day AS date,
    added_type AS event_type,
    NULL AS outcome,
    TRUE AS is_added
FROM added;


-- given: CREATE TABLE private.stg_events AS SELECT * FROM (VALUES (1, DATE '2014-04-17', 'incarceration'), (1, DATE '2014-03-01', 'release'), (2, DATE '2014-05-01', 'parole'), (3, DATE '2014-05-01', 'incarceration'), (3, DATE '2014-05-01', 'release'), (4, NULL, 'incarceration')) AS t(person_id, date, event_type)
-- call:  repaired_events(model('seen', 'SELECT person_id, date, event_type FROM private.stg_events'), 'person_id', 'date', ['event_type'], repair(must('parole', 'incarceration'), must('release', 'incarceration'), closed('incarceration', 'release'), closed('release', 'file')))
-- run:   {} SELECT * FROM private.seen__repaired WHERE is_added ORDER BY ALL
-- gives: 1, 2014-03-01, incarceration, True; 1, 2014-04-17, file, True; 1, 2014-04-17, release, True; 2, 2014-05-01, file, True; 2, 2014-05-01, incarceration, True; 2, 2014-05-01, release, True; 3, 2014-05-01, file, True; 4, NULL, file, True; 4, NULL, release, True
-- step 0 (private): events that the order rules miss, marked
CREATE TABLE private.seen__repaired AS
WITH authored AS (  -- models/seen.sql:1, as written
    SELECT person_id, date, event_type FROM private.stg_events
),

persons AS (  -- of each type: events, those that have a date, first and last day
    SELECT
        person_id,
        count(*) FILTER (WHERE event_type = 'parole') AS n_0,
        count(date) FILTER (WHERE event_type = 'parole') AS dated_0,
        CAST(min(date) FILTER (WHERE event_type = 'parole') AS DATE) AS first_0,
        CAST(max(date) FILTER (WHERE event_type = 'parole') AS DATE) AS last_0,
        count(*) FILTER (WHERE event_type = 'release') AS n_1,
        count(date) FILTER (WHERE event_type = 'release') AS dated_1,
        CAST(min(date) FILTER (WHERE event_type = 'release') AS DATE) AS first_1,
        CAST(max(date) FILTER (WHERE event_type = 'release') AS DATE) AS last_1,
        count(*) FILTER (WHERE event_type = 'incarceration') AS n_2,
        count(date) FILTER (WHERE event_type = 'incarceration') AS dated_2,
        CAST(min(date) FILTER (WHERE event_type = 'incarceration') AS DATE) AS first_2,
        CAST(max(date) FILTER (WHERE event_type = 'incarceration') AS DATE) AS last_2,
        count(*) FILTER (WHERE event_type = 'file') AS n_3,
        count(date) FILTER (WHERE event_type = 'file') AS dated_3,
        CAST(min(date) FILTER (WHERE event_type = 'file') AS DATE) AS first_3,
        CAST(max(date) FILTER (WHERE event_type = 'file') AS DATE) AS last_3
    FROM authored
    WHERE person_id IS NOT NULL
    GROUP BY person_id
),

wanted AS (  -- whether something needs the type, and from which day on
    SELECT
        *,
        n_0 > 0 OR n_1 > 0 AS is_wanted_2,
        least(first_0, first_1) AS wanted_2
    FROM persons
),

missed AS (  -- and whether there is none by then
    SELECT
        *,
        is_wanted_2 AND (
            n_2 = 0
            OR (dated_2 = n_2 AND coalesce(first_2 > wanted_2, FALSE))
        ) AS is_missed_2
    FROM wanted
),

opened_1 AS (  -- what 'release' closes: whether it happened, the last day, and that of the closing
    SELECT
        *,
        n_2 > 0 OR is_missed_2 AS is_opened_1,
        greatest(
            last_2, CASE WHEN is_missed_2 THEN wanted_2 END
        ) AS opened_1,
        n_1 > 0 AS is_closed_1,
        dated_1 < n_1 AS is_undated_1,
        last_1 AS closed_1
    FROM missed
),

left_1 AS (
    SELECT
        *,
        is_opened_1 AND (
            NOT is_closed_1
            OR (NOT is_undated_1 AND coalesce(closed_1 < opened_1, FALSE))
        ) AS is_left_1
    FROM opened_1
),

opened_3 AS (  -- what 'file' closes: whether it happened, the last day, and that of the closing
    SELECT
        *,
        n_1 > 0 OR is_left_1 AS is_opened_3,
        greatest(
            last_1, CASE WHEN is_left_1 THEN opened_1 END
        ) AS opened_3,
        n_3 > 0 AS is_closed_3,
        dated_3 < n_3 AS is_undated_3,
        last_3 AS closed_3
    FROM left_1
),

left_3 AS (
    SELECT
        *,
        is_opened_3 AND (
            NOT is_closed_3
            OR (NOT is_undated_3 AND coalesce(closed_3 < opened_3, FALSE))
        ) AS is_left_3
    FROM opened_3
),

added AS (
    SELECT
        person_id,
        wanted_2 AS added_day,
        'incarceration' AS added_type
    FROM left_3
    WHERE is_missed_2
    UNION ALL
    SELECT
        person_id,
        opened_1 AS added_day,
        'release' AS added_type
    FROM left_3
    WHERE is_left_1
    UNION ALL
    SELECT
        person_id,
        opened_3 AS added_day,
        'file' AS added_type
    FROM left_3
    WHERE is_left_3
)

SELECT
    person_id,
    date,
    event_type,
    FALSE AS is_added
FROM authored
UNION ALL
SELECT
    person_id,
    added_day AS date,
    added_type AS event_type,
    TRUE AS is_added
FROM added;
