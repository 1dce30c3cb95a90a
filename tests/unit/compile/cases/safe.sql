-- ## plain columns
-- columns: person_id privacy_unit integer, age quasi_identifier integer widths, county quasi_identifier text flat, risk sensitive text
-- one row
SELECT person_id, age, county, risk FROM {{ ref('stg_people') }}

-- ## a source read directly
-- columns: person_id privacy_unit integer, zip quasi_identifier text prefix
-- one row
SELECT person_id, zip FROM {{ source('court', 'people') }}

-- ## a trailing semicolon and comments
-- columns: person_id privacy_unit integer, age quasi_identifier integer widths
-- one row
SELECT person_id, /* in years */ age  -- as of the arrest
FROM {{ ref('stg_people') }};

-- ## capitals, quotes and aliases
-- columns: person_id privacy_unit integer, Years quasi_identifier integer widths, Größe insensitive integer
-- one row
SELECT P."PERSON_ID", p.AGE AS "Years", größe AS "Größe" FROM {{ ref('stg_people') }} AS p

-- ## FROM first
-- columns: person_id privacy_unit integer, age quasi_identifier integer widths
-- one row
FROM {{ ref('stg_people') }} SELECT person_id, age

-- ## a star without the identifiers
-- columns: person_id privacy_unit integer, age quasi_identifier integer widths, gender quasi_identifier text flat, county quasi_identifier text flat, zip quasi_identifier text prefix, risk sensitive text, größe insensitive integer
-- one row
SELECT * EXCLUDE (name, "Case No") FROM {{ ref('stg_people') }}

-- ## a star with a renamed and a replaced column
-- columns: person_id privacy_unit integer, age quasi_identifier! integer, gender quasi_identifier text flat, town quasi_identifier text flat, zip quasi_identifier text prefix, risk sensitive text, größe insensitive integer
-- one row
SELECT * EXCLUDE (name, "Case No") REPLACE (age // 10 AS age) RENAME (county AS town) FROM {{ ref('stg_people') }}

-- ## casts that lose nothing
-- columns: person_id privacy_unit text, a quasi_identifier integer widths, b quasi_identifier number widths, zip quasi_identifier text prefix
-- one row
SELECT CAST(person_id AS VARCHAR) AS person_id, age::BIGINT AS a, age::DOUBLE AS b, zip::TEXT AS zip FROM {{ ref('stg_people') }}

-- ## a number as text keeps its role, not its bands
-- columns: person_id privacy_unit integer, age quasi_identifier! text
-- one row
SELECT person_id, CAST(age AS VARCHAR) AS age FROM {{ ref('stg_people') }}

-- ## casts that may lose something are expressions
-- columns: person_id privacy_unit integer, a quasi_identifier! integer, b quasi_identifier! number, c quasi_identifier! integer
-- one row
SELECT person_id, TRY_CAST(age AS INTEGER) AS a, age::FLOAT AS b, zip::INTEGER AS c FROM {{ ref('stg_people') }}

-- ## a date as a timestamp
-- columns: person_id privacy_unit integer, date quasi_identifier timestamp dates
SELECT person_id, date::TIMESTAMP AS date FROM {{ ref('stg_events') }}

-- ## expressions take the strictest role
-- columns: person_id privacy_unit integer, a quasi_identifier! integer, b sensitive! text, c quasi_identifier! text, d insensitive! integer, e insensitive! text
-- one row
SELECT person_id, age + 1 AS a, upper(risk) AS b, risk || county AS c, größe * 2 AS d, 'x' AS e FROM {{ ref('stg_people') }}

-- ## parts of dates
-- columns: person_id privacy_unit integer, a quasi_identifier! timestamp, b quasi_identifier! integer, c quasi_identifier! text, d quasi_identifier! integer, e quasi_identifier! timestamp
SELECT
    person_id,
    date_trunc('month', date) AS a,
    extract(year FROM date) AS b,
    strftime(date, '%Y') AS c,
    date_diff('day', date, DATE '2020-01-01') AS d,
    date + INTERVAL 1 MONTH AS e
FROM {{ ref('stg_events') }}

-- ## CASE, IF, coalesce and their like
-- columns: person_id privacy_unit integer, a quasi_identifier! text, b quasi_identifier! integer, c quasi_identifier! text, d quasi_identifier! boolean
-- one row
SELECT
    person_id,
    CASE WHEN age >= 65 THEN 'old' WHEN age IS NULL THEN NULL ELSE 'young' END AS a,
    if(age BETWEEN 18 AND 20, 1, 0) AS b,
    coalesce(county, 'nowhere') AS c,
    county IN ('a', 'b') AND NOT zip LIKE '3%' AS d
FROM {{ ref('stg_people') }}

-- ## lists and structs
-- columns: person_id privacy_unit integer, a quasi_identifier! text, b sensitive! text, c quasi_identifier! text
-- one row
SELECT person_id, [age, 1] AS a, {'r': risk, x: 1} AS b, (county, age) AS c FROM {{ ref('stg_people') }}

-- ## an alias used by a later column
-- columns: person_id privacy_unit integer, years quasi_identifier integer widths, decade quasi_identifier! integer
-- one row
SELECT person_id, age AS years, years // 10 AS decade FROM {{ ref('stg_people') }}

-- ## an alias that hides a column does so only where DuckDB says
-- columns: person_id privacy_unit integer, age quasi_identifier! integer, same quasi_identifier integer widths
-- one row
SELECT person_id, age + 0 AS age, age AS same FROM {{ ref('stg_people') }}

-- ## WHERE on quasi-identifiers
-- columns: person_id privacy_unit integer, age quasi_identifier integer widths
-- filters: court.people.age, court.people.county
-- one row
SELECT person_id, age FROM {{ ref('stg_people') }} WHERE age >= 18 AND county = 'x' AND person_id IS NOT NULL

-- ## WHERE by an alias
-- columns: person_id privacy_unit integer, grown quasi_identifier! boolean
-- filters: court.people.age
-- one row
SELECT person_id, age >= 18 AS grown FROM {{ ref('stg_people') }} WHERE grown

-- ## a join on the unit
-- columns: person_id privacy_unit integer, age quasi_identifier integer widths, date quasi_identifier date dates
SELECT people.person_id, people.age, events.date
FROM {{ ref('stg_people') }} AS people
INNER JOIN {{ ref('stg_events') }} AS events ON people.person_id = events.person_id

-- ## a join by USING
-- columns: person_id privacy_unit integer, age quasi_identifier integer widths, date quasi_identifier date dates
SELECT person_id, age, date FROM {{ ref('stg_people') }} AS people LEFT JOIN {{ ref('stg_events') }} AS events USING (person_id)

-- ## a star over USING has the key once
-- columns: person_id privacy_unit integer, age quasi_identifier integer widths, date quasi_identifier date dates, event_type sensitive text, outcome sensitive text
SELECT * EXCLUDE (event_id, officer) FROM (SELECT person_id, age FROM {{ ref('stg_people') }}) AS people
LEFT JOIN {{ ref('stg_events') }} AS events USING (person_id)

-- ## a natural join of the unit alone
-- columns: person_id privacy_unit integer, age quasi_identifier integer widths, n insensitive! integer
-- one row
SELECT person_id, age, n FROM (SELECT person_id, age FROM {{ ref('stg_people') }}) AS people
NATURAL LEFT JOIN (SELECT person_id, count(*) AS n FROM {{ ref('stg_events') }} GROUP BY person_id) AS counts

-- ## people with the number of their events
-- columns: person_id privacy_unit integer, age quasi_identifier integer widths, n insensitive! integer
-- one row
WITH counts AS (
    SELECT person_id, count(*) AS n FROM {{ ref('stg_events') }} GROUP BY person_id
)

SELECT people.person_id, people.age, coalesce(counts.n, 0) AS n
FROM {{ ref('stg_people') }} AS people
LEFT JOIN counts ON people.person_id = counts.person_id

-- ## a join to a relation with several rows a person
-- columns: person_id privacy_unit integer, age quasi_identifier integer widths
SELECT people.person_id, people.age FROM {{ ref('stg_people') }} AS people
LEFT JOIN {{ ref('stg_events') }} AS events ON people.person_id = events.person_id

-- ## people who have events
-- columns: person_id privacy_unit integer, age quasi_identifier integer widths
-- one row
SELECT person_id, age FROM {{ ref('stg_people') }} WHERE person_id IN (SELECT person_id FROM {{ ref('stg_events') }})

-- ## people without events
-- columns: person_id privacy_unit integer, age quasi_identifier integer widths
-- one row
SELECT people.person_id, people.age FROM {{ ref('stg_people') }} AS people
ANTI JOIN {{ ref('stg_events') }} AS events ON people.person_id = events.person_id

-- ## people who have events since a date
-- columns: person_id privacy_unit integer, age quasi_identifier integer widths
-- filters: court.events.date
-- one row
SELECT person_id, age FROM {{ ref('stg_people') }} AS people
WHERE EXISTS (
    SELECT * FROM {{ ref('stg_events') }} AS events
    WHERE events.person_id = people.person_id AND events.date >= DATE '2014-01-01'
)

-- ## GROUP BY the unit
-- columns: person_id privacy_unit integer, n insensitive! integer, arrests sensitive! integer, last quasi_identifier! date
-- one row
SELECT
    person_id,
    count(*) AS n,
    count(*) FILTER (WHERE event_type = 'arrest') AS arrests,
    max(date) AS last
FROM {{ ref('stg_events') }}
GROUP BY person_id

-- ## GROUP BY the unit by position
-- columns: person_id privacy_unit integer, first_outcome quasi_identifier! text
-- one row
SELECT person_id, first(outcome ORDER BY date) AS first_outcome FROM {{ ref('stg_events') }} GROUP BY 1

-- ## keys in parentheses
-- columns: person_id privacy_unit integer, n quasi_identifier! integer
-- one row
SELECT person_id, count(*) OVER (PARTITION BY (county) ORDER BY (age)) AS n
FROM {{ ref('stg_people') }} GROUP BY (person_id), (county), (age)

-- ## GROUP BY ALL with the attributes of the person
-- columns: person_id privacy_unit integer, age quasi_identifier integer widths, n insensitive! integer
SELECT person_id, people.age, count(*) AS n FROM {{ ref('stg_people') }} AS people
INNER JOIN {{ ref('stg_events') }} AS events USING (person_id) GROUP BY ALL

-- ## a count over filtered rows takes the role of the filter
-- columns: person_id privacy_unit integer, n quasi_identifier! integer
-- filters: court.events.date
-- one row
SELECT person_id, count(*) AS n FROM {{ ref('stg_events') }} WHERE date >= DATE '2014-01-01' GROUP BY person_id

-- ## a count over groups of a sensitive column takes its role
-- columns: person_id privacy_unit integer, n sensitive! integer
SELECT person_id, count(*) AS n FROM {{ ref('stg_events') }} GROUP BY person_id, outcome

-- ## HAVING counts rows
-- columns: person_id privacy_unit integer, n insensitive! integer
-- one row
SELECT person_id, count(*) AS n FROM {{ ref('stg_events') }} GROUP BY person_id HAVING count(*) >= 2

-- ## people are counted by their key
-- columns: person_id privacy_unit integer, people quasi_identifier! integer
-- one row
SELECT person_id, count(DISTINCT person_id) OVER (PARTITION BY county) AS people FROM {{ ref('stg_people') }}

-- ## the number of an event in a person's life
-- columns: person_id privacy_unit integer, outcome sensitive text, nth quasi_identifier! integer
SELECT person_id, outcome, row_number() OVER (PARTITION BY person_id ORDER BY date) AS nth FROM {{ ref('stg_events') }}

-- ## the last event of each person by QUALIFY
-- columns: person_id privacy_unit integer, outcome sensitive text
-- filters: court.events.date
-- one row
SELECT person_id, outcome FROM {{ ref('stg_events') }}
QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY date DESC) = 1

-- ## the last event of each person by the alias of a window
-- columns: person_id privacy_unit integer, outcome sensitive text, nth quasi_identifier! integer
-- filters: court.events.date
-- one row
SELECT person_id, outcome, row_number() OVER latest AS nth FROM {{ ref('stg_events') }}
WINDOW latest AS (PARTITION BY person_id ORDER BY date DESC) QUALIFY nth = 1

-- ## the last event of each person by DISTINCT ON
-- columns: person_id privacy_unit integer, outcome sensitive text
-- filters: court.events.date
-- one row
SELECT DISTINCT ON (person_id) person_id, outcome FROM {{ ref('stg_events') }} ORDER BY person_id, date DESC

-- ## DISTINCT
-- columns: person_id privacy_unit integer
-- one row
SELECT DISTINCT person_id FROM {{ ref('stg_events') }}

-- ## UNION ALL of alike columns
-- columns: person_id privacy_unit integer, date quasi_identifier date dates, outcome sensitive text
SELECT person_id, date, outcome FROM {{ ref('stg_events') }}
UNION ALL
SELECT person_id, date, NULL FROM {{ ref('stg_events') }}

-- ## UNION of different columns
-- columns: person_id privacy_unit integer, x quasi_identifier! text
SELECT person_id, county AS x FROM {{ ref('stg_people') }}
UNION
SELECT person_id, outcome FROM {{ ref('stg_events') }}

-- ## EXCEPT by the unit
-- columns: person_id privacy_unit integer
-- one row
SELECT person_id FROM {{ ref('stg_people') }} EXCEPT SELECT person_id FROM {{ ref('stg_events') }}

-- ## a scalar subquery
-- columns: person_id privacy_unit integer, n insensitive! text, last quasi_identifier! text, everybody insensitive! text
-- one row
SELECT
    person_id,
    (SELECT count(*) FROM {{ ref('stg_events') }} AS events WHERE events.person_id = people.person_id) AS n,
    (SELECT max(date) FROM {{ ref('stg_events') }} AS events WHERE events.person_id = people.person_id) AS last,
    (SELECT count(*) FROM {{ ref('stg_people') }}) AS everybody
FROM {{ ref('stg_people') }} AS people

-- ## a CTE that carries a name and does not pass it on
-- columns: person_id privacy_unit integer, county quasi_identifier text flat
-- one row
WITH everything AS (SELECT * FROM {{ ref('stg_people') }})
SELECT person_id, county FROM everything

-- ## nested CTEs and a CTE that hides another
-- columns: person_id privacy_unit integer, x quasi_identifier integer widths
-- one row
WITH a AS (SELECT person_id, name AS x FROM {{ ref('stg_people') }}),
b AS (WITH a AS (SELECT person_id, age AS x FROM {{ ref('stg_people') }}) SELECT person_id, x FROM a)
SELECT person_id, x FROM b

-- ## renamed columns
-- columns: id privacy_unit integer, years quasi_identifier integer widths
-- one row
SELECT id, years FROM (SELECT person_id, age FROM {{ ref('stg_people') }}) AS people(id, years)

-- ## VALUES as a lookup tell what they are looked up by
-- columns: person_id privacy_unit integer, region quasi_identifier! text
-- filters: court.people.county
SELECT people.person_id, regions.region FROM {{ ref('stg_people') }} AS people
LEFT JOIN (VALUES ('a', 'north'), ('b', 'south')) AS regions(county, region) ON people.county = regions.county

-- ## VALUES that copy what they are looked up by, in WHERE
-- columns: person_id privacy_unit integer, years quasi_identifier! text
-- filters: court.people.age
SELECT people.person_id, ages.years
FROM {{ ref('stg_people') }} AS people, (VALUES (97, '97'), (18, '18')) AS ages(age, years)
WHERE people.age = ages.age

-- ## VALUES that are looked up by VALUES, whatever stands first
-- columns: person_id privacy_unit integer, last quasi_identifier! text
-- filters: court.people.age
SELECT people.person_id, two.last
FROM {{ ref('stg_people') }} AS people, (VALUES (97, '97'), (18, '18')) AS one(age, years),
    (VALUES ('97', 'old'), ('18', 'young')) AS two(years, last)
WHERE two.years = one.years AND people.age = one.age

-- ## constants of a WITH that are joined by USING
-- columns: person_id privacy_unit integer, region quasi_identifier! text
-- filters: court.people.county
WITH regions AS (SELECT 'a' AS county, 'north' AS region UNION ALL SELECT 'b' AS county, 'south' AS region)
SELECT person_id, region FROM {{ ref('stg_people') }} LEFT JOIN regions USING (county)

-- ## constants that are looked up by nothing
-- columns: person_id privacy_unit integer, x insensitive! integer
SELECT person_id, x FROM {{ ref('stg_people') }} CROSS JOIN (VALUES (1), (2)) AS numbers(x)

-- ## a release beside private rows
-- columns: person_id privacy_unit integer, people insensitive integer
-- filters: court.people.county
SELECT stg_people.person_id, released.people FROM {{ ref('stg_people') }}
LEFT JOIN {{ ref('released') }} ON stg_people.county = released.county

-- ## persona events by one kind of event
-- protection: persona_events
-- columns: person_id privacy_unit integer, date quasi_identifier date dates, event_type sensitive text
-- filters: court.events.event_type
SELECT person_id, date, event_type FROM {{ ref('stg_events') }} WHERE event_type IN ('arrest', 'charge')

-- ## a derived model may order, limit and filter
-- protection: derived
-- columns: county insensitive text, people insensitive! integer, share insensitive! number
SELECT county, sum(people) AS people, sum(people)::DOUBLE / 100 AS share
FROM {{ ref('released') }} WHERE county <> 'x' GROUP BY county ORDER BY people DESC, county LIMIT 10

-- ## text, number and list functions
-- columns: person_id privacy_unit integer, a quasi_identifier! text, b quasi_identifier! number, c quasi_identifier! text, d insensitive! number
-- one row
SELECT
    person_id,
    regexp_replace(trim(lower(substring(county, 1, 3))), '[^a-z]', '') AS a,
    round(log(age + 1), 2) AS b,
    concat_ws('-', county, lpad(zip, 5, '0')) AS c,
    1_000 + .5 - 1e3 AS d
FROM {{ ref('stg_people') }}

-- ## quantiles and ordered aggregates
-- columns: person_id privacy_unit integer, a sensitive! number, b quasi_identifier! number, c quasi_identifier! text
-- one row
SELECT
    person_id,
    quantile_cont(length(outcome), 0.5) AS a,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY year(date)) AS b,
    string_agg(outcome, ', ' ORDER BY date NULLS LAST) AS c
FROM {{ ref('stg_events') }} GROUP BY person_id

-- ## frames
-- columns: person_id privacy_unit integer, n quasi_identifier! integer
SELECT person_id, count(*) OVER (PARTITION BY person_id ORDER BY date ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS n
FROM {{ ref('stg_events') }}

-- ## a comma join tied in WHERE
-- columns: person_id privacy_unit integer, outcome sensitive text
SELECT a.person_id, b.outcome FROM {{ ref('stg_people') }} AS a, {{ ref('stg_events') }} AS b WHERE a.person_id = b.person_id

-- ## a join on the unit with a further condition
-- columns: person_id privacy_unit integer, outcome sensitive text
-- filters: court.events.date
SELECT a.person_id, b.outcome FROM {{ ref('stg_people') }} AS a
LEFT JOIN {{ ref('stg_events') }} AS b ON a.person_id = b.person_id AND b.date >= DATE '2014-01-01'

-- ## three relations joined on the unit
-- columns: person_id privacy_unit integer, outcome sensitive text, risk sensitive text
SELECT person_id, b.outcome, c.risk FROM {{ ref('stg_people') }} AS a
LEFT JOIN {{ ref('stg_events') }} AS b USING (person_id) LEFT JOIN {{ ref('stg_people') }} AS c USING (person_id)

-- ## the largest value of each person
-- columns: person_id privacy_unit integer, worst sensitive! text
-- one row
SELECT a.person_id, max(b.outcome) AS worst FROM {{ ref('stg_people') }} AS a
LEFT JOIN {{ ref('stg_events') }} AS b ON a.person_id = b.person_id GROUP BY a.person_id

-- ## a window over the events of a person
-- columns: person_id privacy_unit integer, before quasi_identifier! text
SELECT person_id, lag(outcome) OVER (PARTITION BY person_id ORDER BY date) AS before FROM {{ ref('stg_events') }}

-- ## a cross join with a constant
-- columns: person_id privacy_unit integer, year insensitive! integer
SELECT person_id, year FROM {{ ref('stg_people') }} CROSS JOIN (SELECT 2014 AS year) AS years

-- ## a list of the counties that equals the own one
-- columns: person_id privacy_unit integer, county quasi_identifier text flat
-- filters: court.people.county
SELECT a.person_id, b.county FROM {{ ref('stg_people') }} AS a
INNER JOIN (SELECT DISTINCT county FROM {{ ref('stg_people') }}) AS b ON a.county = b.county
