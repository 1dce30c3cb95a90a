-- call:  public_keys('hierarchy.m__keys', (kind, county))
-- run:   {} FROM hierarchy.m__keys
-- gives: a, x; a, y
CREATE TABLE hierarchy.m__keys AS
SELECT
    key_1.kind,
    key_2.county
FROM (
    VALUES
    ('a')
) AS key_1 (kind)
CROSS JOIN (
    VALUES
    ('x'),
    ('y')
) AS key_2 (county);


-- call:  clamped_units('x', bounds(-1, 50, '0.5'))
-- run:   SELECT {} FROM (VALUES (0.3), (999), (-7), (NULL), ('nan'::DOUBLE), ('-inf'::DOUBLE)) AS t (x)
-- gives: 1; 100; -2; NULL; NULL; -2
CASE WHEN NOT isnan(CAST(x AS DOUBLE)) THEN CAST(least(greatest(round(CAST(x AS DOUBLE) / 0.5), -2), 100) AS BIGINT) END


-- call:  clamped_units('x', bounds(0, 50), 25)
-- run:   SELECT {} FROM (VALUES (30.2)) AS t (x)
-- gives: 5
CASE WHEN NOT isnan(CAST(x AS DOUBLE)) THEN CAST(least(greatest(round(CAST(x AS DOUBLE) / 1), 0), 50) AS BIGINT) - 25 END


-- call:  clamped_units('x', bounds(0, 50, '0.5', null_as='7.25'), 50)
-- run:   SELECT {} FROM (VALUES (30.2), (NULL), ('nan'::DOUBLE), ('-inf'::DOUBLE)) AS t (x)
-- gives: 10; -35; -35; -50
CASE WHEN NOT isnan(CAST(x AS DOUBLE)) THEN CAST(least(greatest(round(CAST(x AS DOUBLE) / 0.5), 0), 100) AS BIGINT) - 50 ELSE -35 END


-- call:  per_person_total(rows_of)
-- run:   SELECT {} FROM (VALUES (1), (NULL), (1)) AS t (n)
-- gives: 2
count(n)


-- call:  per_person_total(people_of)
-- run:   SELECT {} FROM (VALUES (1), (NULL), (1)) AS t (people)
-- gives: 1
max(people)


-- call:  per_person_total(sum_of)
-- run:   SELECT {} FROM (VALUES (10), (NULL), (5)) AS t (amount)
-- gives: 15
sum(amount)


-- call:  per_person_total(mean_of[2])
-- run:   SELECT {} FROM (VALUES (10), (NULL), (5)) AS t (mean__squares)
-- gives: 125
sum(mean__squares * mean__squares)


-- call:  per_person_total(median_of)
-- run:   SELECT list_sort({}) FROM (VALUES (10), (NULL), (5)) AS t (median)
-- gives: [5, 10]
list(median) FILTER (WHERE median IS NOT NULL)


-- call:  exact_total(people_of, True)
-- run:   SELECT {} FROM (VALUES ('p', 1), ('q', NULL)) AS bounded (pt_person, people)
-- gives: 1
CAST(count(bounded.people) AS HUGEINT)


-- call:  exact_total(people_of, False)
-- run:   SELECT {} FROM (VALUES ('p', 1), ('p', 1), ('q', NULL)) AS bounded (pt_person, people)
-- gives: 1
CAST(count(DISTINCT CASE WHEN bounded.people IS NOT NULL THEN bounded.pt_person END) AS HUGEINT)


-- call:  exact_total(rows_of, True)
-- run:   SELECT {} FROM (VALUES (2), (NULL)) AS bounded (n)
-- gives: 2
CAST(coalesce(sum(bounded.n), 0) AS HUGEINT)


-- call:  exact_total(median_of, True)
-- run:   SELECT {} FROM (VALUES ([2, 3]), (NULL), ([3])) AS bounded (median)
-- gives: {2: 1, 3: 2}
list_aggregate(flatten(list(bounded.median)), 'histogram')


-- given: CREATE TABLE events AS SELECT * FROM (VALUES ('p', 'A', 'X', 10.4), ('p', 'a', 'x', 90), ('p', 'a', 'x', 'nan'::DOUBLE), ('q', 'a', 'x', 20), ('q', 'b', 'x', 30), (NULL, 'a', 'x', 40)) AS e (person_id, kind, county, amount)
-- given: CREATE TABLE hierarchy.m__keys AS SELECT * FROM (VALUES ('a', 'x'), ('a', 'y')) AS k (kind, county)
-- call:  bounded_contributions(a_model, events('kind', 'county'), (rows_of, people_of, sum_of), 'hierarchy.m__keys', 2, 2)
-- run:   {} SELECT * EXCLUDE (amount) FROM bounded ORDER BY ALL
-- gives: p, a, x, 2, 1; q, a, x, 1, 1
WITH contributions AS (  -- models/m.sql:3, its FROM and WHERE as written
    SELECT
        person_id AS pt_person,
        lower(kind) AS kind,
        lower(county) AS county,
        1 AS n,
        1 AS people,
        CASE WHEN true THEN CASE WHEN NOT isnan(CAST(amount AS DOUBLE)) THEN CAST(least(greatest(round(CAST(amount AS DOUBLE) / 1), 0), 50) AS BIGINT) END END AS amount
    FROM events
),

gathered AS MATERIALIZED (  -- one row a person and group, of all their rows
    SELECT
        contributions.pt_person,
        contributions.kind,
        contributions.county,
        count(contributions.n) AS n,
        max(contributions.people) AS people,
        sum(contributions.amount) AS amount,
        count(*) AS pt_rows
    FROM contributions
    SEMI JOIN hierarchy.m__keys AS keys  -- rows of other groups count nowhere
        ON contributions.kind IS NOT DISTINCT FROM keys.kind
        AND contributions.county IS NOT DISTINCT FROM keys.county
    WHERE contributions.pt_person IS NOT NULL
    GROUP BY contributions.pt_person, contributions.kind, contributions.county
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
                    hash(gathered.pt_person, gathered.kind, gathered.county)
                )),
                gathered.kind,
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

numbered AS (  -- rows where a person has more than 2 in a group, in a secret order of their own
    SELECT
        contributions.*,
        row_number() OVER (
            PARTITION BY contributions.pt_person, contributions.kind, contributions.county
            ORDER BY md5_number(concat_ws(
                '|',
                getvariable('release_secret'),
                contributions.pt_person,
                contributions.kind,
                contributions.county,
                coalesce(CAST(contributions.amount AS VARCHAR), '')
            ))
        ) AS pt_nth_row
    FROM contributions
    SEMI JOIN chosen
        ON contributions.pt_person IS NOT DISTINCT FROM chosen.pt_person
        AND contributions.kind IS NOT DISTINCT FROM chosen.kind
        AND contributions.county IS NOT DISTINCT FROM chosen.county
        AND chosen.pt_rows > 2
),

bounded AS (  -- each of at most 2 rows
    SELECT
        pt_person,
        kind,
        county,
        n,
        people,
        amount
    FROM chosen
    WHERE pt_rows <= 2
    UNION ALL
    SELECT
        pt_person,
        kind,
        county,
        count(n) AS n,
        max(people) AS people,
        sum(amount) AS amount
    FROM numbered
    WHERE pt_nth_row <= 2
    GROUP BY pt_person, kind, county
)


-- given: CREATE TABLE events AS SELECT * FROM (VALUES ('p', 'A', 'X', 10.4), ('p', 'a', 'x', 90), ('p', 'a', 'x', 'nan'::DOUBLE), ('q', 'a', 'x', 20), ('q', 'b', 'x', 30), (NULL, 'a', 'x', 40)) AS e (person_id, kind, county, amount)
-- call:  exact_aggregates(a_model, events('kind', 'county'), (rows_of, people_of), (('kind', 'county'), ('kind',), ()), None, 2, 2, (median_of,))
-- run:   {} SELECT * EXCLUDE (median) FROM private.m__exact ORDER BY ALL
-- gives: 0, a, x, 3, 2; 0, b, x, 1, 1; 1, a, NULL, 3, 2; 1, b, NULL, 1, 1; 2, NULL, NULL, 4, 2
CREATE TABLE private.m__exact AS
WITH contributions AS (  -- models/m.sql:3, its FROM and WHERE as written
    SELECT
        person_id AS pt_person,
        lower(kind) AS kind,
        lower(county) AS county,
        1 AS n,
        1 AS people,
        CASE WHEN true THEN CASE WHEN NOT isnan(CAST(amount AS DOUBLE)) THEN CAST(least(greatest(round(CAST(amount AS DOUBLE) / 1), 0), 50) AS BIGINT) END END AS median
    FROM events
),

gathered AS MATERIALIZED (  -- one row a person and group, of all their rows
    SELECT
        contributions.pt_person,
        contributions.kind,
        contributions.county,
        count(contributions.n) AS n,
        max(contributions.people) AS people,
        list(contributions.median) FILTER (WHERE contributions.median IS NOT NULL) AS median,
        count(*) AS pt_rows
    FROM contributions
    WHERE contributions.pt_person IS NOT NULL
    GROUP BY contributions.pt_person, contributions.kind, contributions.county
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
                    hash(gathered.pt_person, gathered.kind, gathered.county)
                )),
                gathered.kind,
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

numbered AS (  -- rows where a person has more than 2 in a group, in a secret order of their own
    SELECT
        contributions.*,
        row_number() OVER (
            PARTITION BY contributions.pt_person, contributions.kind, contributions.county
            ORDER BY md5_number(concat_ws(
                '|',
                getvariable('release_secret'),
                contributions.pt_person,
                contributions.kind,
                contributions.county,
                coalesce(CAST(contributions.median AS VARCHAR), '')
            ))
        ) AS pt_nth_row
    FROM contributions
    SEMI JOIN chosen
        ON contributions.pt_person IS NOT DISTINCT FROM chosen.pt_person
        AND contributions.kind IS NOT DISTINCT FROM chosen.kind
        AND contributions.county IS NOT DISTINCT FROM chosen.county
        AND chosen.pt_rows > 2
),

bounded AS (  -- each of at most 2 rows
    SELECT
        pt_person,
        kind,
        county,
        n,
        people,
        median
    FROM chosen
    WHERE pt_rows <= 2
    UNION ALL
    SELECT
        pt_person,
        kind,
        county,
        count(n) AS n,
        max(people) AS people,
        list(median) FILTER (WHERE median IS NOT NULL) AS median
    FROM numbered
    WHERE pt_nth_row <= 2
    GROUP BY pt_person, kind, county
)

SELECT
    0 AS pt_set,
    bounded.kind,
    bounded.county,
    CAST(coalesce(sum(bounded.n), 0) AS HUGEINT) AS n,
    CAST(count(bounded.people) AS HUGEINT) AS people,
    list_aggregate(flatten(list(bounded.median)), 'histogram') AS median
FROM bounded
GROUP BY bounded.kind, bounded.county
UNION ALL BY NAME

SELECT
    1 AS pt_set,
    bounded.kind,
    NULL AS county,
    CAST(coalesce(sum(bounded.n), 0) AS HUGEINT) AS n,
    CAST(count(DISTINCT CASE WHEN bounded.people IS NOT NULL THEN bounded.pt_person END) AS HUGEINT) AS people,
    list_aggregate(flatten(list(bounded.median)), 'histogram') AS median
FROM bounded
GROUP BY bounded.kind
UNION ALL BY NAME

SELECT
    2 AS pt_set,
    NULL AS kind,
    NULL AS county,
    CAST(coalesce(sum(bounded.n), 0) AS HUGEINT) AS n,
    CAST(count(DISTINCT CASE WHEN bounded.people IS NOT NULL THEN bounded.pt_person END) AS HUGEINT) AS people,
    list_aggregate(flatten(list(bounded.median)), 'histogram') AS median
FROM bounded;


-- given: CREATE TABLE events AS SELECT * FROM (VALUES ('p', 'A', 'X', 10.4), ('p', 'a', 'x', 90), ('p', 'a', 'x', 'nan'::DOUBLE), ('q', 'a', 'x', 20), ('q', 'b', 'x', 30), (NULL, 'a', 'x', 40)) AS e (person_id, kind, county, amount)
-- given: CREATE TABLE hierarchy.m__keys AS SELECT * FROM (VALUES ('a', 'x'), ('a', 'y')) AS k (kind, county)
-- call:  exact_aggregates(a_model, events('kind', 'county'), (rows_of, people_of), (('kind', 'county'), ('kind',), ()), 'hierarchy.m__keys', 2, 2)
-- run:   {} SELECT * FROM private.m__exact ORDER BY ALL
-- gives: 0, a, x, 3, 2; 0, a, y, 0, 0; 1, a, NULL, 3, 2; 2, NULL, NULL, 3, 2
CREATE TABLE private.m__exact AS
WITH contributions AS (  -- models/m.sql:3, its FROM and WHERE as written
    SELECT
        person_id AS pt_person,
        lower(kind) AS kind,
        lower(county) AS county,
        1 AS n,
        1 AS people
    FROM events
),

gathered AS MATERIALIZED (  -- one row a person and group, of all their rows
    SELECT
        contributions.pt_person,
        contributions.kind,
        contributions.county,
        count(contributions.n) AS n,
        max(contributions.people) AS people,
        count(*) AS pt_rows
    FROM contributions
    SEMI JOIN hierarchy.m__keys AS keys  -- rows of other groups count nowhere
        ON contributions.kind IS NOT DISTINCT FROM keys.kind
        AND contributions.county IS NOT DISTINCT FROM keys.county
    WHERE contributions.pt_person IS NOT NULL
    GROUP BY contributions.pt_person, contributions.kind, contributions.county
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
                    hash(gathered.pt_person, gathered.kind, gathered.county)
                )),
                gathered.kind,
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

numbered AS (  -- rows where a person has more than 2 in a group, in a secret order of their own
    SELECT
        contributions.*,
        row_number() OVER (
            PARTITION BY contributions.pt_person, contributions.kind, contributions.county
            ORDER BY md5_number(concat_ws(
                '|',
                getvariable('release_secret'),
                contributions.pt_person,
                contributions.kind,
                contributions.county
            ))
        ) AS pt_nth_row
    FROM contributions
    SEMI JOIN chosen
        ON contributions.pt_person IS NOT DISTINCT FROM chosen.pt_person
        AND contributions.kind IS NOT DISTINCT FROM chosen.kind
        AND contributions.county IS NOT DISTINCT FROM chosen.county
        AND chosen.pt_rows > 2
),

bounded AS (  -- each of at most 2 rows
    SELECT
        pt_person,
        kind,
        county,
        n,
        people
    FROM chosen
    WHERE pt_rows <= 2
    UNION ALL
    SELECT
        pt_person,
        kind,
        county,
        count(n) AS n,
        max(people) AS people
    FROM numbered
    WHERE pt_nth_row <= 2
    GROUP BY pt_person, kind, county
)

SELECT
    0 AS pt_set,
    keys.kind,
    keys.county,
    CAST(coalesce(sum(bounded.n), 0) AS HUGEINT) AS n,
    CAST(count(bounded.people) AS HUGEINT) AS people
FROM (
    SELECT DISTINCT
        kind,
        county
    FROM hierarchy.m__keys
) AS keys
LEFT JOIN bounded
    ON keys.kind IS NOT DISTINCT FROM bounded.kind
    AND keys.county IS NOT DISTINCT FROM bounded.county
GROUP BY keys.kind, keys.county
UNION ALL BY NAME

SELECT
    1 AS pt_set,
    keys.kind,
    NULL AS county,
    CAST(coalesce(sum(bounded.n), 0) AS HUGEINT) AS n,
    CAST(count(DISTINCT CASE WHEN bounded.people IS NOT NULL THEN bounded.pt_person END) AS HUGEINT) AS people
FROM (
    SELECT DISTINCT
        kind
    FROM hierarchy.m__keys
) AS keys
LEFT JOIN bounded
    ON keys.kind IS NOT DISTINCT FROM bounded.kind
GROUP BY keys.kind
UNION ALL BY NAME

SELECT
    2 AS pt_set,
    NULL AS kind,
    NULL AS county,
    CAST(coalesce(sum(bounded.n), 0) AS HUGEINT) AS n,
    CAST(count(DISTINCT CASE WHEN bounded.people IS NOT NULL THEN bounded.pt_person END) AS HUGEINT) AS people
FROM bounded;


-- given: CREATE TABLE events AS SELECT * FROM (VALUES ('p', 'A', 'X', 10.4), ('p', 'a', 'x', 90), ('p', 'a', 'x', 'nan'::DOUBLE), ('q', 'a', 'x', 20), ('q', 'b', 'x', 30), (NULL, 'a', 'x', 40)) AS e (person_id, kind, county, amount)
-- call:  differential_privacy(a_model, events('kind', 'county'), (rows_of, people_of, *mean_of), (named(name='kind', part='key', is_whole=False), shown('n', 'count', (rows_of,), is_whole=True), shown('median', 'quantile', (median_of,), is_whole=True), shown('mean', 'avg', mean_of[:2])), (('kind', 'county'),), 'hierarchy.m__keys', (kind, county), 2, 2, 'laplace', ((scale(1, 1000),) * 5,), spreads=(median_of,), rates=(scale(5, 1),))
-- run:   {} SELECT kind, n, mean FROM release.m
-- gives: a, 3, 26.666666666666668; a, 0, NULL
-- the public keys, as the model lists them
CREATE TABLE hierarchy.m__keys AS
SELECT
    key_1.kind,
    key_2.county
FROM (
    VALUES
    ('a')
) AS key_1 (kind)
CROSS JOIN (
    VALUES
    ('x'),
    ('y')
) AS key_2 (county);

-- step 1 (private): exact sums of bounded contributions; they rest here, and never leave
CREATE TABLE private.m__exact AS
WITH contributions AS (  -- models/m.sql:3, its FROM and WHERE as written
    SELECT
        person_id AS pt_person,
        lower(kind) AS kind,
        lower(county) AS county,
        1 AS n,
        1 AS people,
        CASE WHEN true THEN CASE WHEN NOT isnan(CAST(amount AS DOUBLE)) THEN CAST(least(greatest(round(CAST(amount AS DOUBLE) / 1), 0), 50) AS BIGINT) - 25 END END AS mean__values,
        CASE WHEN true THEN CASE WHEN NOT isnan(CAST(amount AS DOUBLE)) THEN CAST(least(greatest(round(CAST(amount AS DOUBLE) / 1), 0), 50) AS BIGINT) - 25 END END AS mean__centred,
        CASE WHEN true THEN CASE WHEN NOT isnan(CAST(amount AS DOUBLE)) THEN CAST(least(greatest(round(CAST(amount AS DOUBLE) / 1), 0), 50) AS BIGINT) - 25 END END AS mean__squares,
        CASE WHEN true THEN CASE WHEN NOT isnan(CAST(amount AS DOUBLE)) THEN CAST(least(greatest(round(CAST(amount AS DOUBLE) / 1), 0), 50) AS BIGINT) END END AS median
    FROM events
),

gathered AS MATERIALIZED (  -- one row a person and group, of all their rows
    SELECT
        contributions.pt_person,
        contributions.kind,
        contributions.county,
        count(contributions.n) AS n,
        max(contributions.people) AS people,
        count(contributions.mean__values) AS mean__values,
        sum(contributions.mean__centred) AS mean__centred,
        sum(contributions.mean__squares * contributions.mean__squares) AS mean__squares,
        list(contributions.median) FILTER (WHERE contributions.median IS NOT NULL) AS median,
        count(*) AS pt_rows
    FROM contributions
    SEMI JOIN hierarchy.m__keys AS keys  -- rows of other groups count nowhere
        ON contributions.kind IS NOT DISTINCT FROM keys.kind
        AND contributions.county IS NOT DISTINCT FROM keys.county
    WHERE contributions.pt_person IS NOT NULL
    GROUP BY contributions.pt_person, contributions.kind, contributions.county
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
                    hash(gathered.pt_person, gathered.kind, gathered.county)
                )),
                gathered.kind,
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

numbered AS (  -- rows where a person has more than 2 in a group, in a secret order of their own
    SELECT
        contributions.*,
        row_number() OVER (
            PARTITION BY contributions.pt_person, contributions.kind, contributions.county
            ORDER BY md5_number(concat_ws(
                '|',
                getvariable('release_secret'),
                contributions.pt_person,
                contributions.kind,
                contributions.county,
                coalesce(CAST(contributions.mean__values AS VARCHAR), ''),
                coalesce(CAST(contributions.mean__centred AS VARCHAR), ''),
                coalesce(CAST(contributions.mean__squares AS VARCHAR), ''),
                coalesce(CAST(contributions.median AS VARCHAR), '')
            ))
        ) AS pt_nth_row
    FROM contributions
    SEMI JOIN chosen
        ON contributions.pt_person IS NOT DISTINCT FROM chosen.pt_person
        AND contributions.kind IS NOT DISTINCT FROM chosen.kind
        AND contributions.county IS NOT DISTINCT FROM chosen.county
        AND chosen.pt_rows > 2
),

bounded AS (  -- each of at most 2 rows
    SELECT
        pt_person,
        kind,
        county,
        n,
        people,
        mean__values,
        mean__centred,
        mean__squares,
        median
    FROM chosen
    WHERE pt_rows <= 2
    UNION ALL
    SELECT
        pt_person,
        kind,
        county,
        count(n) AS n,
        max(people) AS people,
        count(mean__values) AS mean__values,
        sum(mean__centred) AS mean__centred,
        sum(mean__squares * mean__squares) AS mean__squares,
        list(median) FILTER (WHERE median IS NOT NULL) AS median
    FROM numbered
    WHERE pt_nth_row <= 2
    GROUP BY pt_person, kind, county
)

SELECT
    0 AS pt_set,
    keys.kind,
    keys.county,
    CAST(coalesce(sum(bounded.n), 0) AS HUGEINT) AS n,
    CAST(count(bounded.people) AS HUGEINT) AS people,
    CAST(coalesce(sum(bounded.mean__values), 0) AS HUGEINT) AS mean__values,
    CAST(coalesce(sum(bounded.mean__centred), 0) AS HUGEINT) AS mean__centred,
    CAST(coalesce(sum(bounded.mean__squares), 0) AS HUGEINT) AS mean__squares,
    list_aggregate(flatten(list(bounded.median)), 'histogram') AS median
FROM (
    SELECT DISTINCT
        kind,
        county
    FROM hierarchy.m__keys
) AS keys
LEFT JOIN bounded
    ON keys.kind IS NOT DISTINCT FROM bounded.kind
    AND keys.county IS NOT DISTINCT FROM bounded.county
GROUP BY keys.kind, keys.county;

-- the ledger entry is on disk before this line

-- step 2 (private): noise, once for each cell
CREATE TABLE private.m__noisy AS
WITH noisy AS MATERIALIZED (
    SELECT
        pt_set,
        kind,
        county,
        n + pt_discrete_laplace(1, 1000) AS n,
        people + pt_discrete_laplace(1, 1000) AS people,
        mean__values + pt_discrete_laplace(1, 1000) AS mean__values,
        mean__centred + pt_discrete_laplace(1, 1000) AS mean__centred,
        mean__squares + pt_discrete_laplace(1, 1000) AS mean__squares,
        median
    FROM private.m__exact
    WHERE pt_set = 0
)

SELECT
    * REPLACE (
        pt_quantile(map_keys(median), map_values(median), 1, 2, 5, 1, 0, 50) AS median
    )
FROM noisy;

-- step 3 (release): computed of noisy columns alone
CREATE TABLE release.m AS
SELECT
    noisy.kind,
    CAST(least(greatest(noisy.n, -9223372036854775808), 9223372036854775807) AS BIGINT) AS n,
    CAST(least(greatest(noisy.median, -9223372036854775808), 9223372036854775807) AS BIGINT) AS median,
    CASE WHEN noisy.mean__values >= 1 THEN least(greatest((25 + CAST(noisy.mean__centred AS DOUBLE) / CAST(noisy.mean__values AS DOUBLE)), 0), 50) END AS mean
FROM private.m__noisy AS noisy
ORDER BY noisy.kind, noisy.county;


-- given: CREATE TABLE events AS SELECT * FROM (VALUES ('p', 'A', 'X', 10.4), ('p', 'a', 'x', 90), ('p', 'a', 'x', 'nan'::DOUBLE), (NULL, 'a', 'x', 40)) AS e (person_id, kind, county, amount)
-- call:  unbounded_totals(events('kind', 'county'), (rows_of, sum_of), None)
-- run:   {}
-- gives: 3.0, 100.4
WITH contributions AS (
    SELECT
        person_id AS pt_person,
        lower(kind) AS kind,
        lower(county) AS county,
        CASE WHEN true THEN 1 END AS n,
        CASE WHEN (true) AND isfinite(CAST(amount AS DOUBLE)) THEN CAST(amount AS DOUBLE) / 1 - 0 END AS amount
    FROM events
),

added AS (
    SELECT
        count(n) AS n,
        sum(amount) AS amount
    FROM contributions
    WHERE pt_person IS NOT NULL
)

SELECT
    CAST(coalesce(sum(n), 0) AS DOUBLE) AS n,
    CAST(coalesce(sum(amount), 0) AS DOUBLE) AS amount
FROM added


-- given: CREATE TABLE events AS SELECT * FROM (VALUES ('p', 'A', 'X', 10.4), ('p', 'a', 'x', 90), ('p', 'a', 'x', 'nan'::DOUBLE), ('q', 'a', 'x', 20), ('q', 'b', 'x', 30), (NULL, 'a', 'x', 40)) AS e (person_id, kind, county, amount)
-- call:  unbounded_totals(events('kind', 'county'), (rows_of, people_of), None)
-- run:   {}
-- gives: 5.0, 3.0
WITH contributions AS (
    SELECT
        person_id AS pt_person,
        lower(kind) AS kind,
        lower(county) AS county,
        CASE WHEN true THEN 1 END AS n,
        CASE WHEN true THEN 1 END AS people
    FROM events
),

added AS (
    SELECT
        count(n) AS n,
        max(people) AS people
    FROM contributions
    WHERE pt_person IS NOT NULL
    GROUP BY pt_person, kind, county  -- a person counts once in a group
)

SELECT
    CAST(coalesce(sum(n), 0) AS DOUBLE) AS n,
    CAST(coalesce(sum(people), 0) AS DOUBLE) AS people
FROM added
