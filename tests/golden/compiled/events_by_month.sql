-- the public keys, as the model lists them
CREATE TABLE hierarchy.events_by_month__keys AS
SELECT
    key_1.month,
    key_2.event_type,
    key_3.county
FROM (
    VALUES
    (DATE '2018-01-01'),
    (DATE '2018-02-01'),
    (DATE '2018-03-01'),
    (DATE '2018-04-01'),
    (DATE '2018-05-01'),
    (DATE '2018-06-01'),
    (DATE '2018-07-01'),
    (DATE '2018-08-01'),
    (DATE '2018-09-01'),
    (DATE '2018-10-01'),
    (DATE '2018-11-01'),
    (DATE '2018-12-01'),
    (DATE '2019-01-01'),
    (DATE '2019-02-01'),
    (DATE '2019-03-01'),
    (DATE '2019-04-01'),
    (DATE '2019-05-01'),
    (DATE '2019-06-01'),
    (DATE '2019-07-01'),
    (DATE '2019-08-01'),
    (DATE '2019-09-01'),
    (DATE '2019-10-01'),
    (DATE '2019-11-01'),
    (DATE '2019-12-01'),
    (DATE '2020-01-01'),
    (DATE '2020-02-01'),
    (DATE '2020-03-01'),
    (DATE '2020-04-01'),
    (DATE '2020-05-01'),
    (DATE '2020-06-01'),
    (DATE '2020-07-01'),
    (DATE '2020-08-01'),
    (DATE '2020-09-01'),
    (DATE '2020-10-01'),
    (DATE '2020-11-01'),
    (DATE '2020-12-01'),
    (DATE '2021-01-01'),
    (DATE '2021-02-01'),
    (DATE '2021-03-01'),
    (DATE '2021-04-01'),
    (DATE '2021-05-01'),
    (DATE '2021-06-01'),
    (DATE '2021-07-01'),
    (DATE '2021-08-01'),
    (DATE '2021-09-01'),
    (DATE '2021-10-01'),
    (DATE '2021-11-01'),
    (DATE '2021-12-01'),
    (DATE '2022-01-01'),
    (DATE '2022-02-01'),
    (DATE '2022-03-01'),
    (DATE '2022-04-01'),
    (DATE '2022-05-01'),
    (DATE '2022-06-01'),
    (DATE '2022-07-01'),
    (DATE '2022-08-01'),
    (DATE '2022-09-01'),
    (DATE '2022-10-01'),
    (DATE '2022-11-01'),
    (DATE '2022-12-01'),
    (DATE '2023-01-01'),
    (DATE '2023-02-01'),
    (DATE '2023-03-01'),
    (DATE '2023-04-01'),
    (DATE '2023-05-01'),
    (DATE '2023-06-01'),
    (DATE '2023-07-01'),
    (DATE '2023-08-01'),
    (DATE '2023-09-01'),
    (DATE '2023-10-01'),
    (DATE '2023-11-01'),
    (DATE '2023-12-01')
) AS key_1 (month)
CROSS JOIN (
    VALUES
    ('arrest'),
    ('bail_hearing'),
    ('sentencing')
) AS key_2 (event_type)
CROSS JOIN (
    VALUES
    ('Alder'),
    ('Birch'),
    ('Cedar'),
    ('Juniper'),
    ('Tamarack')
) AS key_3 (county);

-- step 1 (private): exact sums of bounded contributions; they rest here, and never leave
CREATE TABLE private.events_by_month__exact AS
WITH contributions AS (  -- models/release/events_by_month.sql:15, its FROM and WHERE as written
    SELECT
        events.person_id AS pt_person,
        CAST(date_trunc('month', events.date) AS DATE) AS month,
        events.event_type,
        people.county,
        1 AS events
    FROM private.stg_events AS events
    INNER JOIN private.stg_people AS people ON events.person_id = people.person_id
),

gathered AS MATERIALIZED (  -- one row a person and group, of all their rows
    SELECT
        contributions.pt_person,
        contributions.month,
        contributions.event_type,
        contributions.county,
        count(contributions.events) AS events,
        count(*) AS pt_rows
    FROM contributions
    SEMI JOIN hierarchy.events_by_month__keys AS keys  -- rows of other groups count nowhere
        ON contributions.month IS NOT DISTINCT FROM keys.month
        AND contributions.event_type IS NOT DISTINCT FROM keys.event_type
        AND contributions.county IS NOT DISTINCT FROM keys.county
    WHERE contributions.pt_person IS NOT NULL
    GROUP BY contributions.pt_person, contributions.month, contributions.event_type, contributions.county
),

crowded AS (  -- people in more than 3 groups
    SELECT pt_person
    FROM gathered
    GROUP BY pt_person
    HAVING count(*) > 3
),

ranked AS (  -- their groups in a secret order of each person's own
    SELECT
        gathered.*,
        row_number() OVER (
            PARTITION BY gathered.pt_person
            ORDER BY
                md5_number(concat_ws(
                    '|',
                    getvariable('release_secret'),
                    hash(gathered.pt_person, gathered.month, gathered.event_type, gathered.county)
                )),
                gathered.month,
                gathered.event_type,
                gathered.county
        ) AS pt_nth_group
    FROM gathered
    SEMI JOIN crowded
        ON gathered.pt_person IS NOT DISTINCT FROM crowded.pt_person
),

chosen AS MATERIALIZED (  -- at most 3 groups a person
    SELECT gathered.*
    FROM gathered
    ANTI JOIN crowded
        ON gathered.pt_person IS NOT DISTINCT FROM crowded.pt_person
    UNION ALL
    SELECT * EXCLUDE (pt_nth_group)
    FROM ranked
    WHERE pt_nth_group <= 3
),

numbered AS (  -- rows where a person has more than 1 in a group, in a secret order of their own
    SELECT
        contributions.*,
        row_number() OVER (
            PARTITION BY contributions.pt_person, contributions.month, contributions.event_type, contributions.county
            ORDER BY md5_number(concat_ws(
                '|',
                getvariable('release_secret'),
                contributions.pt_person,
                contributions.month,
                contributions.event_type,
                contributions.county
            ))
        ) AS pt_nth_row
    FROM contributions
    SEMI JOIN chosen
        ON contributions.pt_person IS NOT DISTINCT FROM chosen.pt_person
        AND contributions.month IS NOT DISTINCT FROM chosen.month
        AND contributions.event_type IS NOT DISTINCT FROM chosen.event_type
        AND contributions.county IS NOT DISTINCT FROM chosen.county
        AND chosen.pt_rows > 1
),

bounded AS (  -- each of at most 1 rows
    SELECT
        pt_person,
        month,
        event_type,
        county,
        events
    FROM chosen
    WHERE pt_rows <= 1
    UNION ALL
    SELECT
        pt_person,
        month,
        event_type,
        county,
        count(events) AS events
    FROM numbered
    WHERE pt_nth_row <= 1
    GROUP BY pt_person, month, event_type, county
)

SELECT
    0 AS pt_set,
    keys.month,
    keys.event_type,
    keys.county,
    CAST(coalesce(sum(bounded.events), 0) AS HUGEINT) AS events
FROM (
    SELECT DISTINCT
        month,
        event_type,
        county
    FROM hierarchy.events_by_month__keys
) AS keys
LEFT JOIN bounded
    ON keys.month IS NOT DISTINCT FROM bounded.month
    AND keys.event_type IS NOT DISTINCT FROM bounded.event_type
    AND keys.county IS NOT DISTINCT FROM bounded.county
GROUP BY keys.month, keys.event_type, keys.county;

-- the ledger entry is on disk before this line

-- step 2 (private): noise, once for each cell
CREATE TABLE private.events_by_month__noisy AS
WITH noisy AS MATERIALIZED (
    SELECT
        pt_set,
        month,
        event_type,
        county,
        events + pt_discrete_laplace(3, 2) AS events
    FROM private.events_by_month__exact
    WHERE pt_set = 0
)

SELECT * FROM noisy;

-- step 3 (release): computed of noisy columns alone
CREATE TABLE release.events_by_month AS
SELECT
    noisy.month,
    noisy.event_type,
    noisy.county,
    CAST(least(greatest(noisy.events, -9223372036854775808), 9223372036854775807) AS BIGINT) AS events
FROM private.events_by_month__noisy AS noisy
ORDER BY noisy.month, noisy.event_type, noisy.county;
