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
        county,
        kind,
        1 AS visits,
        1 AS people,
        CASE WHEN true THEN CASE WHEN NOT isnan(CAST(amount AS DOUBLE)) THEN CAST(least(greatest(round(CAST(amount AS DOUBLE) / 0.5), 0), 100) AS BIGINT) END END AS amount,
        CASE WHEN true THEN CASE WHEN NOT isnan(CAST(amount AS DOUBLE)) THEN CAST(least(greatest(round(CAST(amount AS DOUBLE) / 0.5), 0), 100) AS BIGINT) - 50 END END AS mean__values,
        CASE WHEN true THEN CASE WHEN NOT isnan(CAST(amount AS DOUBLE)) THEN CAST(least(greatest(round(CAST(amount AS DOUBLE) / 0.5), 0), 100) AS BIGINT) - 50 END END AS mean__centred,
        CASE WHEN true THEN CASE WHEN NOT isnan(CAST(amount AS DOUBLE)) THEN CAST(least(greatest(round(CAST(amount AS DOUBLE) / 0.5), 0), 100) AS BIGINT) - 50 END END AS deviation__squares
    FROM private.events WHERE visits > 2
),

gathered AS MATERIALIZED (  -- one row a person and group, of all their rows
    SELECT
        contributions.pt_person,
        contributions.county,
        contributions.kind,
        count(contributions.visits) AS visits,
        max(contributions.people) AS people,
        sum(contributions.amount) AS amount,
        count(contributions.mean__values) AS mean__values,
        sum(contributions.mean__centred) AS mean__centred,
        sum(contributions.deviation__squares * contributions.deviation__squares) AS deviation__squares,
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
                coalesce(CAST(contributions.amount AS VARCHAR), ''),
                coalesce(CAST(contributions.mean__values AS VARCHAR), ''),
                coalesce(CAST(contributions.mean__centred AS VARCHAR), ''),
                coalesce(CAST(contributions.deviation__squares AS VARCHAR), '')
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
        people,
        amount,
        mean__values,
        mean__centred,
        deviation__squares
    FROM chosen
    WHERE pt_rows <= 3
    UNION ALL
    SELECT
        pt_person,
        county,
        kind,
        count(visits) AS visits,
        max(people) AS people,
        sum(amount) AS amount,
        count(mean__values) AS mean__values,
        sum(mean__centred) AS mean__centred,
        sum(deviation__squares * deviation__squares) AS deviation__squares
    FROM numbered
    WHERE pt_nth_row <= 3
    GROUP BY pt_person, county, kind
)

SELECT
    0 AS pt_set,
    keys.county,
    keys.kind,
    CAST(coalesce(sum(bounded.visits), 0) AS HUGEINT) AS visits,
    CAST(count(bounded.people) AS HUGEINT) AS people,
    CAST(coalesce(sum(bounded.amount), 0) AS HUGEINT) AS amount,
    CAST(coalesce(sum(bounded.mean__values), 0) AS HUGEINT) AS mean__values,
    CAST(coalesce(sum(bounded.mean__centred), 0) AS HUGEINT) AS mean__centred,
    CAST(coalesce(sum(bounded.deviation__squares), 0) AS HUGEINT) AS deviation__squares
FROM (
    SELECT DISTINCT
        county,
        kind
    FROM hierarchy.model__keys
) AS keys
LEFT JOIN bounded
    ON keys.county IS NOT DISTINCT FROM bounded.county
    AND keys.kind IS NOT DISTINCT FROM bounded.kind
GROUP BY keys.county, keys.kind;

-- the ledger entry is on disk before this line

-- step 2 (private): noise, once for each cell
CREATE TABLE private.model__noisy AS
WITH noisy AS MATERIALIZED (
    SELECT
        pt_set,
        county,
        kind,
        visits + pt_discrete_gaussian(1405, 32) AS visits,
        people + pt_discrete_gaussian(3747, 256) AS people,
        amount + pt_discrete_gaussian(4392, 1) AS amount,
        mean__values + pt_discrete_gaussian(1405, 32) AS mean__values,
        mean__centred + pt_discrete_gaussian(2196, 1) AS mean__centred,
        deviation__squares + pt_discrete_gaussian(109792, 1) AS deviation__squares
    FROM private.model__exact
    WHERE pt_set = 0
)

SELECT * FROM noisy;

-- step 3 (release): computed of noisy columns alone
CREATE TABLE release.model AS
SELECT
    noisy.county,
    noisy.kind,
    CAST(least(greatest(greatest(noisy.visits, 0), -9223372036854775808), 9223372036854775807) AS BIGINT) AS visits,
    CAST(least(greatest(greatest(noisy.visits - 86, 0), -9223372036854775808), 9223372036854775807) AS BIGINT) AS visits_low,
    CAST(least(greatest(greatest(noisy.visits + 86, 0), -9223372036854775808), 9223372036854775807) AS BIGINT) AS visits_high,
    CAST(43.90625 AS DOUBLE) AS visits_scale,
    CAST(least(greatest(greatest(noisy.people, 0), -9223372036854775808), 9223372036854775807) AS BIGINT) AS people,
    CAST(least(greatest(greatest(noisy.people - 29, 0), -9223372036854775808), 9223372036854775807) AS BIGINT) AS people_low,
    CAST(least(greatest(greatest(noisy.people + 29, 0), -9223372036854775808), 9223372036854775807) AS BIGINT) AS people_high,
    CAST(14.63671875 AS DOUBLE) AS people_scale,
    CAST(greatest(noisy.amount, 0) AS DOUBLE) / 2 AS amount,
    CAST(greatest(noisy.amount - 8608, 0) AS DOUBLE) / 2 AS amount_low,
    CAST(greatest(noisy.amount + 8608, 0) AS DOUBLE) / 2 AS amount_high,
    CAST(2196.0 AS DOUBLE) AS amount_scale,
    CASE WHEN noisy.mean__values >= 1 THEN least(greatest((50 + CAST(noisy.mean__centred AS DOUBLE) / CAST(noisy.mean__values AS DOUBLE)) / 2, 0), 50) END AS mean,
    CASE WHEN noisy.mean__values < 1 THEN NULL WHEN noisy.mean__values <= 86 THEN 0 ELSE least(greatest((50 + (CAST(noisy.mean__centred AS DOUBLE) * CAST(noisy.mean__values AS DOUBLE) - sqrt(pow(4304, 2) * (pow(CAST(noisy.mean__values AS DOUBLE), 2) - pow(86, 2)) + pow(CAST(noisy.mean__centred AS DOUBLE) * 86, 2))) / (pow(CAST(noisy.mean__values AS DOUBLE), 2) - pow(86, 2))) / 2, 0), 50) END AS mean_low,
    CASE WHEN noisy.mean__values < 1 THEN NULL WHEN noisy.mean__values <= 86 THEN 50 ELSE least(greatest((50 + (CAST(noisy.mean__centred AS DOUBLE) * CAST(noisy.mean__values AS DOUBLE) + sqrt(pow(4304, 2) * (pow(CAST(noisy.mean__values AS DOUBLE), 2) - pow(86, 2)) + pow(CAST(noisy.mean__centred AS DOUBLE) * 86, 2))) / (pow(CAST(noisy.mean__values AS DOUBLE), 2) - pow(86, 2))) / 2, 0), 50) END AS mean_high,
    CASE WHEN noisy.mean__values >= 2 THEN sqrt(greatest(CAST(noisy.deviation__squares AS DOUBLE) - CAST(noisy.mean__centred AS DOUBLE) * (CAST(noisy.mean__centred AS DOUBLE) / CAST(noisy.mean__values AS DOUBLE)), 0) / CAST(noisy.mean__values - 1 AS DOUBLE)) / 2 END AS deviation,
    CASE WHEN noisy.mean__values >= 2 THEN sqrt(CASE WHEN noisy.mean__values - 1 >= 4e0 * 86 THEN least(greatest(((CAST(noisy.deviation__squares AS DOUBLE) - CAST(noisy.mean__centred AS DOUBLE) * (CAST(noisy.mean__centred AS DOUBLE) / CAST(noisy.mean__values AS DOUBLE))) * (CAST(noisy.mean__values AS DOUBLE) - 1) - pow((CAST(noisy.mean__centred AS DOUBLE) / CAST(noisy.mean__values AS DOUBLE)) * 86, 2) - sqrt((pow(215188, 2) + pow(2 * (CAST(noisy.mean__centred AS DOUBLE) / CAST(noisy.mean__values AS DOUBLE)) * 4304, 2)) * (pow((CAST(noisy.mean__values AS DOUBLE) - 1), 2) - pow(86, 2)) + pow(((CAST(noisy.deviation__squares AS DOUBLE) - CAST(noisy.mean__centred AS DOUBLE) * (CAST(noisy.mean__centred AS DOUBLE) / CAST(noisy.mean__values AS DOUBLE))) - (CAST(noisy.mean__values AS DOUBLE) - 1) * pow((CAST(noisy.mean__centred AS DOUBLE) / CAST(noisy.mean__values AS DOUBLE)), 2)) * 86, 2))) / (pow((CAST(noisy.mean__values AS DOUBLE) - 1), 2) - pow(86, 2)), 0), 10000 / 2e0) ELSE CASE WHEN CAST(noisy.mean__values - 133 AS DOUBLE) < 2 THEN 0e0 ELSE least(greatest(CAST(noisy.deviation__squares - 220095 AS DOUBLE) - CAST(abs(noisy.mean__centred) + 6639 AS DOUBLE) * (CAST(abs(noisy.mean__centred) + 6639 AS DOUBLE) / CAST(noisy.mean__values - 133 AS DOUBLE)), 0) / (CAST(noisy.mean__values + 133 AS DOUBLE) - 1), 10000 / 2e0) END END) / 2 END AS deviation_low,
    CASE WHEN noisy.mean__values >= 2 THEN sqrt(CASE WHEN noisy.mean__values - 1 >= 4e0 * 86 THEN least(greatest(((CAST(noisy.deviation__squares AS DOUBLE) - CAST(noisy.mean__centred AS DOUBLE) * (CAST(noisy.mean__centred AS DOUBLE) / CAST(noisy.mean__values AS DOUBLE))) * (CAST(noisy.mean__values AS DOUBLE) - 1) - pow((CAST(noisy.mean__centred AS DOUBLE) / CAST(noisy.mean__values AS DOUBLE)) * 86, 2) + sqrt((pow(215188, 2) + pow(2 * (CAST(noisy.mean__centred AS DOUBLE) / CAST(noisy.mean__values AS DOUBLE)) * 4304, 2)) * (pow((CAST(noisy.mean__values AS DOUBLE) - 1), 2) - pow(86, 2)) + pow(((CAST(noisy.deviation__squares AS DOUBLE) - CAST(noisy.mean__centred AS DOUBLE) * (CAST(noisy.mean__centred AS DOUBLE) / CAST(noisy.mean__values AS DOUBLE))) - (CAST(noisy.mean__values AS DOUBLE) - 1) * pow((CAST(noisy.mean__centred AS DOUBLE) / CAST(noisy.mean__values AS DOUBLE)), 2)) * 86, 2))) / (pow((CAST(noisy.mean__values AS DOUBLE) - 1), 2) - pow(86, 2)), 0), 10000 / 2e0) ELSE CASE WHEN CAST(noisy.mean__values - 133 AS DOUBLE) < 2 THEN 10000 / 2e0 ELSE least(greatest(CAST(noisy.deviation__squares + 220095 AS DOUBLE) - CAST(greatest(abs(noisy.mean__centred) - 6639, 0) AS DOUBLE) * (CAST(greatest(abs(noisy.mean__centred) - 6639, 0) AS DOUBLE) / CAST(noisy.mean__values + 133 AS DOUBLE)), 0) / (CAST(noisy.mean__values - 133 AS DOUBLE) - 1), 10000 / 2e0) END END) / 2 END AS deviation_high
FROM private.model__noisy AS noisy
ORDER BY noisy.county, noisy.kind;
