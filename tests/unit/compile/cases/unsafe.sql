-- ## a name as it is
-- expect: PT140 3
SELECT
    person_id,
    name
FROM {{ ref('stg_people') }}

-- ## a name under another name
-- expect: PT140 1
SELECT person_id, age, name AS county FROM {{ ref('stg_people') }}

-- ## a name in capitals
-- expect: PT140 1
SELECT person_id, NAME FROM {{ ref('stg_people') }}

-- ## a quoted identifier with a space and capitals
-- expect: PT140 1
SELECT person_id, "case no" AS docket FROM {{ ref('stg_people') }}

-- ## a name behind a star
-- expect: PT140 1, PT140 1
SELECT * FROM {{ ref('stg_people') }}

-- ## a name behind a qualified star
-- expect: PT140 1, PT140 1
SELECT people.* FROM {{ ref('stg_people') }} AS people

-- ## a star that leaves only one of two identifiers out
-- expect: PT140 1
SELECT * EXCLUDE (name) FROM {{ ref('stg_people') }}

-- ## a star that renames a name
-- expect: PT140 1
SELECT * EXCLUDE ("Case No") RENAME (name AS town) FROM {{ ref('stg_people') }}

-- ## a star that replaces a column by a name
-- expect: PT140 1
SELECT * EXCLUDE (name, "Case No") REPLACE (name AS county) FROM {{ ref('stg_people') }}

-- ## FROM alone is a star
-- expect: PT140 1, PT140 1
FROM {{ ref('stg_people') }}

-- ## FROM before SELECT
-- expect: PT140 1
FROM {{ ref('stg_people') }} SELECT person_id, upper(name) AS x

-- ## a function of a name
-- expect: PT140 1
SELECT person_id, md5(name) AS pseudonym FROM {{ ref('stg_people') }}

-- ## the length of a name
-- expect: PT140 1
SELECT person_id, length(name) AS size FROM {{ ref('stg_people') }}

-- ## a slice of a name
-- expect: PT140 1
SELECT person_id, name[1:1] AS initial FROM {{ ref('stg_people') }}

-- ## a cast of a name
-- expect: PT140 1
SELECT person_id, name::VARCHAR AS x FROM {{ ref('stg_people') }}

-- ## a name in CASE, although no value of it is shown
-- expect: PT140 3
SELECT
    person_id,
    CASE WHEN name LIKE 'A%' THEN 'x' ELSE 'y' END AS half
FROM {{ ref('stg_people') }}

-- ## a name in the branch of CASE
-- expect: PT140 1
SELECT person_id, CASE age WHEN 40 THEN name END AS x FROM {{ ref('stg_people') }}

-- ## a name in IF
-- expect: PT140 1
SELECT person_id, if(name > 'M', 1, 2) AS half FROM {{ ref('stg_people') }}

-- ## a name in a list
-- expect: PT140 1
SELECT person_id, [county, name] AS both FROM {{ ref('stg_people') }}

-- ## a name in a list by function
-- expect: PT140 1
SELECT person_id, list_value(county, name) AS both FROM {{ ref('stg_people') }}

-- ## a name in a struct
-- expect: PT140 1
SELECT person_id, {'town': county, 'who': name} AS both FROM {{ ref('stg_people') }}

-- ## a name in a struct by function
-- expect: PT140 1
SELECT person_id, struct_pack(town := county, who := name) AS both FROM {{ ref('stg_people') }}

-- ## a name in a row
-- expect: PT140 1
SELECT person_id, row(county, name) AS both FROM {{ ref('stg_people') }}

-- ## a name in a tuple
-- expect: PT140 1
SELECT person_id, (county, name) AS both FROM {{ ref('stg_people') }}

-- ## a name out of a struct
-- expect: PT140 2
WITH packed AS (SELECT person_id, {'who': name} AS s FROM {{ ref('stg_people') }})
SELECT person_id, s.who AS x FROM packed

-- ## a whole row
-- expect: PT140 1
SELECT person_id, people FROM {{ ref('stg_people') }} AS people

-- ## a whole row as text
-- expect: PT140 1
SELECT person_id, people::VARCHAR AS x FROM {{ ref('stg_people') }} AS people

-- ## a whole row as JSON
-- expect: PT140 1
SELECT person_id, to_json(people) AS x FROM {{ ref('stg_people') }} AS people

-- ## a field of a whole row
-- expect: PT140 1
SELECT person_id, people['name'] AS x FROM {{ ref('stg_people') }} AS people

-- ## names of a group in a list
-- expect: PT140 1
SELECT person_id, list(name ORDER BY age) AS x FROM {{ ref('stg_people') }} GROUP BY person_id

-- ## names of a group in a text
-- expect: PT140 1
SELECT person_id, string_agg(name, ',' ORDER BY age) AS x FROM {{ ref('stg_people') }} GROUP BY ALL

-- ## an aggregate that is ordered by a name
-- expect: PT140 1
SELECT person_id, string_agg(county, ',' ORDER BY name) AS x FROM {{ ref('stg_people') }} GROUP BY ALL

-- ## a count of names
-- expect: PT140 1
SELECT person_id, count(DISTINCT name) AS x FROM {{ ref('stg_people') }} GROUP BY person_id

-- ## a count of those of a name
-- expect: PT140 1
SELECT person_id, count(*) FILTER (WHERE name = 'x') AS x FROM {{ ref('stg_people') }} GROUP BY person_id

-- ## the greatest name of a group, through a lateral alias
-- expect: PT140 1, PT140 1
SELECT person_id, max(name) AS x, x || '!' AS y FROM {{ ref('stg_people') }} GROUP BY person_id

-- ## a name through an alias of an alias
-- expect: PT140 1, PT140 1, PT140 1
SELECT person_id, name AS x, x AS y, length(y) AS z FROM {{ ref('stg_people') }}

-- ## a column chosen by the order of names
-- expect: PT140 1
SELECT person_id, arg_max(county, name) AS x FROM {{ ref('stg_people') }} GROUP BY person_id

-- ## a window over a name
-- expect: PT140 2, PT141 2
SELECT person_id,
    row_number() OVER (ORDER BY name) AS x
FROM {{ ref('stg_people') }}

-- ## a named window over a name
-- expect: PT140 1, PT141 3
SELECT person_id, count(*) OVER w AS x
FROM {{ ref('stg_people') }}
WINDOW w AS (PARTITION BY name)

-- ## a window that extends another one over a name
-- expect: PT140 1, PT141 2
SELECT person_id, count(*) OVER v AS x FROM {{ ref('stg_people') }}
WINDOW w AS (PARTITION BY name), v AS (w ORDER BY age)

-- ## a window in QUALIFY that extends another one over a name
-- expect: PT141 2, PT141 3
SELECT person_id, age FROM {{ ref('stg_people') }}
WINDOW w AS (PARTITION BY name), v AS (w ORDER BY age)
QUALIFY count(*) OVER v > 1

-- ## a window in an expression
-- expect: PT140 1, PT149 1
SELECT person_id, coalesce(lag(name) OVER (ORDER BY age), '') AS x FROM {{ ref('stg_people') }}

-- ## a name in WHERE
-- expect: PT141 2
SELECT person_id, age FROM {{ ref('stg_people') }}
WHERE age > 20 AND name LIKE 'A%'

-- ## a name in WHERE through an alias that is not shown
-- expect: PT141 3
SELECT person_id, age FROM (
    SELECT person_id, age, upper(name) AS x FROM {{ ref('stg_people') }}
    WHERE x > 'M'
) AS people

-- ## a name in WHERE of a subquery
-- expect: PT141 2
SELECT person_id, age FROM {{ ref('stg_people') }}
WHERE person_id IN (SELECT person_id FROM {{ ref('stg_events') }} WHERE officer = 'x')

-- ## a name in EXISTS
-- expect: PT141 2, PT141 2, PT149 2
SELECT person_id, age FROM {{ ref('stg_people') }} AS people
WHERE EXISTS (SELECT 1 FROM {{ ref('stg_events') }} AS events WHERE events.officer = people.name)

-- ## a name in a scalar subquery
-- expect: PT140 1, PT149 1
SELECT person_id, (SELECT max(officer) FROM {{ ref('stg_events') }}) AS x FROM {{ ref('stg_people') }}

-- ## a count by name in a correlated subquery
-- expect: PT140 2, PT141 2, PT149 2
SELECT person_id,
    (SELECT count(*) FROM {{ ref('stg_people') }} AS others WHERE others.name = people.name) AS namesakes
FROM {{ ref('stg_people') }} AS people

-- ## a name in a join
-- expect: PT141 3, PT149 3
SELECT people.person_id, people.age
FROM {{ ref('stg_people') }} AS people
LEFT JOIN {{ ref('stg_events') }} AS events ON events.officer = people.name

-- ## a name in USING
-- expect: PT141 2, PT149 2
SELECT a.person_id, a.age FROM {{ ref('stg_people') }} AS a
INNER JOIN {{ ref('stg_people') }} AS b USING (name)

-- ## a name in a natural join
-- expect: PT141 2, PT141 2, PT146 2
SELECT person_id, age FROM {{ ref('stg_people') }} AS a
NATURAL JOIN {{ ref('stg_people') }} AS b

-- ## a name in a semi join
-- expect: PT141 2
SELECT person_id, age FROM {{ ref('stg_people') }} AS a
SEMI JOIN {{ ref('stg_people') }} AS b ON a.name = b.name

-- ## a name in GROUP BY, where it shows in the count
-- expect: PT140 1, PT141 1
SELECT person_id, age, count(*) AS x FROM {{ ref('stg_people') }} GROUP BY person_id, age, name

-- ## a name in GROUP BY through an alias
-- expect: PT140 1, PT140 1, PT141 1
SELECT person_id, left(name, 1) AS initial, count(*) AS x FROM {{ ref('stg_people') }} GROUP BY person_id, initial

-- ## a name in GROUP BY by its position
-- expect: PT140 1, PT140 1, PT141 1
SELECT person_id, left(name, 1) AS initial, count(*) AS x FROM {{ ref('stg_people') }} GROUP BY 1, 2

-- ## a name in GROUP BY ALL
-- expect: PT140 1, PT140 1, PT141 1
SELECT person_id, name, count(*) AS x FROM {{ ref('stg_people') }} GROUP BY ALL

-- ## a name in HAVING
-- expect: PT141 1
SELECT person_id, count(*) AS x FROM {{ ref('stg_people') }} GROUP BY person_id HAVING max(name) > 'M'

-- ## a name in QUALIFY
-- expect: PT141 2, PT141 2
SELECT person_id, age FROM {{ ref('stg_people') }}
QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY name) = 1

-- ## a name in DISTINCT ON
-- expect: PT141 1
SELECT DISTINCT ON (name) person_id, age FROM {{ ref('stg_people') }} ORDER BY age

-- ## a row chosen by the order of names
-- expect: PT141 1
SELECT DISTINCT ON (person_id) person_id, age FROM {{ ref('stg_people') }} ORDER BY name

-- ## a name in DISTINCT
-- expect: PT141 1
SELECT person_id, age FROM (SELECT DISTINCT person_id, age, name FROM {{ ref('stg_people') }}) AS people

-- ## a name in UNION without ALL
-- expect: PT141 4
SELECT person_id, age FROM (
    SELECT person_id, age, name FROM {{ ref('stg_people') }}
    UNION
    SELECT person_id, age, name FROM {{ ref('stg_people') }}
) AS people

-- ## a name in EXCEPT
-- expect: PT141 4
SELECT person_id, age FROM (
    SELECT person_id, age, name, risk FROM {{ ref('stg_people') }}
    EXCEPT
    SELECT person_id, age, NULL, 'high' FROM {{ ref('stg_people') }}
) AS people

-- ## a name on the other side of UNION ALL
-- expect: PT140 1
SELECT person_id, county FROM {{ ref('stg_people') }}
UNION ALL
SELECT person_id, name FROM {{ ref('stg_people') }}

-- ## a name beside NULL in UNION ALL
-- expect: PT140 1
SELECT person_id, NULL AS x FROM {{ ref('stg_people') }}
UNION ALL
SELECT person_id, [NULL, name] FROM {{ ref('stg_people') }}

-- ## a name in ORDER BY
-- expect: PT141 1, PT147 1
SELECT person_id, age FROM {{ ref('stg_people') }} ORDER BY name

-- ## a name in ORDER BY of a subquery with LIMIT
-- expect: PT141 1, PT147 1
SELECT person_id, age FROM (SELECT person_id, age FROM {{ ref('stg_people') }} ORDER BY name LIMIT 50) AS people

-- ## a name under a CTE that hides another one of its name
-- expect: PT140 2
WITH people AS (SELECT person_id, county FROM {{ ref('stg_people') }})
SELECT * FROM (
    WITH people AS (SELECT person_id, name AS county FROM {{ ref('stg_people') }}) SELECT person_id, county FROM people
) AS inner_people

-- ## a name behind renamed columns of a CTE
-- expect: PT140 2
WITH people(person_id, county) AS (SELECT person_id, name FROM {{ ref('stg_people') }})
SELECT person_id, county FROM people

-- ## a name behind renamed columns of a subquery
-- expect: PT140 1
SELECT person_id, county FROM (SELECT person_id, name FROM {{ ref('stg_people') }}) AS people(person_id, county)

-- ## a name behind a private model that renames it
-- expect: PT140 1
SELECT person_id, town FROM {{ ref('renamed') }}

-- ## a name behind a private model that computes with it
-- expect: PT140 1
SELECT person_id, namesakes FROM {{ ref('namesakes') }}

-- ## a private model that was filtered by name
-- expect: PT146 1
SELECT person_id, age FROM {{ ref('filtered_by_name') }}

-- ## a private model that groups by name
-- expect: PT140 1, PT146 1
SELECT person_id, n FROM {{ ref('grouped_by_name') }}

-- ## a private model that was filtered by a sensitive column
-- expect: PT146 1
SELECT person_id, age FROM {{ ref('filtered_by_risk') }}

-- ## a private model that leaves one person out
-- expect: PT146 1
SELECT person_id, age FROM {{ ref('filtered_by_unit') }}

-- ## a sensitive column in WHERE
-- expect: PT146 1
SELECT person_id, age FROM {{ ref('stg_people') }} WHERE risk = 'high'

-- ## a sensitive column beside another one in WHERE
-- expect: PT146 1
SELECT person_id, age FROM {{ ref('stg_people') }} WHERE age > 90 OR risk = 'high'

-- ## a sensitive column in an inner join
-- expect: PT146 3
SELECT people.person_id, people.age
FROM {{ ref('stg_people') }} AS people
INNER JOIN {{ ref('stg_events') }} AS events ON people.person_id = events.person_id AND events.outcome = 'guilty'

-- ## persona events that hide the sensitive column they are chosen by
-- protection: persona_events
-- expect: PT146 1
SELECT person_id, date FROM {{ ref('stg_events') }} WHERE outcome = 'guilty'

-- ## no privacy unit
-- expect: PT142 1
SELECT age, county FROM {{ ref('stg_people') }}

-- ## two privacy units
-- expect: PT142 1
SELECT person_id, person_id AS again, age FROM {{ ref('stg_people') }}

-- ## the unit in an expression
-- expect: PT142 1, PT143 1
SELECT person_id % 1000 AS x, age FROM {{ ref('stg_people') }}

-- ## an expression of the unit beside the unit
-- expect: PT143 1
SELECT person_id, person_id // 1000 AS x FROM {{ ref('stg_people') }}

-- ## the unit mixed with a constant
-- expect: PT142 1, PT143 1
SELECT person_id, age FROM {{ ref('stg_people') }} UNION ALL SELECT 10001, 30

-- ## one person chosen by the unit
-- expect: PT143 1
SELECT person_id, age FROM {{ ref('stg_people') }} WHERE person_id = 10001

-- ## one person left out by the unit
-- expect: PT143 1
SELECT person_id, age FROM {{ ref('stg_people') }} WHERE person_id NOT IN (10001, 10002)

-- ## one person left out by EXCEPT
-- expect: PT143 1
SELECT person_id FROM {{ ref('stg_people') }} EXCEPT SELECT 10001

-- ## one person chosen by a join to a constant
-- expect: PT143 2
SELECT people.person_id, people.age FROM {{ ref('stg_people') }} AS people
INNER JOIN (VALUES (10001)) AS chosen(person_id) USING (person_id)

-- ## the first people by LIMIT
-- expect: PT147 1
SELECT person_id, age FROM {{ ref('stg_people') }} ORDER BY age LIMIT 100

-- ## a derived release that reads a private model
-- protection: derived
-- expect: PT144 1
SELECT county, count(*) AS people FROM {{ ref('stg_people') }} GROUP BY county

-- ## a derived release that reads a source
-- protection: derived
-- expect: PT144 1
SELECT county, count(*) AS people FROM {{ source('court', 'people') }} GROUP BY county

-- ## a public release that joins private rows to a release
-- protection: public
-- expect: PT144 2
SELECT released.county, count(*) AS n FROM {{ ref('released') }} AS released
INNER JOIN {{ ref('stg_people') }} AS people ON people.county = released.county GROUP BY ALL

-- ## a value of another person by a join to one person
-- expect: PT149 2
SELECT a.person_id, a.gender, b.risk FROM {{ ref('stg_people') }} AS a
INNER JOIN {{ ref('stg_people') }} AS b ON b.age = 97

-- ## a value of another person by a cross join
-- expect: PT149 2
SELECT a.person_id, b.risk FROM {{ ref('stg_people') }} AS a
CROSS JOIN (SELECT person_id, risk FROM {{ ref('stg_people') }} WHERE age = 97) AS b

-- ## a value of another person without the key
-- expect: PT149 2
SELECT a.person_id, b.risk FROM {{ ref('stg_people') }} AS a
CROSS JOIN (SELECT risk FROM {{ ref('stg_people') }} WHERE age = 97) AS b

-- ## a constant that says whether another person is there
-- expect: PT149 2
SELECT a.person_id, b.x FROM {{ ref('stg_people') }} AS a
LEFT JOIN (SELECT 1 AS x FROM {{ ref('stg_people') }} WHERE age = 97) AS b ON TRUE

-- ## a comma between people
-- expect: PT149 1
SELECT a.person_id, b.risk FROM {{ ref('stg_people') }} AS a, {{ ref('stg_people') }} AS b WHERE b.age = 97

-- ## a full join of people by a county
-- expect: PT149 1
SELECT a.person_id, b.risk FROM {{ ref('stg_people') }} AS a FULL JOIN {{ ref('stg_people') }} AS b USING (county)

-- ## a join on the unit or something else
-- expect: PT143 1, PT149 1
SELECT a.person_id, b.risk FROM {{ ref('stg_people') }} AS a JOIN {{ ref('stg_people') }} AS b ON a.person_id = b.person_id OR b.age = 97

-- ## a join by keys that are missing
-- expect: PT149 2
SELECT a.person_id, c.risk FROM {{ ref('stg_people') }} AS a LEFT JOIN {{ ref('stg_events') }} AS b USING (person_id)
INNER JOIN {{ ref('stg_people') }} AS c ON c.person_id IS NOT DISTINCT FROM b.person_id

-- ## two people brought together by a third relation
-- expect: PT149 2
SELECT a.person_id, b.risk FROM {{ ref('stg_people') }} AS a
CROSS JOIN {{ ref('stg_people') }} AS b
LEFT JOIN {{ ref('stg_events') }} AS c ON c.person_id = a.person_id AND c.person_id = b.person_id

-- ## a join on a column that is not the unit
-- expect: PT149 2
SELECT a.person_id, a.age FROM {{ ref('stg_people') }} AS a
LEFT JOIN {{ ref('stg_people') }} AS b ON a.county = b.county

-- ## a condition that only looks like a join on the unit
-- expect: PT149 2
SELECT a.person_id, a.age FROM {{ ref('stg_people') }} AS a
LEFT JOIN {{ ref('stg_people') }} AS b ON b.person_id = b.person_id

-- ## a window over everybody
-- expect: PT149 1
SELECT person_id, max(risk) OVER () AS x FROM {{ ref('stg_people') }}

-- ## a window over a county
-- expect: PT149 1
SELECT person_id, max(risk) OVER (PARTITION BY county) AS x FROM {{ ref('stg_people') }}

-- ## a filtered count over everybody
-- expect: PT149 1
SELECT person_id, count(*) FILTER (WHERE age = 97 AND risk = 'high') OVER () AS x FROM {{ ref('stg_people') }}

-- ## a window over those without a partner
-- expect: PT149 1
SELECT a.person_id, max(a.risk) OVER (PARTITION BY b.person_id) AS x FROM {{ ref('stg_people') }} AS a
LEFT JOIN {{ ref('stg_events') }} AS b ON a.person_id = b.person_id

-- ## a scalar subquery over people
-- expect: PT149 1
SELECT person_id, age > (SELECT avg(age) FROM {{ ref('stg_people') }}) AS above FROM {{ ref('stg_people') }}

-- ## whether another person exists
-- expect: PT149 1
SELECT person_id, EXISTS (SELECT 1 FROM {{ ref('stg_people') }} WHERE age = 97) AS x FROM {{ ref('stg_people') }}

-- ## statistics of a county
-- expect: PT149 2
SELECT a.person_id, b.risk FROM {{ ref('stg_people') }} AS a
LEFT JOIN (SELECT county, max(risk) AS risk FROM {{ ref('stg_people') }} GROUP BY county) AS b ON a.county = b.county

-- ## a staging model that mixes people
-- expect: PT149 1
SELECT person_id, risk FROM {{ ref('mixed') }}

-- ## a name that is looked up among constants
-- expect: PT140 1, PT141 3
SELECT people.person_id, known.pseudonym
FROM {{ ref('stg_people') }} AS people
INNER JOIN (VALUES ('Jane Doe', 'jd'), ('Max Moe', 'mm')) AS known(name, pseudonym) ON people.name = known.name

-- ## rows chosen by the values of all
-- expect: PT149 1
SELECT person_id, age FROM {{ ref('stg_people') }} WHERE age < (SELECT max(age) FROM {{ ref('stg_people') }})

-- ## rows chosen by a window over all
-- expect: PT149 2
SELECT person_id, age, county FROM {{ ref('stg_people') }}
QUALIFY age < max(age) OVER (PARTITION BY county)
