-- call:  noise('laplace', scale(5, 2))
-- run:   SELECT abs({}) < 200
-- gives: True
pt_discrete_laplace(5, 2)


-- call:  noise('gaussian', scale(5, 2))
-- run:   SELECT abs({}) < 200
-- gives: True
pt_discrete_gaussian(5, 2)


-- call:  within_bigint('x')
-- run:   SELECT {} FROM (VALUES (-5::HUGEINT), (170141183460469231731687303715884105727)) AS t (x)
-- gives: -5; 9223372036854775807
CAST(least(greatest(x, -9223372036854775808), 9223372036854775807) AS BIGINT)


-- call:  by_set((3, 3))
-- run:   SELECT {}
-- gives: 3
3


-- call:  by_set((3, 4.5))
-- run:   SELECT {} FROM (VALUES (0), (1)) AS noisy (pt_set)
-- gives: 3.0; 4.5
CASE noisy.pt_set WHEN 0 THEN 3 WHEN 1 THEN 4.5 END


-- call:  of_units('x', scale(5, 2))
-- run:   SELECT {} FROM (VALUES (3e0)) AS t (x)
-- gives: 7.5
x * 5 / 2


-- call:  of_units('x', scale(1, 10), 2)
-- run:   SELECT {} FROM (VALUES (300e0)) AS t (x)
-- gives: 3.0
x / 10 / 10


-- call:  counted_units(shown('n', 'count', (rows_of,), is_whole=True), 'x')
-- run:   SELECT {} FROM (VALUES (-3::HUGEINT)) AS t (x)
-- gives: -3
CAST(least(greatest(x, -9223372036854775808), 9223372036854775807) AS BIGINT)


-- call:  counted_units(shown('n', 'count', (rows_of,), is_whole=True, is_at_least_zero=True), 'x')
-- run:   SELECT {} FROM (VALUES (-3::HUGEINT)) AS t (x)
-- gives: 0
CAST(least(greatest(greatest(x, 0), -9223372036854775808), 9223372036854775807) AS BIGINT)


-- call:  counted_units(shown('a', 'sum', (column('a', 'sum', 'a', bounds(0, 50, '5')),), is_whole=True), 'x')
-- run:   SELECT {} FROM (VALUES (-3::HUGEINT), (9223372036854775807::HUGEINT * 4)) AS t (x)
-- gives: -15; 9223372036854775807
CAST(least(greatest(CAST(CAST(least(greatest(x, -9223372036854775808), 9223372036854775807) AS BIGINT) AS HUGEINT) * 5, -9223372036854775808), 9223372036854775807) AS BIGINT)


-- call:  counted_units(shown('a', 'sum', (column('a', 'sum', 'a', bounds(0, 50, '0.1')),)), 'x')
-- run:   SELECT {} FROM (VALUES (3::HUGEINT)) AS t (x)
-- gives: 0.3
CAST(x AS DOUBLE) / 10


-- call:  drawn_quantile(median_of, scale(1, 2))
-- run:   SELECT {} BETWEEN 0 AND 50 FROM (VALUES (MAP {3::BIGINT: 30::UBIGINT}), (NULL)) AS t (median)
-- gives: True; True
pt_quantile(map_keys(median), map_values(median), 1, 2, 1, 2, 0, 50)


-- call:  drawn_quantile(median_of, scale(5, 1))
-- run:   SELECT {} FROM (VALUES (MAP {3::BIGINT: 30::UBIGINT, 4: 10})) AS t (median)
-- gives: 3
pt_quantile(map_keys(median), map_values(median), 1, 2, 5, 1, 0, 50)


-- given: CREATE TABLE private.m__exact AS SELECT 0 AS pt_set, 'a' AS kind, 40::HUGEINT AS n, 20::HUGEINT AS people, MAP {3::BIGINT: 30::UBIGINT, 4: 10} AS median UNION ALL SELECT 1, NULL, 90, 50, MAP {}
-- call:  noisy_aggregates(a_model, ('kind',), (rows_of, people_of), 'laplace', ((scale(1, 1000), scale(1, 1000)),))
-- run:   {} SELECT * EXCLUDE (pt_set) FROM private.m__noisy
-- gives: a, 40, 20
CREATE TABLE private.m__noisy AS
WITH noisy AS MATERIALIZED (
    SELECT
        pt_set,
        kind,
        n + pt_discrete_laplace(1, 1000) AS n,
        people + pt_discrete_laplace(1, 1000) AS people
    FROM private.m__exact
    WHERE pt_set = 0
)

SELECT * FROM noisy;


-- given: CREATE TABLE private.m__exact AS SELECT 0 AS pt_set, 'a' AS kind, 40::HUGEINT AS n, 20::HUGEINT AS people, MAP {3::BIGINT: 30::UBIGINT, 4: 10} AS median UNION ALL SELECT 1, NULL, 90, 50, MAP {}
-- call:  noisy_aggregates(a_model, ('kind',), (rows_of, people_of), 'gaussian', ((scale(1, 1000), scale(1, 1000)), (scale(1, 1000), scale(1, 1000))), (19, None), 'people', (median_of,), (scale(5, 1),))
-- run:   {} SELECT * EXCLUDE (median) FROM private.m__noisy ORDER BY ALL
-- gives: 0, a, 40, 20; 1, NULL, 90, 50
CREATE TABLE private.m__noisy AS
WITH noisy AS MATERIALIZED (
    SELECT
        pt_set,
        kind,
        n + pt_discrete_gaussian(1, 1000) AS n,
        people + pt_discrete_gaussian(1, 1000) AS people,
        median
    FROM private.m__exact
    WHERE pt_set = 0
    UNION ALL
    SELECT
        pt_set,
        kind,
        n + pt_discrete_gaussian(1, 1000) AS n,
        people + pt_discrete_gaussian(1, 1000) AS people,
        median
    FROM private.m__exact
    WHERE pt_set = 1
)

SELECT
    * REPLACE (
        pt_quantile(map_keys(median), map_values(median), 1, 2, 5, 1, 0, 50) AS median
    )
FROM noisy
WHERE
    (pt_set = 0 AND people >= 19)
    OR (pt_set = 1);


-- given: CREATE TABLE private.m__exact AS SELECT 0 AS pt_set, 'a' AS kind, 40::HUGEINT AS n, 20::HUGEINT AS people, MAP {3::BIGINT: 30::UBIGINT, 4: 10} AS median UNION ALL SELECT 1, NULL, 90, 50, MAP {}
-- call:  noisy_aggregates(a_model, ('kind',), (rows_of, people_of), 'gaussian', ((scale(1, 1000), scale(1, 1000)), (scale(1, 1000), scale(1, 1000))), (22, None), 'people')
-- run:   {} SELECT * FROM private.m__noisy
-- gives: 1, NULL, 90, 50
CREATE TABLE private.m__noisy AS
WITH noisy AS MATERIALIZED (
    SELECT
        pt_set,
        kind,
        n + pt_discrete_gaussian(1, 1000) AS n,
        people + pt_discrete_gaussian(1, 1000) AS people
    FROM private.m__exact
    WHERE pt_set = 0
    UNION ALL
    SELECT
        pt_set,
        kind,
        n + pt_discrete_gaussian(1, 1000) AS n,
        people + pt_discrete_gaussian(1, 1000) AS people
    FROM private.m__exact
    WHERE pt_set = 1
)

SELECT * FROM noisy
WHERE
    (pt_set = 0 AND people >= 22)
    OR (pt_set = 1);


-- call:  is_shown(people_of, named(epsilon=scale(1, 2), delta=scale(1, 1000000)))
-- run:   SELECT {} FROM (VALUES (0::HUGEINT), (1000)) AS t (people)
-- gives: False; True
people >= pt_least_people(1, 2, 1, 1000000)


-- given: CREATE TABLE private.m__exact AS SELECT unnest([0, 0, 1]) AS pt_set, unnest(['a', 'b', NULL]) AS kind, unnest([1000, 1, 1001]) AS n, unnest([700, 0, 700]) AS people
-- call:  noisy_aggregates(a_model, ('kind',), (rows_of,), 'laplace', ((scale(1, 1000),), (scale(1, 1000),)), selections=(named(epsilon=scale(1, 2), delta=scale(1, 1000000)), None), chooser=people_of)
-- run:   {} SELECT * FROM private.m__noisy ORDER BY ALL
-- gives: 0, a, 1000, True; 1, NULL, 1001, True
CREATE TABLE private.m__noisy AS
WITH noisy AS MATERIALIZED (
    SELECT
        pt_set,
        kind,
        n + pt_discrete_laplace(1, 1000) AS n,
        people >= pt_least_people(1, 2, 1, 1000000) AS people
    FROM private.m__exact
    WHERE pt_set = 0
    UNION ALL
    SELECT
        pt_set,
        kind,
        n + pt_discrete_laplace(1, 1000) AS n,
        true AS people
    FROM private.m__exact
    WHERE pt_set = 1
)

SELECT * FROM noisy
WHERE
    (pt_set = 0 AND people)
    OR (pt_set = 1);


-- given: CREATE TABLE private.m__noisy AS SELECT * FROM (VALUES (0, 'a', 7::HUGEINT), (0, 'b', -3), (1, NULL, 10)) AS t (pt_set, kind, n)
-- call:  agreeing_aggregates(a_model, ('kind',), (('kind',), ()), (named(name='n', weights=(1.0, 1.0), is_at_least_zero=False),))
-- run:   {} SELECT pt_set, kind, n, n__agreed FROM private.m__agreeing ORDER BY ALL
-- gives: 0, a, 7, 9; 0, b, -3, -1; 1, NULL, 10, 8
CREATE TABLE private.m__agreeing AS
WITH numbered AS (
    SELECT
        *,
        row_number() OVER (ORDER BY pt_set, kind) AS pt_row,
        [dense_rank() OVER (ORDER BY kind)] AS pt_codes
    FROM private.m__noisy
),

agreed AS (
    SELECT
        unnest(list(pt_row ORDER BY pt_row)) AS pt_row,
        unnest(pt_agreeing(list(pt_set ORDER BY pt_row), list(pt_codes ORDER BY pt_row), list(CAST(least(greatest(n, -9223372036854775808), 9223372036854775807) AS BIGINT) ORDER BY pt_row), [[true], [false]], [1.0, 1.0], FALSE)) AS n__agreed
    FROM numbered
)

SELECT * FROM numbered INNER JOIN agreed USING (pt_row);


-- given: CREATE TABLE private.m__noisy AS SELECT * FROM (VALUES (0, 'a', 7::HUGEINT), (0, 'b', -3), (1, NULL, 10)) AS t (pt_set, kind, n)
-- call:  agreeing_aggregates(a_model, ('kind',), (('kind',), ()), (named(name='n', weights=(1.0, 0.25), is_at_least_zero=True),))
-- run:   {} SELECT pt_set, kind, n, n__agreed FROM private.m__agreeing ORDER BY ALL
-- gives: 0, a, 7, 8; 0, b, -3, 0; 1, NULL, 10, 8
CREATE TABLE private.m__agreeing AS
WITH numbered AS (
    SELECT
        *,
        row_number() OVER (ORDER BY pt_set, kind) AS pt_row,
        [dense_rank() OVER (ORDER BY kind)] AS pt_codes
    FROM private.m__noisy
),

agreed AS (
    SELECT
        unnest(list(pt_row ORDER BY pt_row)) AS pt_row,
        unnest(pt_agreeing(list(pt_set ORDER BY pt_row), list(pt_codes ORDER BY pt_row), list(CAST(least(greatest(n, -9223372036854775808), 9223372036854775807) AS BIGINT) ORDER BY pt_row), [[true], [false]], [1.0, 0.25], TRUE)) AS n__agreed
    FROM numbered
)

SELECT * FROM numbered INNER JOIN agreed USING (pt_row);


-- call:  released_measure(shown('n', 'count', (rows_of,), is_whole=True))
-- run:   SELECT {} FROM (SELECT 0 AS pt_set, 40::HUGEINT AS n, 400::HUGEINT AS amount, 30::HUGEINT AS mean__values, -60::HUGEINT AS mean__centred, 900::HUGEINT AS mean__squares) AS noisy UNION ALL SELECT {} FROM (SELECT 0 AS pt_set, 1::HUGEINT AS n, -400::HUGEINT AS amount, 1::HUGEINT AS mean__values, -60::HUGEINT AS mean__centred, 900::HUGEINT AS mean__squares) AS noisy
-- gives: 40; 1
CAST(least(greatest(noisy.n, -9223372036854775808), 9223372036854775807) AS BIGINT)


-- call:  released_measure(shown('n', 'count', (rows_of,), is_whole=True, is_agreed=True))
-- run:   SELECT {} FROM (VALUES (3::HUGEINT)) AS noisy (n__agreed)
-- gives: 3
CAST(least(greatest(noisy.n__agreed, -9223372036854775808), 9223372036854775807) AS BIGINT)


-- call:  released_measure(shown('amount', 'sum', (sum_of,), is_whole=True, is_at_least_zero=True))
-- run:   SELECT {} FROM (SELECT 0 AS pt_set, 40::HUGEINT AS n, 400::HUGEINT AS amount, 30::HUGEINT AS mean__values, -60::HUGEINT AS mean__centred, 900::HUGEINT AS mean__squares) AS noisy UNION ALL SELECT {} FROM (SELECT 0 AS pt_set, 1::HUGEINT AS n, -400::HUGEINT AS amount, 1::HUGEINT AS mean__values, -60::HUGEINT AS mean__centred, 900::HUGEINT AS mean__squares) AS noisy
-- gives: 400; 0
CAST(least(greatest(greatest(noisy.amount, 0), -9223372036854775808), 9223372036854775807) AS BIGINT)


-- call:  released_measure(shown('mean', 'avg', mean_of[:2]))
-- run:   SELECT {} FROM (SELECT 0 AS pt_set, 40::HUGEINT AS n, 400::HUGEINT AS amount, 30::HUGEINT AS mean__values, -60::HUGEINT AS mean__centred, 900::HUGEINT AS mean__squares) AS noisy UNION ALL SELECT {} FROM (SELECT 0 AS pt_set, 1::HUGEINT AS n, -400::HUGEINT AS amount, 1::HUGEINT AS mean__values, -60::HUGEINT AS mean__centred, 900::HUGEINT AS mean__squares) AS noisy
-- gives: 23.0; 0.0
CASE WHEN noisy.mean__values >= 1 THEN least(greatest((25 + CAST(noisy.mean__centred AS DOUBLE) / CAST(noisy.mean__values AS DOUBLE)), 0), 50) END


-- call:  released_measure(shown('spread', 'variance', mean_of))
-- run:   SELECT {} FROM (SELECT 0 AS pt_set, 40::HUGEINT AS n, 400::HUGEINT AS amount, 30::HUGEINT AS mean__values, -60::HUGEINT AS mean__centred, 900::HUGEINT AS mean__squares) AS noisy UNION ALL SELECT {} FROM (SELECT 0 AS pt_set, 1::HUGEINT AS n, -400::HUGEINT AS amount, 1::HUGEINT AS mean__values, -60::HUGEINT AS mean__centred, 900::HUGEINT AS mean__squares) AS noisy
-- gives: 26.896551724137932; NULL
CASE WHEN noisy.mean__values >= 2 THEN greatest(CAST(noisy.mean__squares AS DOUBLE) - CAST(noisy.mean__centred AS DOUBLE) * (CAST(noisy.mean__centred AS DOUBLE) / CAST(noisy.mean__values AS DOUBLE)), 0) / CAST(noisy.mean__values - 1 AS DOUBLE) END


-- call:  released_measure(shown('spread', 'stddev', mean_of, is_sample=False))
-- run:   SELECT {} FROM (SELECT 0 AS pt_set, 40::HUGEINT AS n, 400::HUGEINT AS amount, 30::HUGEINT AS mean__values, -60::HUGEINT AS mean__centred, 900::HUGEINT AS mean__squares) AS noisy UNION ALL SELECT {} FROM (SELECT 0 AS pt_set, 1::HUGEINT AS n, -400::HUGEINT AS amount, 1::HUGEINT AS mean__values, -60::HUGEINT AS mean__centred, 900::HUGEINT AS mean__squares) AS noisy
-- gives: 5.0990195135927845; 0.0
CASE WHEN noisy.mean__values >= 1 THEN sqrt(greatest(CAST(noisy.mean__squares AS DOUBLE) - CAST(noisy.mean__centred AS DOUBLE) * (CAST(noisy.mean__centred AS DOUBLE) / CAST(noisy.mean__values AS DOUBLE)), 0) / CAST(noisy.mean__values AS DOUBLE)) END


-- call:  interval_end(shown('n', 'count', (rows_of,), 'low', is_whole=True, widths=((20, 40),)))
-- run:   SELECT {} FROM (SELECT 0 AS pt_set, 40::HUGEINT AS n, 400::HUGEINT AS amount, 30::HUGEINT AS mean__values, -60::HUGEINT AS mean__centred, 900::HUGEINT AS mean__squares) AS noisy UNION ALL SELECT {} FROM (SELECT 0 AS pt_set, 1::HUGEINT AS n, -400::HUGEINT AS amount, 1::HUGEINT AS mean__values, -60::HUGEINT AS mean__centred, 900::HUGEINT AS mean__squares) AS noisy
-- gives: 20; -19
CAST(least(greatest(noisy.n - CASE noisy.pt_set WHEN 0 THEN 20 WHEN 1 THEN 40 END, -9223372036854775808), 9223372036854775807) AS BIGINT)


-- call:  interval_end(shown('n', 'count', (rows_of,), 'high', is_whole=True, is_agreed=True, widths=((20, 20),)))
-- run:   SELECT {} FROM (VALUES (3::HUGEINT, 40::HUGEINT)) AS noisy (n, n__agreed)
-- gives: 40
CAST(least(greatest(greatest(noisy.n + 20, noisy.n__agreed), -9223372036854775808), 9223372036854775807) AS BIGINT)


-- call:  average_end(shown('mean', 'avg', mean_of[:2], 'low', widths=((2, 40), (50, 100), (70, 140), (3, 60), (80, 160), (70, 140))))
-- run:   SELECT {} FROM (SELECT 0 AS pt_set, 40::HUGEINT AS n, 400::HUGEINT AS amount, 30::HUGEINT AS mean__values, -60::HUGEINT AS mean__centred, 900::HUGEINT AS mean__squares) AS noisy UNION ALL SELECT {} FROM (SELECT 0 AS pt_set, 1::HUGEINT AS n, -400::HUGEINT AS amount, 1::HUGEINT AS mean__values, -60::HUGEINT AS mean__centred, 900::HUGEINT AS mean__squares) AS noisy
-- gives: 21.315328180435404; 0.0
CASE WHEN noisy.mean__values < 1 THEN NULL WHEN noisy.mean__values <= CASE noisy.pt_set WHEN 0 THEN 2 WHEN 1 THEN 40 END THEN 0 ELSE least(greatest((25 + (CAST(noisy.mean__centred AS DOUBLE) * CAST(noisy.mean__values AS DOUBLE) - sqrt(pow(CASE noisy.pt_set WHEN 0 THEN 50 WHEN 1 THEN 100 END, 2) * (pow(CAST(noisy.mean__values AS DOUBLE), 2) - pow(CASE noisy.pt_set WHEN 0 THEN 2 WHEN 1 THEN 40 END, 2)) + pow(CAST(noisy.mean__centred AS DOUBLE) * CASE noisy.pt_set WHEN 0 THEN 2 WHEN 1 THEN 40 END, 2))) / (pow(CAST(noisy.mean__values AS DOUBLE), 2) - pow(CASE noisy.pt_set WHEN 0 THEN 2 WHEN 1 THEN 40 END, 2))), 0), 50) END


-- call:  average_end(shown('mean', 'avg', mean_of[:2], 'high', widths=((2, 40), (50, 100), (70, 140), (3, 60), (80, 160), (70, 140))))
-- run:   SELECT {} FROM (SELECT 0 AS pt_set, 40::HUGEINT AS n, 400::HUGEINT AS amount, 30::HUGEINT AS mean__values, -60::HUGEINT AS mean__centred, 900::HUGEINT AS mean__squares) AS noisy UNION ALL SELECT {} FROM (SELECT 0 AS pt_set, 1::HUGEINT AS n, -400::HUGEINT AS amount, 1::HUGEINT AS mean__values, -60::HUGEINT AS mean__centred, 900::HUGEINT AS mean__squares) AS noisy
-- gives: 24.666814676707453; 50.0
CASE WHEN noisy.mean__values < 1 THEN NULL WHEN noisy.mean__values <= CASE noisy.pt_set WHEN 0 THEN 2 WHEN 1 THEN 40 END THEN 50 ELSE least(greatest((25 + (CAST(noisy.mean__centred AS DOUBLE) * CAST(noisy.mean__values AS DOUBLE) + sqrt(pow(CASE noisy.pt_set WHEN 0 THEN 50 WHEN 1 THEN 100 END, 2) * (pow(CAST(noisy.mean__values AS DOUBLE), 2) - pow(CASE noisy.pt_set WHEN 0 THEN 2 WHEN 1 THEN 40 END, 2)) + pow(CAST(noisy.mean__centred AS DOUBLE) * CASE noisy.pt_set WHEN 0 THEN 2 WHEN 1 THEN 40 END, 2))) / (pow(CAST(noisy.mean__values AS DOUBLE), 2) - pow(CASE noisy.pt_set WHEN 0 THEN 2 WHEN 1 THEN 40 END, 2))), 0), 50) END


-- call:  variance_of_many(shown('spread', 'variance', mean_of, 'high', widths=((1, 2), (5, 5), (70, 70), (2, 4), (8, 8), (70, 70))))
-- run:   SELECT {} FROM (SELECT 0 AS pt_set, 30::HUGEINT AS mean__values, -60::HUGEINT AS mean__centred, 900::HUGEINT AS mean__squares) AS noisy
-- gives: 29.55712994055215
((CAST(noisy.mean__squares AS DOUBLE) - CAST(noisy.mean__centred AS DOUBLE) * (CAST(noisy.mean__centred AS DOUBLE) / CAST(noisy.mean__values AS DOUBLE))) * (CAST(noisy.mean__values AS DOUBLE) - 1) - pow((CAST(noisy.mean__centred AS DOUBLE) / CAST(noisy.mean__values AS DOUBLE)) * CASE noisy.pt_set WHEN 0 THEN 1 WHEN 1 THEN 2 END, 2) + sqrt((pow(70, 2) + pow(2 * (CAST(noisy.mean__centred AS DOUBLE) / CAST(noisy.mean__values AS DOUBLE)) * 5, 2)) * (pow((CAST(noisy.mean__values AS DOUBLE) - 1), 2) - pow(CASE noisy.pt_set WHEN 0 THEN 1 WHEN 1 THEN 2 END, 2)) + pow(((CAST(noisy.mean__squares AS DOUBLE) - CAST(noisy.mean__centred AS DOUBLE) * (CAST(noisy.mean__centred AS DOUBLE) / CAST(noisy.mean__values AS DOUBLE))) - (CAST(noisy.mean__values AS DOUBLE) - 1) * pow((CAST(noisy.mean__centred AS DOUBLE) / CAST(noisy.mean__values AS DOUBLE)), 2)) * CASE noisy.pt_set WHEN 0 THEN 1 WHEN 1 THEN 2 END, 2))) / (pow((CAST(noisy.mean__values AS DOUBLE) - 1), 2) - pow(CASE noisy.pt_set WHEN 0 THEN 1 WHEN 1 THEN 2 END, 2))


-- call:  variance_of_few(shown('spread', 'variance', mean_of, 'high', widths=((1, 2), (5, 5), (70, 70), (2, 4), (8, 8), (70, 70))), '2500 / 2e0')
-- run:   SELECT {} FROM (SELECT 0 AS pt_set, 30::HUGEINT AS mean__values, -60::HUGEINT AS mean__centred, 900::HUGEINT AS mean__squares) AS noisy
-- gives: 32.7962962962963
CASE WHEN CAST(noisy.mean__values - CASE noisy.pt_set WHEN 0 THEN 2 WHEN 1 THEN 4 END AS DOUBLE) < 2 THEN 2500 / 2e0 ELSE least(greatest(CAST(noisy.mean__squares + 70 AS DOUBLE) - CAST(greatest(abs(noisy.mean__centred) - 8, 0) AS DOUBLE) * (CAST(greatest(abs(noisy.mean__centred) - 8, 0) AS DOUBLE) / CAST(noisy.mean__values + CASE noisy.pt_set WHEN 0 THEN 2 WHEN 1 THEN 4 END AS DOUBLE)), 0) / (CAST(noisy.mean__values - CASE noisy.pt_set WHEN 0 THEN 2 WHEN 1 THEN 4 END AS DOUBLE) - 1), 2500 / 2e0) END


-- call:  variance_end(shown('spread', 'variance', mean_of, 'low', widths=((1, 2), (5, 5), (70, 70), (2, 4), (8, 8), (70, 70))))
-- run:   SELECT {} FROM (SELECT 0 AS pt_set, 40::HUGEINT AS n, 400::HUGEINT AS amount, 30::HUGEINT AS mean__values, -60::HUGEINT AS mean__centred, 900::HUGEINT AS mean__squares) AS noisy UNION ALL SELECT {} FROM (SELECT 0 AS pt_set, 1::HUGEINT AS n, -400::HUGEINT AS amount, 1::HUGEINT AS mean__values, -60::HUGEINT AS mean__centred, 900::HUGEINT AS mean__squares) AS noisy
-- gives: 24.290489107066897; NULL
CASE WHEN noisy.mean__values >= 2 THEN (CASE WHEN noisy.mean__values - 1 >= 4e0 * CASE noisy.pt_set WHEN 0 THEN 1 WHEN 1 THEN 2 END THEN least(greatest(((CAST(noisy.mean__squares AS DOUBLE) - CAST(noisy.mean__centred AS DOUBLE) * (CAST(noisy.mean__centred AS DOUBLE) / CAST(noisy.mean__values AS DOUBLE))) * (CAST(noisy.mean__values AS DOUBLE) - 1) - pow((CAST(noisy.mean__centred AS DOUBLE) / CAST(noisy.mean__values AS DOUBLE)) * CASE noisy.pt_set WHEN 0 THEN 1 WHEN 1 THEN 2 END, 2) - sqrt((pow(70, 2) + pow(2 * (CAST(noisy.mean__centred AS DOUBLE) / CAST(noisy.mean__values AS DOUBLE)) * 5, 2)) * (pow((CAST(noisy.mean__values AS DOUBLE) - 1), 2) - pow(CASE noisy.pt_set WHEN 0 THEN 1 WHEN 1 THEN 2 END, 2)) + pow(((CAST(noisy.mean__squares AS DOUBLE) - CAST(noisy.mean__centred AS DOUBLE) * (CAST(noisy.mean__centred AS DOUBLE) / CAST(noisy.mean__values AS DOUBLE))) - (CAST(noisy.mean__values AS DOUBLE) - 1) * pow((CAST(noisy.mean__centred AS DOUBLE) / CAST(noisy.mean__values AS DOUBLE)), 2)) * CASE noisy.pt_set WHEN 0 THEN 1 WHEN 1 THEN 2 END, 2))) / (pow((CAST(noisy.mean__values AS DOUBLE) - 1), 2) - pow(CASE noisy.pt_set WHEN 0 THEN 1 WHEN 1 THEN 2 END, 2)), 0), 2500 / 2e0) ELSE CASE WHEN CAST(noisy.mean__values - CASE noisy.pt_set WHEN 0 THEN 2 WHEN 1 THEN 4 END AS DOUBLE) < 2 THEN 0e0 ELSE least(greatest(CAST(noisy.mean__squares - 70 AS DOUBLE) - CAST(abs(noisy.mean__centred) + 8 AS DOUBLE) * (CAST(abs(noisy.mean__centred) + 8 AS DOUBLE) / CAST(noisy.mean__values - CASE noisy.pt_set WHEN 0 THEN 2 WHEN 1 THEN 4 END AS DOUBLE)), 0) / (CAST(noisy.mean__values + CASE noisy.pt_set WHEN 0 THEN 2 WHEN 1 THEN 4 END AS DOUBLE) - 1), 2500 / 2e0) END END) END


-- call:  variance_end(shown('spread', 'stddev', mean_of, 'high', is_sample=False, widths=((2, 40), (50, 100), (70, 140), (3, 60), (80, 160), (70, 140))))
-- run:   SELECT {} FROM (SELECT 0 AS pt_set, 40::HUGEINT AS n, 400::HUGEINT AS amount, 30::HUGEINT AS mean__values, -60::HUGEINT AS mean__centred, 900::HUGEINT AS mean__squares) AS noisy UNION ALL SELECT {} FROM (SELECT 0 AS pt_set, 1::HUGEINT AS n, -400::HUGEINT AS amount, 1::HUGEINT AS mean__values, -60::HUGEINT AS mean__centred, 900::HUGEINT AS mean__squares) AS noisy
-- gives: 5.773113660014635; 25.0
CASE WHEN noisy.mean__values >= 1 THEN sqrt(CASE WHEN noisy.mean__values - 1 >= 4e0 * CASE noisy.pt_set WHEN 0 THEN 2 WHEN 1 THEN 40 END THEN least(greatest(((CAST(noisy.mean__squares AS DOUBLE) - CAST(noisy.mean__centred AS DOUBLE) * (CAST(noisy.mean__centred AS DOUBLE) / CAST(noisy.mean__values AS DOUBLE))) * CAST(noisy.mean__values AS DOUBLE) - pow((CAST(noisy.mean__centred AS DOUBLE) / CAST(noisy.mean__values AS DOUBLE)) * CASE noisy.pt_set WHEN 0 THEN 2 WHEN 1 THEN 40 END, 2) + sqrt((pow(CASE noisy.pt_set WHEN 0 THEN 70 WHEN 1 THEN 140 END, 2) + pow(2 * (CAST(noisy.mean__centred AS DOUBLE) / CAST(noisy.mean__values AS DOUBLE)) * CASE noisy.pt_set WHEN 0 THEN 50 WHEN 1 THEN 100 END, 2)) * (pow(CAST(noisy.mean__values AS DOUBLE), 2) - pow(CASE noisy.pt_set WHEN 0 THEN 2 WHEN 1 THEN 40 END, 2)) + pow(((CAST(noisy.mean__squares AS DOUBLE) - CAST(noisy.mean__centred AS DOUBLE) * (CAST(noisy.mean__centred AS DOUBLE) / CAST(noisy.mean__values AS DOUBLE))) - CAST(noisy.mean__values AS DOUBLE) * pow((CAST(noisy.mean__centred AS DOUBLE) / CAST(noisy.mean__values AS DOUBLE)), 2)) * CASE noisy.pt_set WHEN 0 THEN 2 WHEN 1 THEN 40 END, 2))) / (pow(CAST(noisy.mean__values AS DOUBLE), 2) - pow(CASE noisy.pt_set WHEN 0 THEN 2 WHEN 1 THEN 40 END, 2)), 0), 2500 / 4e0) ELSE CASE WHEN CAST(noisy.mean__values - CASE noisy.pt_set WHEN 0 THEN 3 WHEN 1 THEN 60 END AS DOUBLE) < 1 THEN 2500 / 4e0 ELSE least(greatest(CAST(noisy.mean__squares + CASE noisy.pt_set WHEN 0 THEN 70 WHEN 1 THEN 140 END AS DOUBLE) - CAST(greatest(abs(noisy.mean__centred) - CASE noisy.pt_set WHEN 0 THEN 80 WHEN 1 THEN 160 END, 0) AS DOUBLE) * (CAST(greatest(abs(noisy.mean__centred) - CASE noisy.pt_set WHEN 0 THEN 80 WHEN 1 THEN 160 END, 0) AS DOUBLE) / CAST(noisy.mean__values + CASE noisy.pt_set WHEN 0 THEN 3 WHEN 1 THEN 60 END AS DOUBLE)), 0) / (CAST(noisy.mean__values - CASE noisy.pt_set WHEN 0 THEN 3 WHEN 1 THEN 60 END AS DOUBLE)), 2500 / 4e0) END END) END


-- call:  noise_scale(shown('n', 'count', (rows_of,), 'scale', scales=(2.5, 5.0)))
-- run:   SELECT {} FROM (VALUES (0), (1)) AS noisy (pt_set)
-- gives: 2.5; 5.0
CAST(CASE noisy.pt_set WHEN 0 THEN 2.5 WHEN 1 THEN 5.0 END AS DOUBLE)
