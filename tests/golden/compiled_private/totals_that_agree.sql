-- the public keys, as the model lists them
CREATE TABLE hierarchy.model__keys AS
SELECT
    key_1.county,
    key_2.kind
FROM (
    VALUES
    ('ash'),
    ('oak')
) AS key_1 (county)
CROSS JOIN (
    VALUES
    ('a'),
    ('b')
) AS key_2 (kind);

-- step 1 (private): exact sums of bounded contributions; they rest here, and never leave
CREATE TABLE private.model__exact AS
WITH contributions AS (  -- models/model.sql:1, its FROM and WHERE as written
    SELECT
        events.person_id AS pt_person,
        coalesce(county, 'none') AS county,
        coalesce(kind, 'none') AS kind,
        1 AS visits,
        CASE WHEN true THEN CASE WHEN NOT isnan(CAST(amount AS DOUBLE)) THEN CAST(least(greatest(round(CAST(amount AS DOUBLE) / 1), -10), 50) AS BIGINT) END END AS amount
    FROM private.events
),

gathered AS MATERIALIZED (  -- one row a person and group, of all their rows
    SELECT
        contributions.pt_person,
        contributions.county,
        contributions.kind,
        count(contributions.visits) AS visits,
        sum(contributions.amount) AS amount,
        count(*) AS pt_rows
    FROM contributions
    SEMI JOIN hierarchy.model__keys AS keys  -- rows of other groups count nowhere
        ON contributions.county IS NOT DISTINCT FROM keys.county
        AND contributions.kind IS NOT DISTINCT FROM keys.kind
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
                coalesce(CAST(contributions.amount AS VARCHAR), '')
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
        visits,
        amount
    FROM chosen
    WHERE pt_rows <= 3
    UNION ALL
    SELECT
        pt_person,
        county,
        kind,
        count(visits) AS visits,
        sum(amount) AS amount
    FROM numbered
    WHERE pt_nth_row <= 3
    GROUP BY pt_person, county, kind
)

SELECT
    0 AS pt_set,
    keys.county,
    keys.kind,
    CAST(coalesce(sum(bounded.visits), 0) AS HUGEINT) AS visits,
    CAST(coalesce(sum(bounded.amount), 0) AS HUGEINT) AS amount
FROM (
    SELECT DISTINCT
        county,
        kind
    FROM hierarchy.model__keys
) AS keys
LEFT JOIN bounded
    ON keys.county IS NOT DISTINCT FROM bounded.county
    AND keys.kind IS NOT DISTINCT FROM bounded.kind
GROUP BY keys.county, keys.kind
UNION ALL BY NAME

SELECT
    1 AS pt_set,
    keys.county,
    NULL AS kind,
    CAST(coalesce(sum(bounded.visits), 0) AS HUGEINT) AS visits,
    CAST(coalesce(sum(bounded.amount), 0) AS HUGEINT) AS amount
FROM (
    SELECT DISTINCT
        county
    FROM hierarchy.model__keys
) AS keys
LEFT JOIN bounded
    ON keys.county IS NOT DISTINCT FROM bounded.county
GROUP BY keys.county
UNION ALL BY NAME

SELECT
    2 AS pt_set,
    NULL AS county,
    NULL AS kind,
    CAST(coalesce(sum(bounded.visits), 0) AS HUGEINT) AS visits,
    CAST(coalesce(sum(bounded.amount), 0) AS HUGEINT) AS amount
FROM bounded;

-- the ledger entry is on disk before this line

-- step 2 (private): noise, once for each cell
CREATE TABLE private.model__noisy AS
WITH noisy AS MATERIALIZED (
    SELECT
        pt_set,
        county,
        kind,
        visits + pt_discrete_laplace(217, 8) AS visits,
        amount + pt_discrete_laplace(1356, 1) AS amount
    FROM private.model__exact
    WHERE pt_set = 0
    UNION ALL
    SELECT
        pt_set,
        county,
        kind,
        visits + pt_discrete_laplace(689, 16) AS visits,
        amount + pt_discrete_laplace(2153, 1) AS amount
    FROM private.model__exact
    WHERE pt_set = 1
    UNION ALL
    SELECT
        pt_set,
        county,
        kind,
        visits + pt_discrete_laplace(689, 16) AS visits,
        amount + pt_discrete_laplace(2153, 1) AS amount
    FROM private.model__exact
    WHERE pt_set = 2
)

SELECT * FROM noisy;

-- totals and their parts agree, by noisy columns alone
CREATE TABLE private.model__agreeing AS
WITH numbered AS (
    SELECT
        *,
        row_number() OVER (ORDER BY pt_set, county, kind) AS pt_row,
        [dense_rank() OVER (ORDER BY county), dense_rank() OVER (ORDER BY kind)] AS pt_codes
    FROM private.model__noisy
),

agreed AS (
    SELECT
        unnest(list(pt_row ORDER BY pt_row)) AS pt_row,
        unnest(pt_agreeing(list(pt_set ORDER BY pt_row), list(pt_codes ORDER BY pt_row), list(CAST(least(greatest(visits, -9223372036854775808), 9223372036854775807) AS BIGINT) ORDER BY pt_row), [[true, true], [true, false], [false, false]], [1.0, 0.3967448917977965, 0.3967448917977965], FALSE)) AS visits__agreed,
        unnest(pt_agreeing(list(pt_set ORDER BY pt_row), list(pt_codes ORDER BY pt_row), list(CAST(least(greatest(amount, -9223372036854775808), 9223372036854775807) AS BIGINT) ORDER BY pt_row), [[true, true], [true, false], [false, false]], [1.0, 0.3966717823006884, 0.3966717823006884], FALSE)) AS amount__agreed
    FROM numbered
)

SELECT * FROM numbered INNER JOIN agreed USING (pt_row);

-- step 3 (release): computed of noisy columns alone
CREATE TABLE release.model AS
SELECT
    noisy.county,
    noisy.kind,
    CAST(least(greatest(noisy.visits__agreed, -9223372036854775808), 9223372036854775807) AS BIGINT) AS visits,
    CAST(least(greatest(noisy.amount__agreed, -9223372036854775808), 9223372036854775807) AS BIGINT) AS amount
FROM private.model__agreeing AS noisy
ORDER BY noisy.pt_set, noisy.county, noisy.kind;
