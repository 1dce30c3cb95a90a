-- step 1 (private): exact sums of bounded contributions; they rest here, and never leave
CREATE TABLE private.model__exact AS
WITH contributions AS (  -- models/model.sql:1, its FROM and WHERE as written
    SELECT
        events.person_id AS pt_person,
        1 AS visits
    FROM private.events
),

ordered AS (  -- a secret order of each person's own rows
    SELECT
        contributions.*,
        md5_number(concat_ws(
            '|',
            getvariable('release_secret'),
            contributions.pt_person
        )) AS pt_order
    FROM contributions
    WHERE contributions.pt_person IS NOT NULL
),

numbered AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY pt_person ORDER BY pt_order) AS pt_nth_row
    FROM ordered
),

per_person AS (  -- one row a person and group, of at most 3 rows
    SELECT
        pt_person,
        count(visits) AS visits,
        min(pt_order) AS pt_order
    FROM numbered
    WHERE pt_nth_row <= 3
    GROUP BY pt_person
),

ranked AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY pt_person ORDER BY pt_order) AS pt_nth_group
    FROM per_person
),

bounded AS (  -- at most 1 groups a person
    SELECT *
    FROM ranked
    WHERE pt_nth_group <= 1
)

SELECT
    0 AS pt_set,
    CAST(coalesce(sum(bounded.visits), 0) AS HUGEINT) AS visits
FROM bounded;

-- the ledger entry is on disk before this line

-- step 2 (private): noise, once for each cell
CREATE TABLE private.model__noisy AS
WITH noisy AS MATERIALIZED (
    SELECT
        pt_set,
        visits + pt_discrete_laplace(3, 1) AS visits
    FROM private.model__exact
    WHERE pt_set = 0
)

SELECT * FROM noisy;

-- step 3 (release): computed of noisy columns alone
CREATE TABLE release.model AS
SELECT
    CAST(least(greatest(noisy.visits, -9223372036854775808), 9223372036854775807) AS BIGINT) AS visits
FROM private.model__noisy AS noisy;
