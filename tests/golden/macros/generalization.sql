-- call:  widths('age', 10, 0, 90, True)
-- run:   SELECT list({}) FROM (VALUES (0), (25), (89), (90), (-1), (NULL)) AS t(age)
-- gives: ['0-9', '20-29', '80-89', '90+', '<0', None]
CASE
        WHEN age IS NULL THEN NULL
        WHEN age >= 90 THEN '90+'
        WHEN age < 0 THEN '<0'
        ELSE concat(
            greatest(CAST(floor(age / 10) * 10 AS BIGINT), 0),
            '-',
            least(CAST(floor(age / 10) * 10 AS BIGINT) + 10, 90) - 1
        )
    END


-- call:  widths('age', 40, 18, 65, True)
-- run:   SELECT list({}) FROM (VALUES (17), (18), (39), (40), (64), (65)) AS t(age)
-- gives: ['<18', '18-39', '18-39', '40-64', '40-64', '65+']
CASE
        WHEN age IS NULL THEN NULL
        WHEN age >= 65 THEN '65+'
        WHEN age < 18 THEN '<18'
        ELSE concat(
            greatest(CAST(floor(age / 40) * 40 AS BIGINT), 18),
            '-',
            least(CAST(floor(age / 40) * 40 AS BIGINT) + 40, 65) - 1
        )
    END


-- call:  widths('weight', 0.5, None, None, False)
-- run:   SELECT list({}) FROM (VALUES (1), (1.9), (2.0), (NULL)) AS t(weight)
-- gives: ['1.0 to under 1.5', '1.5 to under 2.0', '2.0 to under 2.5', None]
CASE
        WHEN weight IS NULL THEN NULL
        ELSE concat(
            round(floor(round(weight / 0.5::DOUBLE, 9)) * 0.5::DOUBLE, 9),
            ' to under ',
            round(round(floor(round(weight / 0.5::DOUBLE, 9)) * 0.5::DOUBLE, 9) + 0.5, 9)
        )
    END


-- call:  widths('weight', 0.1, 0, None, False)
-- run:   SELECT list({}) FROM (VALUES (0.3), (0.34), (0.05), (-0.1), (NULL)) AS t(weight)
-- gives: ['0.3 to under 0.4', '0.3 to under 0.4', '0.0 to under 0.1', '<0', None]
CASE
        WHEN weight IS NULL THEN NULL
        WHEN weight < 0 THEN '<0'
        ELSE concat(
            greatest(round(floor(round(weight / 0.1::DOUBLE, 9)) * 0.1::DOUBLE, 9), 0),
            ' to under ',
            round(round(floor(round(weight / 0.1::DOUBLE, 9)) * 0.1::DOUBLE, 9) + 0.1, 9)
        )
    END


-- call:  intervals('offenses', (1, 5), 0, 20, True)
-- run:   SELECT list({}) FROM (VALUES (0), (1), (4), (5), (20), (-1), (NULL)) AS t(offenses)
-- gives: ['0', '1-4', '1-4', '5-19', '20+', '<0', None]
CASE
        WHEN offenses >= 20 THEN '20+'
        WHEN offenses >= 5 THEN '5-19'
        WHEN offenses >= 1 THEN '1-4'
        WHEN offenses >= 0 THEN '0'
        WHEN offenses < 0 THEN '<0'
    END


-- call:  intervals('income', (1000,), None, None, False)
-- run:   SELECT list({}) FROM (VALUES (999.9), (1000), (NULL)) AS t(income)
-- gives: ['<1000', '1000+', None]
CASE
        WHEN income >= 1000 THEN '1000+'
        WHEN income < 1000 THEN '<1000'
    END


-- call:  prefix('zip', 3)
-- run:   SELECT list({}) FROM (VALUES ('33312'), ('33'), (NULL)) AS t(zip)
-- gives: ['333**', '33', None]
rpad(left(zip, 3), CAST(length(zip) AS INTEGER), '*')


-- call:  mask('phone', 4, 'right')
-- run:   SELECT list({}) FROM (VALUES ('555-0123'), ('33'), (NULL)) AS t(phone)
-- gives: ['555-****', '**', None]
rpad(left(phone, greatest(length(phone) - 4, 0)), CAST(length(phone) AS INTEGER), '*')


-- call:  mask('account', 2, 'left')
-- run:   SELECT list({}) FROM (VALUES ('1234'), ('1'), (NULL)) AS t(account)
-- gives: ['**34', '*', None]
lpad(right(account, greatest(length(account) - 2, 0)), CAST(length(account) AS INTEGER), '*')


-- call:  coding('age', 18, 90)
-- run:   SELECT list({}) FROM (VALUES (17), (18), (89), (90), (NULL)) AS t(age)
-- gives: ['<18', '18', '89', '90+', None]
CASE
        WHEN age >= 90 THEN '90+'
        WHEN age < 18 THEN '<18'
        ELSE CAST(age AS VARCHAR)
    END


-- call:  period('date', 'day')
-- run:   SELECT list({}) FROM (VALUES (DATE '2014-04-17'), (NULL)) AS t(date)
-- gives: ['2014-04-17', None]
strftime(date, '%Y-%m-%d')


-- call:  period('date', 'week')
-- run:   SELECT list({}) FROM (VALUES (DATE '2014-04-17'), (DATE '2014-12-29'), (NULL)) AS t(date)
-- gives: ['2014-W16', '2015-W01', None]
strftime(date, '%G-W%V')


-- call:  period('date', 'month')
-- run:   SELECT list({}) FROM (VALUES (DATE '2014-04-17'), (NULL)) AS t(date)
-- gives: ['2014-04', None]
strftime(date, '%Y-%m')


-- call:  period('date', 'quarter')
-- run:   SELECT list({}) FROM (VALUES (DATE '2014-04-17'), (NULL)) AS t(date)
-- gives: ['2014-Q2', None]
strftime(date, '%Y') || '-Q' || CAST(quarter(date) AS VARCHAR)


-- call:  period('date', 'year')
-- run:   SELECT list({}) FROM (VALUES (DATE '2014-04-17'), (NULL)) AS t(date)
-- gives: ['2014', None]
strftime(date, '%Y')


-- call:  period_start('period', 'day')
-- run:   SELECT {} FROM (VALUES ('2014-04-17'), ('*'), (NULL)) AS t(period)
-- gives: 2014-04-17; NULL; NULL
TRY_CAST(period AS DATE)


-- call:  period_start('period', 'week')
-- run:   SELECT {} FROM (VALUES ('2014-W16'), ('*'), (NULL)) AS t(period)
-- gives: 2014-04-14; NULL; NULL
CAST(try_strptime(period || '-1', '%G-W%V-%u') AS DATE)


-- call:  period_start('period', 'month')
-- run:   SELECT {} FROM (VALUES ('2014-04'), ('*'), (NULL)) AS t(period)
-- gives: 2014-04-01; NULL; NULL
TRY_CAST(period || '-01' AS DATE)


-- call:  period_start('period', 'quarter')
-- run:   SELECT {} FROM (VALUES ('2014-Q2'), ('*'), (NULL)) AS t(period)
-- gives: 2014-04-01; NULL; NULL
TRY_CAST(left(period, 5) || CAST(3 * TRY_CAST(right(period, 1) AS INTEGER) - 2 AS VARCHAR) || '-01' AS DATE)


-- call:  period_start('period', 'year')
-- run:   SELECT {} FROM (VALUES ('2014'), ('*'), (NULL)) AS t(period)
-- gives: 2014-01-01; NULL; NULL
TRY_CAST(period || '-01-01' AS DATE)


-- call:  taxonomy('t.tree', 'tree_levels', 1, 'top')
-- run:   SELECT list({}) FROM (VALUES ('Ash', 'Broadleaf'), ('Palm', NULL), (NULL, NULL)) AS t(tree, level_1), (SELECT 1) AS x, LATERAL (SELECT t.level_1 AS level_1) AS tree_levels
-- gives: ['Broadleaf', '*', None]
CASE
        WHEN t.tree IS NULL THEN NULL
        ELSE coalesce(tree_levels.level_1, '*')
    END


-- call:  taxonomy('t.tree', 'tree_levels', 1, 'error')
-- run:   SELECT list({}) FROM (VALUES ('Broadleaf'), (NULL)) AS tree_levels(level_1)
-- gives: ['Broadleaf', None]
tree_levels.level_1


-- given: CREATE TABLE hierarchy.trees AS FROM (VALUES ('Ash', 'Broadleaf'), ('Fir', 'Conifer')) AS t(level_0, level_1)
-- call:  taxonomy_joins('people', [tree(1), age(1)])
-- run:   SELECT people.tree, tree_levels.level_1 FROM (VALUES ('Ash'), ('Palm'), (NULL)) AS people(tree) {} ORDER BY ALL
-- gives: Ash, Broadleaf; Palm, NULL; NULL, NULL
LEFT JOIN hierarchy.trees AS tree_levels
    ON CAST(people.tree AS VARCHAR) = tree_levels.level_0


-- call:  generalized('t', age(0))
-- run:   SELECT list({}) FROM (VALUES (25), (NULL)) AS t(age)
-- gives: ['25', None]
CAST(t.age AS VARCHAR)


-- call:  generalized('t', age(1))
-- run:   SELECT list({}) FROM (VALUES (25), (NULL)) AS t(age)
-- gives: ['20-29', None]
CASE
        WHEN t.age IS NULL THEN NULL
        WHEN t.age >= 90 THEN '90+'
        WHEN t.age < 0 THEN '<0'
        ELSE concat(
            greatest(CAST(floor(t.age / 10) * 10 AS BIGINT), 0),
            '-',
            least(CAST(floor(t.age / 10) * 10 AS BIGINT) + 10, 90) - 1
        )
    END


-- call:  generalized('t', age(3))
-- run:   SELECT list({}) FROM (VALUES (25), (NULL)) AS t(age)
-- gives: ['*', '*']
'*'


-- call:  generalized('t', gender(0))
-- run:   SELECT list({}) FROM (VALUES ('F'), (NULL)) AS t(gender)
-- gives: ['F', None]
t.gender


-- call:  generalized('t', offenses(1))
-- run:   SELECT list({}) FROM (VALUES (3), (NULL)) AS t(offenses)
-- gives: ['1-4', None]
CASE
        WHEN t.offenses >= 20 THEN '20+'
        WHEN t.offenses >= 5 THEN '5-19'
        WHEN t.offenses >= 1 THEN '1-4'
        WHEN t.offenses >= 0 THEN '0'
        WHEN t.offenses < 0 THEN '<0'
    END


-- call:  generalized('t', zip_code(2))
-- run:   SELECT list({}) FROM (VALUES ('33312'), (NULL)) AS t(zip)
-- gives: ['3****', None]
rpad(left(t.zip, 1), CAST(length(t.zip) AS INTEGER), '*')


-- call:  generalized('t', day(1))
-- run:   SELECT list({}) FROM (VALUES (DATE '2014-04-17'), (NULL)) AS t(date)
-- gives: ['2014-04', None]
strftime(t.date, '%Y-%m')


-- given: CREATE TABLE hierarchy.trees AS FROM (VALUES ('Ash', 'Broadleaf'), ('Fir', 'Conifer')) AS t(level_0, level_1)
-- call:  generalized('t', tree(0))
-- run:   SELECT t.tree, {} FROM (VALUES ('Ash'), ('Palm'), (NULL)) AS t(tree) LEFT JOIN hierarchy.trees AS tree_levels ON t.tree = tree_levels.level_0 ORDER BY ALL
-- gives: Ash, Ash; Palm, *; NULL, NULL
CASE
        WHEN t.tree IS NULL THEN NULL
        ELSE coalesce(tree_levels.level_0, '*')
    END


-- call:  generalized_column('t', gender(0))
-- run:   SELECT {} FROM (VALUES ('F')) AS t(gender)
-- gives: F
t.gender


-- call:  generalized_column('t', gender(1))
-- run:   SELECT {} FROM (VALUES ('F')) AS t(gender)
-- gives: *
'*' AS gender


-- given: CREATE TABLE private.people_public__recoding AS SELECT * FROM (VALUES (25, 'F', '20-29', 'F'), (31, NULL, '*', NULL)) AS t(given_1, given_2, age, gender)
-- call:  recoding_join('people', [recoded(age(1), 3), recoded(gender(0), 1)])
-- run:   SELECT recoding.age, recoding.gender FROM (VALUES (31, NULL), (25, 'F')) AS people(age, gender) {}
-- gives: 20-29, F; *, NULL
INNER JOIN private.people_public__recoding AS recoding
    ON people.age IS NOT DISTINCT FROM recoding.given_1
    AND people.gender IS NOT DISTINCT FROM recoding.given_2


-- call:  recoding_join('people', [age(1), gender(0)])
-- run:   SELECT count(*) FROM (VALUES (31, 'F')) AS people(age, gender) {}
-- gives: 1



-- call:  histogram('x', [0, 10, 50])
-- run:   SELECT x, {} FROM (VALUES (-1e308::DOUBLE), (-0.0), (9.99), (10), (49), (50), (1e308), ('inf'::DOUBLE), ('nan'::DOUBLE), (NULL)) AS t (x)
-- gives: -1e+308, <0; 0.0, 0 to under 10; 9.99, 0 to under 10; 10.0, 10 to under 50; 49.0, 10 to under 50; 50.0, 50+; 1e+308, 50+; inf, 50+; nan, NULL; NULL, NULL
CASE
    WHEN x IS NULL OR isnan(CAST(x AS DOUBLE)) THEN NULL
    WHEN x < 0 THEN '<0'
    WHEN x < 10 THEN '0 to under 10'
    WHEN x < 50 THEN '10 to under 50'
    ELSE '50+'
END


-- call:  histogram('x', [-0.5, 0.25], below=False, above=False, missing=True)
-- run:   SELECT x, {} FROM (VALUES (-0.51), (-0.5), (0.24), (0.25), (NULL)) AS t (x)
-- gives: -0.51, NULL; -0.50, -0.5 to under 0.25; 0.24, -0.5 to under 0.25; 0.25, NULL; NULL, missing
CASE
    WHEN x IS NULL OR isnan(CAST(x AS DOUBLE)) THEN 'missing'
    WHEN x < -0.5 THEN NULL
    WHEN x < 0.25 THEN '-0.5 to under 0.25'
END
