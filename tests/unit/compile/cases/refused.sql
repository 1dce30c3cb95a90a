-- ## CREATE
-- expect: PT123 1
CREATE TABLE x AS SELECT 1 AS a

-- ## COPY
-- expect: PT123 1
COPY {{ ref('stg_people') }} TO 'x.csv'

-- ## ATTACH
-- expect: PT123 1
ATTACH 'other.duckdb'

-- ## PRAGMA
-- expect: PT123 1
PRAGMA threads = 1

-- ## SET
-- expect: PT123 1
SET threads = 1

-- ## INSTALL
-- expect: PT123 1
INSTALL httpfs

-- ## CALL
-- expect: PT123 1
CALL pragma_version()

-- ## DESCRIBE
-- expect: PT123 1
DESCRIBE {{ ref('stg_people') }}

-- ## EXPLAIN
-- expect: PT123 1
EXPLAIN SELECT 1 AS a

-- ## PIVOT as a statement
-- expect: PT123 1
PIVOT {{ ref('stg_people') }} ON county USING count(*)

-- ## TABLE
-- expect: PT123 1
TABLE {{ ref('stg_people') }}

-- ## an empty model
-- expect: PT123 1
-- nothing but this comment

-- ## two statements
-- expect: PT123 2
SELECT person_id FROM {{ ref('stg_people') }};
DROP TABLE private.stg_people

-- ## a comment after the semicolon
-- expect: PT123 1
SELECT person_id FROM {{ ref('stg_people') }}; -- done

-- ## an open parenthesis
-- expect: PT124 1
SELECT person_id, (age FROM {{ ref('stg_people') }}

-- ## a misspelt FROM
-- expect: PT124 1
SELECT person_id FRM {{ ref('stg_people') }}

-- ## a filter without a condition
-- expect: PT124 1
SELECT person_id FROM {{ ref('stg_people') }} WHERE

-- ## an open quote
-- expect: PT124 1
SELECT 'x FROM {{ ref('stg_people') }}

-- ## PIVOT in FROM
-- expect: PT125 1
SELECT * FROM {{ ref('stg_people') }} PIVOT (count(*) FOR county IN ('x'))

-- ## COLUMNS
-- expect: PT126 1
SELECT person_id, COLUMNS('n.*') FROM {{ ref('stg_people') }}

-- ## a star by pattern
-- expect: PT125 1
SELECT * LIKE 'n%' FROM {{ ref('stg_people') }}

-- ## a star inside a function
-- expect: PT125 1
SELECT person_id, count(people.*) AS n FROM {{ ref('stg_people') }} AS people GROUP BY person_id

-- ## a column by number
-- expect: PT132 1
SELECT person_id, #2 AS x FROM {{ ref('stg_people') }}

-- ## SELECT INTO
-- expect: PT125 1
SELECT person_id INTO x FROM {{ ref('stg_people') }}

-- ## a positional join
-- expect: PT125 2
SELECT a.person_id FROM {{ ref('stg_people') }} AS a
POSITIONAL JOIN {{ ref('stg_events') }} AS b

-- ## an ASOF join
-- expect: PT125 2
SELECT a.person_id FROM {{ ref('stg_people') }} AS a
ASOF JOIN {{ ref('stg_events') }} AS b ON a.person_id = b.person_id AND a.age >= b.age

-- ## LATERAL
-- expect: PT125 1
SELECT person_id, x FROM {{ ref('stg_people') }} AS people, LATERAL (SELECT people.name AS x) AS inner_people

-- ## a lateral join without the word
-- expect: PT129 1
SELECT person_id, x FROM {{ ref('stg_people') }} AS people, (SELECT people.name AS x) AS inner_people

-- ## a recursive CTE
-- expect: PT125 1
WITH RECURSIVE n AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM n WHERE a < 9) SELECT a FROM n

-- ## GROUPING SETS
-- expect: PT125 1
SELECT county, age, count(*) AS n FROM {{ ref('stg_people') }} GROUP BY GROUPING SETS (county, age)

-- ## ROLLUP
-- expect: PT125 1
SELECT county, age, count(*) AS n FROM {{ ref('stg_people') }} GROUP BY ROLLUP (county, age)

-- ## UNION BY NAME
-- expect: PT125 1
SELECT person_id, age FROM {{ ref('stg_people') }} UNION ALL BY NAME SELECT age, person_id FROM {{ ref('stg_people') }}

-- ## a sample
-- expect: PT125 1
SELECT person_id, age FROM {{ ref('stg_people') }} USING SAMPLE 10

-- ## a sample of a table
-- expect: PT125 1
SELECT person_id, age FROM {{ ref('stg_people') }} TABLESAMPLE 10%

-- ## a lambda with an arrow
-- expect: PT132 1
SELECT person_id, list_filter([age], x -> x > 1) AS x FROM {{ ref('stg_people') }}

-- ## a list comprehension
-- expect: PT125 1
SELECT person_id, [x + 1 for x in [age]] AS x FROM {{ ref('stg_people') }}

-- ## a method call
-- expect: PT125 1
SELECT person_id, name.upper() AS x FROM {{ ref('stg_people') }}

-- ## a column where a part of a date is meant
-- expect: PT125 1
SELECT person_id, date_trunc(officer, date) AS x FROM {{ ref('stg_events') }}

-- ## a part of a date that could be a column
-- expect: PT125 1
SELECT person_id, date_trunc(month, date) AS x FROM {{ ref('stg_events') }}

-- ## a parameter
-- expect: PT132 1
SELECT person_id, $1 AS x FROM {{ ref('stg_people') }}

-- ## a question mark
-- expect: PT132 1
SELECT person_id, ? AS x FROM {{ ref('stg_people') }}

-- ## a collation
-- expect: PT125 1
SELECT person_id, county COLLATE NOCASE AS x FROM {{ ref('stg_people') }}

-- ## a cast to a type that is not known
-- expect: PT125 1
SELECT person_id, CAST(county AS town) AS x FROM {{ ref('stg_people') }}

-- ## unnest
-- expect: PT126 1
SELECT person_id, unnest([age, 1]) AS x FROM {{ ref('stg_people') }}

-- ## a function that does not exist
-- expect: PT126 1
SELECT person_id, uper(county) AS x FROM {{ ref('stg_people') }}

-- ## a quoted function
-- expect: PT126 1
SELECT person_id, "upper"(county) AS x FROM {{ ref('stg_people') }}

-- ## a hash
-- expect: PT126 1
SELECT person_id, hash(county) AS x FROM {{ ref('stg_people') }}

-- ## query()
-- expect: PT126 1
SELECT * FROM query('SELECT * FROM private.stg_people')

-- ## read_csv()
-- expect: PT126 1
SELECT * FROM read_csv('people.csv')

-- ## glob()
-- expect: PT126 1
SELECT * FROM glob('*')

-- ## duckdb_tables()
-- expect: PT126 1
SELECT * FROM duckdb_tables()

-- ## an allowed function as a table
-- expect: PT128 1
SELECT * FROM repeat('a', 3)

-- ## random()
-- expect: PT127 1
SELECT person_id, random() AS x FROM {{ ref('stg_people') }}

-- ## uuid()
-- expect: PT127 1
SELECT person_id, uuid() AS x FROM {{ ref('stg_people') }}

-- ## now()
-- expect: PT127 1
SELECT person_id, now() AS x FROM {{ ref('stg_people') }}

-- ## current_date
-- expect: PT127 1
SELECT person_id, current_date AS x FROM {{ ref('stg_people') }}

-- ## today() beside current_timestamp
-- expect: PT127 1, PT127 1
SELECT person_id, today() AS x, current_timestamp AS y FROM {{ ref('stg_people') }}

-- ## getvariable()
-- expect: PT127 1
SELECT person_id, getvariable('x') AS x FROM {{ ref('stg_people') }}

-- ## a file in FROM
-- expect: PT128 1
SELECT * FROM 'people.csv'

-- ## a private table that no ref() names
-- expect: PT128 1
SELECT person_id FROM private.stg_people

-- ## a source table that no source() names
-- expect: PT128 1
SELECT person_id FROM source.court__people

-- ## a release that no ref() names
-- expect: PT128 1
SELECT county FROM release.released

-- ## a table without schema
-- expect: PT128 1
SELECT person_id FROM stg_people

-- ## a table of another database
-- expect: PT125 1
SELECT person_id FROM memory.{{ ref('stg_people') }}

-- ## information_schema
-- expect: PT128 1
SELECT * FROM information_schema.tables

-- ## the model itself
-- expect: PT128 1
SELECT * FROM {{ this }}

-- ## a CTE before it is written
-- expect: PT128 1
WITH a AS (SELECT person_id FROM b), b AS (SELECT person_id FROM {{ ref('stg_people') }}) SELECT person_id FROM a

-- ## a CTE that reads itself
-- expect: PT128 1
WITH a AS (SELECT person_id FROM a) SELECT person_id FROM a

-- ## a column that does not exist
-- expect: PT129 3
SELECT
    person_id,
    agee
FROM {{ ref('stg_people') }}

-- ## the physical row number
-- expect: PT129 1
SELECT person_id, rowid FROM {{ ref('stg_people') }}

-- ## a column that two relations have
-- expect: PT129 1
SELECT person_id FROM {{ ref('stg_people') }} AS a, {{ ref('stg_events') }} AS b

-- ## two relations of one alias
-- expect: PT129 1
SELECT a.age FROM {{ ref('stg_people') }} AS a, {{ ref('stg_people') }} AS A

-- ## a relation that is not in FROM
-- expect: PT129 1
SELECT stg_people.age FROM {{ ref('stg_people') }} AS people

-- ## an alias before it is defined
-- expect: PT129 1
SELECT person_id, x + 1 AS y, age AS x FROM {{ ref('stg_people') }}

-- ## EXCLUDE of a column that does not exist
-- expect: PT129 1
SELECT * EXCLUDE (nam) FROM {{ ref('stg_people') }}

-- ## UNION of different numbers of columns
-- expect: PT129 1
SELECT person_id, age FROM {{ ref('stg_people') }} UNION ALL SELECT person_id FROM {{ ref('stg_people') }}

-- ## a window that does not exist
-- expect: PT129 1
SELECT person_id, count(*) OVER w AS n FROM {{ ref('stg_people') }}

-- ## an expression without a name
-- expect: PT130 1
SELECT person_id, age + 1 FROM {{ ref('stg_people') }}

-- ## two columns of one name
-- expect: PT130 1
SELECT person_id, age, county AS AGE FROM {{ ref('stg_people') }}

-- ## a star over two relations with a common column
-- expect: PT130 1
SELECT * FROM {{ ref('stg_people') }} AS a INNER JOIN {{ ref('stg_events') }} AS b ON a.person_id = b.person_id

-- ## LIMIT without ORDER BY
-- expect: PT131 1
SELECT person_id FROM {{ ref('stg_people') }} LIMIT 10

-- ## OFFSET without ORDER BY
-- expect: PT131 1
SELECT person_id FROM {{ ref('stg_people') }} OFFSET 10

-- ## LIMIT by percent
-- expect: PT125 1
SELECT person_id FROM {{ ref('stg_people') }} ORDER BY person_id LIMIT 10%

-- ## LIMIT by an expression
-- expect: PT125 1
SELECT person_id FROM {{ ref('stg_people') }} ORDER BY person_id LIMIT 1 + 1

-- ## DISTINCT ON without ORDER BY
-- expect: PT131 1
SELECT DISTINCT ON (person_id) person_id, date FROM {{ ref('stg_events') }}

-- ## row_number() without ORDER BY
-- expect: PT131 1
SELECT person_id, row_number() OVER (PARTITION BY person_id) AS n FROM {{ ref('stg_events') }}

-- ## first() without ORDER BY
-- expect: PT131 1
SELECT person_id, first(outcome) AS x FROM {{ ref('stg_events') }} GROUP BY person_id

-- ## string_agg() without ORDER BY
-- expect: PT131 1
SELECT person_id, string_agg(outcome, ',') AS x FROM {{ ref('stg_events') }} GROUP BY person_id

-- ## a hexadecimal text
-- expect: PT132 1
SELECT person_id, x'41' AS x FROM {{ ref('stg_people') }}

-- ## an escaped text
-- expect: PT132 1
SELECT person_id, e'a\'b' AS x FROM {{ ref('stg_people') }}

-- ## a text in dollars
-- expect: PT132 1
SELECT person_id, $$a$$ AS x FROM {{ ref('stg_people') }}

-- ## a nested comment
-- expect: PT132 1
SELECT person_id /* a /* b */ c */ FROM {{ ref('stg_people') }}

-- ## a number that runs into a word
-- expect: PT132 1
SELECT person_id, 1a FROM {{ ref('stg_people') }}

-- ## a list of names for the columns of a source
-- expect: PT125 1
SELECT t.a AS x FROM {{ source('court', 'people') }} AS t(a)
