-- step 1 (private): exact sums of bounded contributions; they rest here, and never leave
CREATE TABLE private.model__exact AS
WITH contributions AS (  -- models/model.sql:1, its FROM and WHERE as written
    SELECT
        events.person_id AS pt_person,
        coalesce(county, 'none') AS county,
        coalesce(kind, 'none') AS kind,
        CASE WHEN true THEN CASE WHEN NOT isnan(CAST(amount AS DOUBLE)) THEN CAST(least(greatest(round(CAST(amount AS DOUBLE) / 1), 0), 50) AS BIGINT) END END AS amount,
        1 AS people,
        CASE WHEN true THEN CASE WHEN NOT isnan(CAST(visits AS DOUBLE)) THEN CAST(least(greatest(round(CAST(visits AS DOUBLE) / 1), 0), 9) AS BIGINT) END END AS middle
    FROM private.events
),

gathered AS MATERIALIZED (  -- one row a person and group, of all their rows
    SELECT
        contributions.pt_person,
        contributions.county,
        contributions.kind,
        sum(contributions.amount) AS amount,
        max(contributions.people) AS people,
        list(contributions.middle) FILTER (WHERE contributions.middle IS NOT NULL) AS middle,
        count(*) AS pt_rows
    FROM contributions
    WHERE contributions.pt_person IS NOT NULL
    GROUP BY contributions.pt_person, contributions.county, contributions.kind
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
                    hash(gathered.pt_person, gathered.county, gathered.kind)
                )),
                gathered.county,
                gathered.kind
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
            PARTITION BY contributions.pt_person, contributions.county, contributions.kind
            ORDER BY md5_number(concat_ws(
                '|',
                getvariable('release_secret'),
                contributions.pt_person,
                contributions.county,
                contributions.kind,
                coalesce(CAST(contributions.amount AS VARCHAR), ''),
                coalesce(CAST(contributions.middle AS VARCHAR), '')
            ))
        ) AS pt_nth_row
    FROM contributions
    SEMI JOIN chosen
        ON contributions.pt_person IS NOT DISTINCT FROM chosen.pt_person
        AND contributions.county IS NOT DISTINCT FROM chosen.county
        AND contributions.kind IS NOT DISTINCT FROM chosen.kind
        AND chosen.pt_rows > 3
),

bounded AS (  -- each of at most 3 rows
    SELECT
        pt_person,
        county,
        kind,
        amount,
        people,
        middle
    FROM chosen
    WHERE pt_rows <= 3
    UNION ALL
    SELECT
        pt_person,
        county,
        kind,
        sum(amount) AS amount,
        max(people) AS people,
        list(middle) FILTER (WHERE middle IS NOT NULL) AS middle
    FROM numbered
    WHERE pt_nth_row <= 3
    GROUP BY pt_person, county, kind
)

SELECT
    0 AS pt_set,
    bounded.county,
    bounded.kind,
    CAST(coalesce(sum(bounded.amount), 0) AS HUGEINT) AS amount,
    CAST(count(bounded.people) AS HUGEINT) AS people,
    list_aggregate(flatten(list(bounded.middle)), 'histogram') AS middle
FROM bounded
GROUP BY bounded.county, bounded.kind
UNION ALL BY NAME

SELECT
    1 AS pt_set,
    bounded.county,
    NULL AS kind,
    CAST(coalesce(sum(bounded.amount), 0) AS HUGEINT) AS amount,
    CAST(count(DISTINCT CASE WHEN bounded.people IS NOT NULL THEN bounded.pt_person END) AS HUGEINT) AS people,
    list_aggregate(flatten(list(bounded.middle)), 'histogram') AS middle
FROM bounded
GROUP BY bounded.county
UNION ALL BY NAME

SELECT
    2 AS pt_set,
    NULL AS county,
    NULL AS kind,
    CAST(coalesce(sum(bounded.amount), 0) AS HUGEINT) AS amount,
    CAST(count(DISTINCT CASE WHEN bounded.people IS NOT NULL THEN bounded.pt_person END) AS HUGEINT) AS people,
    list_aggregate(flatten(list(bounded.middle)), 'histogram') AS middle
FROM bounded;

-- the ledger entry is on disk before this line

-- step 2 (private): noise, once for each cell
CREATE TABLE private.model__noisy AS
WITH noisy AS MATERIALIZED (
    SELECT
        pt_set,
        county,
        kind,
        amount + pt_discrete_laplace(2174, 1) AS amount,
        middle,
        people >= pt_least_people(128, 1169, 1, 4000000) AS people
    FROM private.model__exact
    WHERE pt_set = 0
    UNION ALL
    SELECT
        pt_set,
        county,
        kind,
        amount + pt_discrete_laplace(3451, 1) AS amount,
        middle,
        people >= pt_least_people(128, 1169, 1, 4000000) AS people
    FROM private.model__exact
    WHERE pt_set = 1
    UNION ALL
    SELECT
        pt_set,
        county,
        kind,
        amount + pt_discrete_laplace(3451, 1) AS amount,
        middle,
        true AS people
    FROM private.model__exact
    WHERE pt_set = 2
)

SELECT
    * REPLACE (
        pt_quantile(map_keys(middle), map_values(middle), 1, 2, 1864135, 268435456, 0, 9) AS middle
    )
FROM noisy
WHERE
    (pt_set = 0 AND people)
    OR (pt_set = 1 AND people)
    OR (pt_set = 2);

-- step 3 (release): computed of noisy columns alone
CREATE TABLE release.model AS
SELECT
    noisy.county,
    noisy.kind,
    CAST(least(greatest(noisy.amount, -9223372036854775808), 9223372036854775807) AS BIGINT) AS amount,
    CAST(least(greatest(noisy.middle, -9223372036854775808), 9223372036854775807) AS BIGINT) AS middle
FROM private.model__noisy AS noisy
ORDER BY noisy.pt_set, noisy.county, noisy.kind;
