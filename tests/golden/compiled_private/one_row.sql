-- step 1 (private): exact sums of bounded contributions; they rest here, and never leave
CREATE TABLE private.model__exact AS
WITH contributions AS (  -- models/model.sql:1, its FROM and WHERE as written
    SELECT
        events.person_id AS pt_person,
        1 AS visits
    FROM private.events
),

gathered AS MATERIALIZED (  -- one row a person and group, of all their rows
    SELECT
        contributions.pt_person,
        count(contributions.visits) AS visits,
        count(*) AS pt_rows
    FROM contributions
    WHERE contributions.pt_person IS NOT NULL
    GROUP BY contributions.pt_person
),

crowded AS (  -- people in more than 1 groups
    SELECT pt_person
    FROM gathered
    GROUP BY pt_person
    HAVING count(*) > 1
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
                    hash(gathered.pt_person)
                ))
        ) AS pt_nth_group
    FROM gathered
    SEMI JOIN crowded
        ON gathered.pt_person IS NOT DISTINCT FROM crowded.pt_person
),

chosen AS MATERIALIZED (  -- at most 1 groups a person
    SELECT gathered.*
    FROM gathered
    ANTI JOIN crowded
        ON gathered.pt_person IS NOT DISTINCT FROM crowded.pt_person
    UNION ALL
    SELECT * EXCLUDE (pt_nth_group)
    FROM ranked
    WHERE pt_nth_group <= 1
),

numbered AS (  -- rows where a person has more than 3 in a group, in a secret order of their own
    SELECT
        contributions.*,
        row_number() OVER (
            PARTITION BY contributions.pt_person
            ORDER BY md5_number(concat_ws(
                '|',
                getvariable('release_secret'),
                contributions.pt_person
            ))
        ) AS pt_nth_row
    FROM contributions
    SEMI JOIN chosen
        ON contributions.pt_person IS NOT DISTINCT FROM chosen.pt_person
        AND chosen.pt_rows > 3
),

bounded AS (  -- each of at most 3 rows
    SELECT
        pt_person,
        visits
    FROM chosen
    WHERE pt_rows <= 3
    UNION ALL
    SELECT
        pt_person,
        count(visits) AS visits
    FROM numbered
    WHERE pt_nth_row <= 3
    GROUP BY pt_person
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
