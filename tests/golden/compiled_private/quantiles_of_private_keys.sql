-- step 1 (private): exact sums of bounded contributions; they rest here, and never leave
CREATE TABLE private.model__exact AS
WITH contributions AS (  -- models/model.sql:1, its FROM and WHERE as written
    SELECT
        events.person_id AS pt_person,
        county,
        1 AS visits,
        1 AS people,
        CASE WHEN true THEN CASE WHEN NOT isnan(CAST(amount AS DOUBLE)) THEN CAST(least(greatest(round(CAST(amount AS DOUBLE) / 1), 0), 50) AS BIGINT) END END AS middle,
        CASE WHEN true THEN CASE WHEN NOT isnan(CAST(amount AS DOUBLE)) THEN CAST(least(greatest(round(CAST(amount AS DOUBLE) / 1), 0), 50) AS BIGINT) END END AS largest
    FROM private.events
),

ordered AS (  -- a secret order of each person's own rows
    SELECT
        contributions.*,
        md5_number(concat_ws(
            '|',
            getvariable('release_secret'),
            contributions.pt_person,
            contributions.county,
            coalesce(CAST(contributions.middle AS VARCHAR), ''),
            coalesce(CAST(contributions.largest AS VARCHAR), '')
        )) AS pt_order
    FROM contributions
    WHERE contributions.pt_person IS NOT NULL
),

numbered AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY pt_person, county ORDER BY pt_order) AS pt_nth_row
    FROM ordered
),

per_person AS (  -- one row a person and group, of at most 3 rows
    SELECT
        pt_person,
        county,
        count(visits) AS visits,
        max(people) AS people,
        list(middle) FILTER (WHERE middle IS NOT NULL) AS middle,
        list(largest) FILTER (WHERE largest IS NOT NULL) AS largest,
        min(pt_order) AS pt_order
    FROM numbered
    WHERE pt_nth_row <= 3
    GROUP BY pt_person, county
),

ranked AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY pt_person ORDER BY pt_order, county) AS pt_nth_group
    FROM per_person
),

bounded AS (  -- at most 2 groups a person
    SELECT *
    FROM ranked
    WHERE pt_nth_group <= 2
)

SELECT
    0 AS pt_set,
    bounded.county,
    CAST(coalesce(sum(bounded.visits), 0) AS HUGEINT) AS visits,
    CAST(count(bounded.people) AS HUGEINT) AS people,
    list_aggregate(flatten(list(bounded.middle)), 'histogram') AS middle,
    list_aggregate(flatten(list(bounded.largest)), 'histogram') AS largest
FROM bounded
GROUP BY bounded.county;

-- the ledger entry is on disk before this line

-- step 2 (private): noise, once for each cell
CREATE TABLE private.model__noisy AS
WITH noisy AS MATERIALIZED (
    SELECT
        pt_set,
        county,
        visits + pt_discrete_gaussian(1343, 32) AS visits,
        people + pt_discrete_gaussian(633, 64) AS people,
        middle,
        largest
    FROM private.model__exact
    WHERE pt_set = 0
)

SELECT
    * REPLACE (
        pt_quantile(map_keys(middle), map_values(middle), 1, 2, 5592405, 536870912, 0, 50) AS middle,
        pt_quantile(map_keys(largest), map_values(largest), 1, 1, 5592405, 536870912, 0, 50) AS largest
    )
FROM noisy
WHERE
    (pt_set = 0 AND people >= 52);

-- step 3 (release): computed of noisy columns alone
CREATE TABLE release.model AS
SELECT
    noisy.county,
    CAST(least(greatest(noisy.visits, -9223372036854775808), 9223372036854775807) AS BIGINT) AS visits,
    CAST(least(greatest(noisy.middle, -9223372036854775808), 9223372036854775807) AS BIGINT) AS middle,
    CAST(least(greatest(noisy.largest, -9223372036854775808), 9223372036854775807) AS BIGINT) AS largest
FROM private.model__noisy AS noisy
ORDER BY noisy.county;
