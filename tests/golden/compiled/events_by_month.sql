-- the public keys, as the model lists them
CREATE TABLE hierarchy.events_by_month__keys AS
SELECT
    key_1.year,
    key_2.month,
    key_3.event_type,
    key_4.county
FROM
    (VALUES (2018), (2019), (2020), (2021), (2022), (2023)) AS key_1 (year)
    CROSS JOIN (VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12)) AS key_2 (month)
    CROSS JOIN (VALUES ('arrest'), ('bail_hearing'), ('sentencing')) AS key_3 (event_type)
    CROSS JOIN (VALUES ('Alder'), ('Birch'), ('Cedar'), ('Juniper'), ('Tamarack')) AS key_4 (county);

-- step 1 (private): exact sums of bounded contributions; they rest here, and never leave
CREATE TABLE private.events_by_month__exact AS
WITH contributions AS (  -- models/release/events_by_month.sql:17, its FROM and WHERE as written
    SELECT
        stg_events.person_id AS pt_person,
        year(date) AS year,
        month(date) AS month,
        event_type AS event_type,
        county AS county,
        1 AS events
    FROM private.stg_events
    JOIN private.stg_people USING (person_id)
),

ordered AS (  -- a secret order of each person's own rows
    SELECT
        contributions.*,
        md5_number(concat_ws('|', getvariable('release_secret'), contributions.pt_person, contributions.year, contributions.month, contributions.event_type, contributions.county)) AS pt_order
    FROM contributions
    SEMI JOIN hierarchy.events_by_month__keys AS keys  -- rows of other groups count nowhere
        ON contributions.year IS NOT DISTINCT FROM keys.year
        AND contributions.month IS NOT DISTINCT FROM keys.month
        AND contributions.event_type IS NOT DISTINCT FROM keys.event_type
        AND contributions.county IS NOT DISTINCT FROM keys.county
    WHERE contributions.pt_person IS NOT NULL
),

numbered AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY pt_person, year, month, event_type, county ORDER BY pt_order) AS pt_nth_row
    FROM ordered
),

per_person AS (  -- one row a person and group, of at most 1 rows
    SELECT
        pt_person,
        year,
        month,
        event_type,
        county,
        count(events) AS events,
        min(pt_order) AS pt_order
    FROM numbered
    WHERE pt_nth_row <= 1
    GROUP BY pt_person, year, month, event_type, county
),

ranked AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY pt_person ORDER BY pt_order, year, month, event_type, county) AS pt_nth_group
    FROM per_person
),

bounded AS (  -- at most 3 groups a person
    SELECT * FROM ranked WHERE pt_nth_group <= 3
)

SELECT
    0 AS pt_set,
    keys.year,
    keys.month,
    keys.event_type,
    keys.county,
    CAST(coalesce(sum(bounded.events), 0) AS HUGEINT) AS events
FROM (SELECT DISTINCT year, month, event_type, county FROM hierarchy.events_by_month__keys) AS keys
LEFT JOIN bounded
    ON keys.year IS NOT DISTINCT FROM bounded.year
    AND keys.month IS NOT DISTINCT FROM bounded.month
    AND keys.event_type IS NOT DISTINCT FROM bounded.event_type
    AND keys.county IS NOT DISTINCT FROM bounded.county
GROUP BY keys.year, keys.month, keys.event_type, keys.county;

-- the ledger entry is on disk before this line

-- step 2 (private): noise, once for each cell
CREATE TABLE private.events_by_month__noisy AS
WITH noisy AS MATERIALIZED (
    SELECT
        pt_set,
        year,
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
    CAST(noisy.year AS BIGINT) AS year,
    CAST(noisy.month AS BIGINT) AS month,
    noisy.event_type,
    noisy.county,
    CAST(least(greatest(noisy.events, -9223372036854775808), 9223372036854775807) AS BIGINT) AS events
FROM private.events_by_month__noisy AS noisy
ORDER BY noisy.year, noisy.month, noisy.event_type, noisy.county;
