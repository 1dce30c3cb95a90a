-- call:  test_not_null('(VALUES (1), (NULL), (NULL)) AS t(age)', 'age')
-- run:   SELECT count(*) FROM ({})
-- gives: 2
SELECT age
FROM (VALUES (1), (NULL), (NULL)) AS t(age)
WHERE age IS NULL


-- call:  test_unique('(VALUES (1), (1), (2), (NULL), (NULL)) AS t(age)', 'age')
-- run:   SELECT * FROM ({})
-- gives: 1
SELECT age
FROM (VALUES (1), (1), (2), (NULL), (NULL)) AS t(age)
WHERE age IS NOT NULL
GROUP BY age
HAVING count(*) > 1


-- call:  test_accepted_values("(VALUES ('F'), ('M'), ('f'), ('it''s'), (NULL)) AS t(gender)", 'gender', ('F', "it's"))
-- run:   SELECT * FROM ({}) ORDER BY ALL
-- gives: M; f
SELECT gender
FROM (VALUES ('F'), ('M'), ('f'), ('it''s'), (NULL)) AS t(gender)
WHERE CAST(gender AS VARCHAR) NOT IN ('F', 'it''s')


-- call:  test_accepted_values('(VALUES (1), (2), (NULL)) AS t(n)', 'n', (1, 3))
-- run:   SELECT * FROM ({})
-- gives: 2
SELECT n
FROM (VALUES (1), (2), (NULL)) AS t(n)
WHERE n NOT IN (1, 3)


-- call:  test_accepted_values("(VALUES (DATE '2014-12-24'), (DATE '2014-12-25')) AS t(day)", 'day', ('2014-12-24',))
-- run:   SELECT * FROM ({})
-- gives: 2014-12-25
SELECT day
FROM (VALUES (DATE '2014-12-24'), (DATE '2014-12-25')) AS t(day)
WHERE CAST(day AS VARCHAR) NOT IN ('2014-12-24')


-- call:  test_relationships('(SELECT unnest([1, 2, NULL]) AS person_id)', 'person_id', '(SELECT unnest([1, 3]) AS id)', 'id')
-- run:   SELECT * FROM ({})
-- gives: 2
SELECT child.person_id
FROM (SELECT unnest([1, 2, NULL]) AS person_id) AS child
WHERE
    child.person_id IS NOT NULL
    AND NOT EXISTS (
        SELECT 1
        FROM (SELECT unnest([1, 3]) AS id) AS parent
        WHERE parent.id = child.person_id
    )


-- call:  people_counted('person_id', 'unit')
-- run:   SELECT {} FROM (VALUES (1), (1), (2), (NULL)) AS t(person_id)
-- gives: 2
count(DISTINCT person_id)


-- call:  people_counted('', 'rows')
-- run:   SELECT {} FROM (VALUES (1), (1)) AS t(person_id)
-- gives: 2
count(*)


-- call:  people_counted('people', 'max')
-- run:   SELECT {} FROM (VALUES (5), (7)) AS t(people)
-- gives: 7
max(people)


-- call:  test_class_size_at_least("(VALUES (1, 'F'), (1, 'F'), (2, 'M'), (3, 'M'), (4, NULL), (NULL, 'X')) AS t(id, gender)", ['gender'], 2, 'id', 'unit')
-- run:   SELECT * FROM ({}) ORDER BY ALL NULLS FIRST
-- gives: NULL; F; X
SELECT gender
FROM (VALUES (1, 'F'), (1, 'F'), (2, 'M'), (3, 'M'), (4, NULL), (NULL, 'X')) AS t(id, gender)
GROUP BY gender
HAVING coalesce(count(DISTINCT id), 0) < 2


-- call:  test_k_anonymity("(VALUES (20, 'F', 5), (20, 'M', 4)) AS t(age, gender, people)", ['age', 'gender'], 5, 'people', 'sum')
-- run:   SELECT * FROM ({})
-- gives: 20, M
SELECT
    age,
    gender
FROM (VALUES (20, 'F', 5), (20, 'M', 4)) AS t(age, gender, people)
GROUP BY age, gender
HAVING coalesce(sum(people), 0) < 5


-- call:  test_l_diversity("(VALUES (1, 'F', 'a'), (2, 'F', 'b'), (3, 'M', 'a'), (4, 'M', NULL), (5, NULL, NULL), (6, 'X', 'a'), (6, 'X', 'b')) AS t(id, gender, risk)", ['gender'], 'risk', 2, 'distinct', None, 'id', 'unit')
-- run:   SELECT * FROM ({}) ORDER BY ALL NULLS FIRST
-- gives: NULL; M
WITH frequencies AS (  -- people of each value in each class
    SELECT
        gender AS class_1,
        risk AS sensitive,
        count(DISTINCT id) AS people
    FROM (VALUES (1, 'F', 'a'), (2, 'F', 'b'), (3, 'M', 'a'), (4, 'M', NULL), (5, NULL, NULL), (6, 'X', 'a'), (6, 'X', 'b')) AS t(id, gender, risk)
    GROUP BY ALL
),

ranked AS (  -- within its class, the most frequent value first
    SELECT
        *,
        row_number() OVER (class ORDER BY people DESC) AS nth,
        people / sum(people) OVER class AS share
    FROM frequencies
    WHERE
        sensitive IS NOT NULL
        AND people > 0
    WINDOW class AS (
        PARTITION BY class_1
    )
)

SELECT
    frequencies.class_1
FROM frequencies
LEFT JOIN ranked
    ON
        frequencies.sensitive = ranked.sensitive
        AND frequencies.class_1 IS NOT DISTINCT FROM ranked.class_1
GROUP BY ALL
HAVING count(ranked.sensitive) < 2


-- call:  test_l_diversity("(VALUES ('F', 'a'), ('F', 'b'), ('M', 'a'), ('M', 'a'), ('M', 'b')) AS t(gender, risk)", ['gender'], 'risk', 2, 'entropy', None, '', 'rows')
-- run:   SELECT * FROM ({}) ORDER BY ALL
-- gives: M
WITH frequencies AS (  -- people of each value in each class
    SELECT
        gender AS class_1,
        risk AS sensitive,
        count(*) AS people
    FROM (VALUES ('F', 'a'), ('F', 'b'), ('M', 'a'), ('M', 'a'), ('M', 'b')) AS t(gender, risk)
    GROUP BY ALL
),

ranked AS (  -- within its class, the most frequent value first
    SELECT
        *,
        row_number() OVER (class ORDER BY people DESC) AS nth,
        people / sum(people) OVER class AS share
    FROM frequencies
    WHERE
        sensitive IS NOT NULL
        AND people > 0
    WINDOW class AS (
        PARTITION BY class_1
    )
)

SELECT
    frequencies.class_1
FROM frequencies
LEFT JOIN ranked
    ON
        frequencies.sensitive = ranked.sensitive
        AND frequencies.class_1 IS NOT DISTINCT FROM ranked.class_1
GROUP BY ALL
HAVING coalesce(-sum(ranked.share * ln(ranked.share)), 0) < ln(2) - 1e-9


-- call:  test_l_diversity("(VALUES ('F', 'a'), ('F', 'b'), ('M', 'a'), ('M', 'a'), ('M', 'b'), ('X', 'a')) AS t(gender, risk)", ['gender'], 'risk', 2, 'recursive', 2, '', 'rows')
-- run:   SELECT * FROM ({}) ORDER BY ALL
-- gives: M; X
WITH frequencies AS (  -- people of each value in each class
    SELECT
        gender AS class_1,
        risk AS sensitive,
        count(*) AS people
    FROM (VALUES ('F', 'a'), ('F', 'b'), ('M', 'a'), ('M', 'a'), ('M', 'b'), ('X', 'a')) AS t(gender, risk)
    GROUP BY ALL
),

ranked AS (  -- within its class, the most frequent value first
    SELECT
        *,
        row_number() OVER (class ORDER BY people DESC) AS nth,
        people / sum(people) OVER class AS share
    FROM frequencies
    WHERE
        sensitive IS NOT NULL
        AND people > 0
    WINDOW class AS (
        PARTITION BY class_1
    )
)

SELECT
    frequencies.class_1
FROM frequencies
LEFT JOIN ranked
    ON
        frequencies.sensitive = ranked.sensitive
        AND frequencies.class_1 IS NOT DISTINCT FROM ranked.class_1
GROUP BY ALL
HAVING
    coalesce(max(ranked.people), 0)
    >= 2 * coalesce(sum(ranked.people) FILTER (WHERE ranked.nth >= 2), 0)


-- call:  test_no_source_values("(VALUES ('JANE DOE', 'seen by Jane Doe, 12'), ('Lee', 'fleet')) AS t(a, b)", ['a', 'b'], [("(VALUES ('Jane Doe'), ('Lee'), (NULL)) AS s(name)", 'name')], 5, True)
-- run:   SELECT * FROM ({}) ORDER BY ALL
-- gives: jane doe; seen by jane doe, 12
WITH source_values AS (
    SELECT DISTINCT lower(CAST(name AS VARCHAR)) AS known
    FROM (VALUES ('Jane Doe'), ('Lee'), (NULL)) AS s(name)
    WHERE length(CAST(name AS VARCHAR)) >= 5
),

cells AS (
    SELECT DISTINCT lower(CAST(a AS VARCHAR)) AS cell
    FROM (VALUES ('JANE DOE', 'seen by Jane Doe, 12'), ('Lee', 'fleet')) AS t(a, b)
    WHERE length(CAST(a AS VARCHAR)) >= 5
    UNION
    SELECT DISTINCT lower(CAST(b AS VARCHAR)) AS cell
    FROM (VALUES ('JANE DOE', 'seen by Jane Doe, 12'), ('Lee', 'fleet')) AS t(a, b)
    WHERE length(CAST(b AS VARCHAR)) >= 5
),

lengths AS (
    SELECT DISTINCT length(known) AS characters
    FROM source_values
),

places AS (
    SELECT
        cells.cell,
        lengths.characters,
        unnest(range(1, length(cells.cell) - lengths.characters + 2)) AS place
    FROM cells
    INNER JOIN lengths ON length(cells.cell) >= lengths.characters
)

SELECT DISTINCT places.cell
FROM places
SEMI JOIN source_values ON substr(places.cell, places.place, places.characters) = source_values.known


-- call:  test_no_source_values("(VALUES ('JANE DOE', 'seen by Jane Doe, 12'), ('Lee', 'fleet')) AS t(a, b)", ['a', 'b'], [("(VALUES ('Jane Doe')) AS s(name)", 'name'), ('(VALUES (77777)) AS s(case_id)', 'case_id')], 3, False)
-- run:   SELECT * FROM ({}) ORDER BY ALL
-- gives: jane doe
WITH source_values AS (
    SELECT DISTINCT lower(CAST(name AS VARCHAR)) AS known
    FROM (VALUES ('Jane Doe')) AS s(name)
    WHERE length(CAST(name AS VARCHAR)) >= 3
    UNION
    SELECT DISTINCT lower(CAST(case_id AS VARCHAR)) AS known
    FROM (VALUES (77777)) AS s(case_id)
    WHERE length(CAST(case_id AS VARCHAR)) >= 3
),

cells AS (
    SELECT DISTINCT lower(CAST(a AS VARCHAR)) AS cell
    FROM (VALUES ('JANE DOE', 'seen by Jane Doe, 12'), ('Lee', 'fleet')) AS t(a, b)
    WHERE length(CAST(a AS VARCHAR)) >= 3
    UNION
    SELECT DISTINCT lower(CAST(b AS VARCHAR)) AS cell
    FROM (VALUES ('JANE DOE', 'seen by Jane Doe, 12'), ('Lee', 'fleet')) AS t(a, b)
    WHERE length(CAST(b AS VARCHAR)) >= 3
)

SELECT cells.cell
FROM cells
SEMI JOIN source_values ON cells.cell = source_values.known


-- call:  test_no_direct_identifiers("(VALUES ('x', 'of 12345')) AS t(name, note)", ['name'], ['note'], [('(VALUES (12345)) AS s(id)', 'id')], 5, True)
-- run:   SELECT * FROM ({}) ORDER BY ALL
-- gives: name; of 12345
SELECT 'name' AS found
UNION ALL
SELECT cell AS found
FROM (
    WITH source_values AS (
        SELECT DISTINCT lower(CAST(id AS VARCHAR)) AS known
        FROM (VALUES (12345)) AS s(id)
        WHERE length(CAST(id AS VARCHAR)) >= 5
    ),

    cells AS (
        SELECT DISTINCT lower(CAST(note AS VARCHAR)) AS cell
        FROM (VALUES ('x', 'of 12345')) AS t(name, note)
        WHERE length(CAST(note AS VARCHAR)) >= 5
    ),

    lengths AS (
        SELECT DISTINCT length(known) AS characters
        FROM source_values
    ),

    places AS (
        SELECT
            cells.cell,
            lengths.characters,
            unnest(range(1, length(cells.cell) - lengths.characters + 2)) AS place
        FROM cells
        INNER JOIN lengths ON length(cells.cell) >= lengths.characters
    )

    SELECT DISTINCT places.cell
    FROM places
    SEMI JOIN source_values ON substr(places.cell, places.place, places.characters) = source_values.known
)


-- call:  test_no_direct_identifiers('(VALUES (1)) AS t(age)', [], [], [], 5, True)
-- run:   SELECT count(*) FROM ({})
-- gives: 0
SELECT NULL AS found
WHERE FALSE
