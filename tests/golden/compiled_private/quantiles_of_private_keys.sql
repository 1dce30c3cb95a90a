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

gathered AS MATERIALIZED (  -- one row a person and group, of all their rows
    SELECT
        contributions.pt_person,
        contributions.county,
        count(contributions.visits) AS visits,
        max(contributions.people) AS people,
        list(contributions.middle) FILTER (WHERE contributions.middle IS NOT NULL) AS middle,
        list(contributions.largest) FILTER (WHERE contributions.largest IS NOT NULL) AS largest,
        count(*) AS pt_rows
    FROM contributions
    WHERE contributions.pt_person IS NOT NULL
    GROUP BY contributions.pt_person, contributions.county
),

crowded AS (  -- people in more than 2 groups
    SELECT pt_person
    FROM gathered
    GROUP BY pt_person
    HAVING count(*) > 2
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
                    hash(gathered.pt_person, gathered.county)
                )),
                gathered.county
        ) AS pt_nth_group
    FROM gathered
    SEMI JOIN crowded
        ON gathered.pt_person IS NOT DISTINCT FROM crowded.pt_person
),

chosen AS MATERIALIZED (  -- at most 2 groups a person
    SELECT gathered.*
    FROM gathered
    ANTI JOIN crowded
        ON gathered.pt_person IS NOT DISTINCT FROM crowded.pt_person
    UNION ALL
    SELECT * EXCLUDE (pt_nth_group)
    FROM ranked
    WHERE pt_nth_group <= 2
),

numbered AS (  -- rows where a person has more than 3 in a group, in a secret order of their own
    SELECT
        contributions.*,
        row_number() OVER (
            PARTITION BY contributions.pt_person, contributions.county
            ORDER BY md5_number(concat_ws(
                '|',
                getvariable('release_secret'),
                contributions.pt_person,
                contributions.county,
                coalesce(CAST(contributions.middle AS VARCHAR), ''),
                coalesce(CAST(contributions.largest AS VARCHAR), '')
            ))
        ) AS pt_nth_row
    FROM contributions
    SEMI JOIN chosen
        ON contributions.pt_person IS NOT DISTINCT FROM chosen.pt_person
        AND contributions.county IS NOT DISTINCT FROM chosen.county
        AND chosen.pt_rows > 3
),

bounded AS (  -- each of at most 3 rows
    SELECT
        pt_person,
        county,
        visits,
        people,
        middle,
        largest
    FROM chosen
    WHERE pt_rows <= 3
    UNION ALL
    SELECT
        pt_person,
        county,
        count(visits) AS visits,
        max(people) AS people,
        list(middle) FILTER (WHERE middle IS NOT NULL) AS middle,
        list(largest) FILTER (WHERE largest IS NOT NULL) AS largest
    FROM numbered
    WHERE pt_nth_row <= 3
    GROUP BY pt_person, county
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
