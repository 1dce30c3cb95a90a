-- ## a raw column
-- expect: PT629
SELECT county, amount FROM private.events

-- ## a raw column beside a count
-- expect: PT629
SELECT county, count(*) AS n FROM private.events

-- ## a star
-- expect: PT629
SELECT * FROM private.events

-- ## a star of a relation
-- expect: PT629
SELECT e.*, count(*) AS n FROM private.events AS e GROUP BY ALL

-- ## the person
-- expect: PT629
SELECT person_id, count(*) AS n FROM private.events GROUP BY person_id

-- ## the person as text
-- expect: PT629
SELECT CAST(person_id AS VARCHAR) AS who, count(*) AS n FROM private.events GROUP BY 1

-- ## HAVING on raw counts
-- expect: PT629
SELECT county, count(*) AS n FROM private.events GROUP BY county HAVING count(*) > 5

-- ## ORDER BY raw counts
-- expect: PT629
SELECT county, count(*) AS n FROM private.events GROUP BY county ORDER BY n DESC

-- ## LIMIT
-- expect: PT629
SELECT county, count(*) AS n FROM private.events GROUP BY county LIMIT 10

-- ## OFFSET
-- expect: PT629
SELECT county, count(*) AS n FROM private.events GROUP BY county OFFSET 10

-- ## DISTINCT
-- expect: PT629
SELECT DISTINCT county, count(*) AS n FROM private.events GROUP BY county

-- ## QUALIFY
-- expect: PT629
SELECT county, count(*) AS n FROM private.events GROUP BY county QUALIFY n > 2

-- ## a UNION
-- expect: PT629
SELECT count(*) AS n FROM private.events UNION ALL SELECT count(*) AS n FROM private.people

-- ## nothing aggregated
-- expect: PT629
SELECT 1 AS one

-- ## nobody's rows
-- expect: PT629
SELECT region, count(*) AS n FROM release.regions GROUP BY region

-- ## a ratio of aggregates
-- expect: PT629
SELECT county, sum(amount) / count(*) AS mean FROM private.events GROUP BY county

-- ## a window over aggregates
-- expect: PT629
SELECT county, sum(count(*)) OVER () AS n FROM private.events GROUP BY county

-- ## a key that is not selected
-- expect: PT629
SELECT county, count(*) AS n FROM private.events GROUP BY county, kind

-- ## a list
-- expect: PT630
SELECT list(amount ORDER BY amount) AS all_of_them FROM private.events

-- ## any value
-- expect: PT630
SELECT any_value(kind) AS kind FROM private.events

-- ## the kind that is most frequent
-- expect: PT630
SELECT mode(kind) AS kind FROM private.events

-- ## who has most
-- expect: PT630
SELECT arg_max(kind, amount) AS kind FROM private.events

-- ## a correlation
-- expect: PT630
SELECT corr(amount, visits) AS r FROM private.events

-- ## distinct values
-- expect: PT630
SELECT count(DISTINCT kind) AS kinds FROM private.events

-- ## distinct sums
-- expect: PT630
SELECT sum(DISTINCT amount) AS amount FROM private.events

-- ## the largest text
-- expect: PT630
SELECT max(kind) AS kind FROM private.events

-- ## a quantile from the data
-- expect: PT630
SELECT quantile_cont(amount, visits) AS q FROM private.events

-- ## a quantile above one
-- expect: PT630
SELECT quantile_cont(amount, 1.5) AS q FROM private.events

-- ## a nested aggregate
-- expect: PT630
SELECT sum(max(amount)) AS n FROM private.events

-- ## a product
-- expect: PT630
SELECT product(amount) AS n FROM private.events

-- ## a cast that can fail
-- expect: PT628
SELECT sum(CAST(kind AS INTEGER)) AS n FROM private.events

-- ## a cast by colons
-- expect: PT628
SELECT count(*) AS n FROM private.events WHERE kind::INTEGER = 1

-- ## a text compared with a number
-- expect: PT628
SELECT count(*) AS n FROM private.events WHERE kind = 1

-- ## a text among numbers
-- expect: PT628
SELECT count(*) AS n FROM private.events WHERE kind IN (1, 2)

-- ## a text between numbers
-- expect: PT628
SELECT count(*) AS n FROM private.events WHERE kind BETWEEN 1 AND 2

-- ## branches of different kinds
-- expect: PT628
SELECT sum(CASE WHEN visits > 1 THEN visits ELSE kind END) AS n FROM private.events

-- ## a sum that can run over
-- expect: PT627
SELECT sum(visits + 1) AS n FROM private.events

-- ## a product that can run over
-- expect: PT627
SELECT sum(visits * visits) AS n FROM private.events

-- ## a division by nothing
-- expect: PT627
SELECT visits // 0 AS n, count(*) AS m FROM private.events GROUP BY 1

-- ## a rest by nothing
-- expect: PT627
SELECT count(*) AS n FROM private.events WHERE visits % visits = 0

-- ## a function that can fail
-- expect: PT627
SELECT sum(sqrt(amount)) AS n FROM private.events

-- ## a date that cannot be read
-- expect: PT627
SELECT count(*) AS n FROM private.events WHERE strptime(kind, '%Y') > day

-- ## a pattern from the data
-- expect: PT627
SELECT count(*) AS n FROM private.events WHERE regexp_matches(kind, county)

-- ## repeated text without end
-- expect: PT627
SELECT count(*) AS n FROM private.events WHERE repeat(kind, visits) = 'a'

-- ## people joined by a place
-- expect: PT622
SELECT count(*) AS n FROM private.events AS a JOIN private.people AS b ON a.county = b.county

-- ## people crossed with people
-- expect: PT622
SELECT count(*) AS n FROM private.events AS a CROSS JOIN private.people AS b

-- ## a self-join that loses the unit
-- expect: PT622
SELECT count(*) AS n FROM private.events AS a JOIN private.events AS b ON a.day = b.day

-- ## people or nobody
-- expect: PT622
SELECT count(*) AS n FROM release.regions AS r LEFT JOIN private.people AS p ON r.county = p.county

-- ## everybody or nobody
-- expect: PT622
SELECT count(*) AS n FROM private.people AS p FULL JOIN private.events AS e ON p.person_id =
e.person_id

-- ## places without people
-- expect: PT622
SELECT r.region, count(*) AS n FROM release.regions AS r ANTI JOIN private.people AS p ON r.county =
p.county GROUP BY 1

-- ## groups of people
-- expect: PT621
SELECT count(*) AS n FROM (SELECT county, count(*) AS c FROM private.events GROUP BY county)

-- ## the largest of all
-- expect: PT621
SELECT count(*) AS n FROM (SELECT max(amount) AS m FROM private.events)

-- ## distinct places
-- expect: PT621
SELECT count(*) AS n FROM (SELECT DISTINCT county FROM private.events)

-- ## the unit left behind
-- expect: PT621
SELECT count(*) AS n FROM (SELECT county, kind FROM private.events)

-- ## a union without the unit
-- expect: PT621
SELECT count(*) AS n FROM (SELECT person_id, county FROM private.events UNION ALL SELECT county,
person_id FROM private.people)

-- ## a limit below
-- expect: PT620
SELECT count(*) AS n FROM (SELECT person_id FROM private.events LIMIT 5)

-- ## a window over everybody
-- expect: PT620
SELECT count(*) AS n FROM (SELECT person_id, rank() OVER (ORDER BY amount) AS r FROM private.events)
WHERE r < 9

-- ## a window by place
-- expect: PT620
SELECT count(*) AS n FROM (SELECT person_id, max(amount) OVER (PARTITION BY county) AS r FROM
private.events) WHERE r < 9

-- ## the first of tied rows
-- expect: PT624
SELECT count(*) AS n FROM (SELECT person_id, row_number() OVER (PARTITION BY person_id ORDER BY day)
AS r FROM private.events)

-- ## the row before
-- expect: PT624
SELECT count(*) AS n FROM (SELECT person_id, lag(kind) OVER (PARTITION BY person_id ORDER BY day) AS
r FROM private.events)

-- ## a frame of rows
-- expect: PT624
SELECT sum(r) AS n FROM (SELECT person_id, count(*) OVER (PARTITION BY person_id ORDER BY day ROWS
BETWEEN 1 PRECEDING AND CURRENT ROW) AS r FROM private.events)

-- ## distinct on
-- expect: PT624
SELECT count(*) AS n FROM (SELECT DISTINCT ON (person_id) person_id, kind FROM private.events ORDER
BY day)

-- ## a float sum below
-- expect: PT624
SELECT avg(s) AS n FROM (SELECT person_id, sum(amount) AS s FROM private.events GROUP BY person_id)

-- ## any value below
-- expect: PT624
SELECT k, count(*) AS n FROM (SELECT person_id, any_value(kind) AS k FROM private.events GROUP BY
person_id) GROUP BY k

-- ## a filter by a subquery over people
-- expect: PT623
SELECT count(*) AS n FROM private.events WHERE county IN (SELECT county FROM private.people)

-- ## a scalar subquery
-- expect: PT626
SELECT count(*) AS n FROM private.events WHERE amount > (SELECT avg(amount) FROM private.events)

-- ## a lookup that can find two
-- expect: PT626
SELECT (SELECT region FROM release.regions AS r WHERE r.county = e.county) AS region, count(*) AS n
FROM private.events AS e GROUP BY 1

-- ## an aggregate in TRY
-- expect: PT626
SELECT county, count(*) AS n FROM private.events WHERE TRY(max(amount)) > 1 GROUP BY 1

-- ## an aggregate in WHERE
-- expect: PT625
SELECT county, count(*) AS n FROM private.events WHERE max(amount) > 1 GROUP BY 1

-- ## a UDF
-- expect: PT126
SELECT count(*) AS n FROM private.events WHERE secret_score(kind) > 3

-- ## another query
-- expect: PT126
SELECT count(*) AS n FROM query('SELECT 1')

-- ## a file
-- expect: PT126
SELECT count(*) AS n FROM private.events WHERE county IN (SELECT county FROM
read_csv('counties.csv'))

-- ## a lateral join
-- expect: PT125
SELECT count(*) AS n FROM private.events AS e, LATERAL (SELECT e.kind) AS s

-- ## a subquery in FROM that looks at the row
-- expect: PT625
SELECT count(*) AS n FROM private.events AS e, (SELECT p.county FROM private.people AS p WHERE
p.person_id = e.person_id) AS s

-- ## chance
-- expect: PT127
SELECT count(*) AS n FROM private.events WHERE random() < 0.5

-- ## the clock
-- expect: PT127
SELECT count(*) AS n FROM private.events WHERE day < current_date

-- ## a sample
-- expect: PT125
SELECT count(*) AS n FROM private.events TABLESAMPLE 10 PERCENT

-- ## another row's columns
-- expect: PT126
SELECT count(*) AS n FROM private.events AS e, unnest(['a', 'b']) AS u(kind)

-- ## a constant that fails only where somebody is
-- expect: PT628
SELECT sum(CASE WHEN kind = 'jail' THEN CAST('abc' AS INTEGER) END) AS n FROM private.events

-- ## a number compared with a text that is none
-- expect: PT628
SELECT count(*) AS n FROM private.events WHERE kind = 'jail' AND visits = 'abc'

-- ## a day that is none
-- expect: PT628
SELECT count(*) AS n FROM private.events WHERE day > '2020-02-30'

-- ## a truth that is none
-- expect: PT628
SELECT count(*) AS n FROM private.events WHERE (visits > 3) = 'maybe'

-- ## a text as a condition
-- expect: PT628
SELECT count(*) AS n FROM private.events WHERE kind

-- ## a text as a condition of FILTER
-- expect: PT628
SELECT count(*) FILTER (WHERE kind) AS n FROM private.events

-- ## a text that is negated
-- expect: PT628
SELECT count(*) AS n FROM private.events WHERE NOT kind

-- ## a text that is true
-- expect: PT628
SELECT count(*) AS n FROM private.events WHERE kind IS TRUE

-- ## a text as a condition of CASE
-- expect: PT628
SELECT sum(CASE WHEN kind THEN 1 END) AS n FROM private.events

-- ## rows compared as wholes
-- expect: PT627
SELECT count(*) AS n FROM private.events WHERE (kind, visits) = (county, kind)

-- ## a number among texts of a public list
-- expect: PT628
SELECT count(*) AS n FROM private.events WHERE visits IN (SELECT county FROM release.regions)

-- ## a pattern that cannot be read
-- expect: PT627
SELECT count(*) AS n FROM private.events WHERE regexp_matches(kind, '(a')

-- ## a pattern that looks behind
-- expect: PT627
SELECT count(*) AS n FROM private.events WHERE regexp_matches(kind, '(?<=a)b')

-- ## a pattern of a column against a constant
-- expect: PT627
SELECT count(*) AS n FROM private.events WHERE regexp_matches('abc', kind)

-- ## a format that cannot be read
-- expect: PT627
SELECT strftime(day, '%Q') AS q, count(*) AS n FROM private.events GROUP BY ALL

-- ## a format of a column
-- expect: PT627
SELECT strftime(day, kind) AS q, count(*) AS n FROM private.events GROUP BY ALL

-- ## a month past the last TIMESTAMP
-- expect: PT627
SELECT date_trunc('month', TRY_CAST(kind AS DATE)) AS month, count(*) AS n FROM private.events GROUP
BY ALL

-- ## days compared past the last TIMESTAMP
-- expect: PT628
SELECT count(*) AS n FROM private.events WHERE TRY_CAST(kind AS DATE) > TIMESTAMP '2020-01-01'

-- ## a cast to a DECIMAL
-- expect: PT628
SELECT sum(TRY_CAST(kind AS DECIMAL(38, 30))) AS n FROM private.events

-- ## tens of the largest whole number
-- expect: PT627
SELECT round(visits, -1) AS tens, count(*) AS n FROM private.events GROUP BY ALL

-- ## a minus before the least whole number
-- expect: PT627
SELECT sum(-visits) AS n FROM private.events

-- ## a fraction with too many digits
-- expect: PT627
SELECT count(*) AS n FROM private.events WHERE visits > 0.00000000000000000001

-- ## text without end in TRY
-- expect: PT627
SELECT count(*) AS n FROM private.events WHERE TRY(repeat(kind, visits)) = 'a'

-- ## the person picked out
-- expect: PT628
SELECT count(*) AS n FROM private.events WHERE person_id = '17'

-- ## an order that can fail
-- expect: PT628
SELECT count(*) AS n FROM (SELECT person_id FROM private.events ORDER BY CAST(kind AS INTEGER))

-- ## a value that a looked-up row lacks
-- expect: PT625
SELECT count(*) AS n FROM private.events AS e WHERE county IN (SELECT r.county FROM release.regions
AS r WHERE r.region = e.kind)

-- ## an alias in WHERE
-- expect: PT625
SELECT lower(county) AS place, count(*) AS n FROM private.events WHERE place = 'a' GROUP BY ALL

-- ## USING of two kinds
-- expect: PT628
SELECT count(*) AS n FROM private.events AS e JOIN (VALUES (1), (2)) AS v(county) USING (county)

-- ## NATURAL without the unit
-- expect: PT622
SELECT count(*) AS n FROM private.events NATURAL JOIN (SELECT person_id AS other, county FROM
private.people)

-- ## a self-join by USING of a place
-- expect: PT622
SELECT count(*) AS n FROM private.events AS a JOIN private.events AS b USING (county)

-- ## a semi-join by a place
-- expect: PT622
SELECT count(*) AS n FROM private.people AS p SEMI JOIN private.events AS e ON p.county = e.county

-- ## an anti-join by the unit or a place
-- expect: PT622
SELECT count(*) AS n FROM private.people AS p ANTI JOIN private.events AS e ON p.person_id =
e.person_id OR p.county = e.county

-- ## the unit of the missing side
-- expect: PT622
SELECT count(*) AS n FROM private.people AS p LEFT JOIN private.events AS e ON p.person_id =
e.person_id JOIN private.events AS f ON e.person_id = f.person_id

-- ## people joined by a CTE of a place
-- expect: PT622
WITH places AS (SELECT person_id, county FROM private.people) SELECT count(*) AS n FROM
private.events AS e JOIN places AS p ON e.county = p.county

-- ## places of people in a CTE
-- expect: PT621
WITH places AS (SELECT county, count(*) AS c FROM private.people GROUP BY county) SELECT count(*) AS
n FROM private.events AS e JOIN places AS p ON e.county = p.county

-- ## a union of kinds
-- expect: PT628
SELECT count(*) AS n FROM (SELECT person_id, visits AS x FROM private.events UNION ALL SELECT
person_id, county FROM private.people) WHERE x = 'a'

-- ## distinct rows without the unit
-- expect: PT621
SELECT count(*) AS n FROM (SELECT county FROM private.events UNION SELECT county FROM
private.people)

-- ## people and nobody in a union
-- expect: PT622
SELECT count(*) AS n FROM (SELECT person_id, county FROM private.events UNION ALL SELECT region,
county FROM release.regions)

-- ## a named window over everybody
-- expect: PT620
SELECT count(*) AS n FROM (SELECT person_id, rank() OVER w AS r FROM private.events WINDOW w AS
(ORDER BY day)) WHERE r = 1

-- ## the largest of a quantile within a group
-- expect: PT624
SELECT count(*) AS n FROM (SELECT person_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY amount) AS
m FROM private.events GROUP BY person_id) WHERE m > 3

-- ## a sum of means
-- expect: PT624
SELECT count(*) AS n FROM (SELECT person_id, sum(m) AS s FROM (SELECT person_id, kind,
median(amount) AS m FROM private.events GROUP BY ALL) GROUP BY person_id) WHERE s > 3

-- ## sets of keys below
-- expect: PT621
SELECT count(*) AS n FROM (SELECT person_id, county, count(*) AS c FROM private.events GROUP BY
ROLLUP (person_id, county))

-- ## GROUPING
-- expect: PT125
SELECT county, grouping(county) AS g, count(*) AS n FROM private.events GROUP BY ROLLUP (county)

-- ## GROUPING_ID
-- expect: PT126
SELECT county, grouping_id(county) AS g, count(*) AS n FROM private.events GROUP BY ROLLUP (county)

-- ## a set that stands there twice
-- expect: PT629
SELECT county, count(*) AS n FROM private.events GROUP BY GROUPING SETS (county, county)

-- ## too many sets
-- expect: PT629
SELECT county AS a, kind AS b, day AS c, visits AS d, amount AS e, lower(county) AS f, upper(county)
AS g, count(*) AS n FROM private.events GROUP BY CUBE (a, b, c, d, e, f, g)

-- ## an alias that is a column
-- expect: PT629
SELECT lower(county) AS county, count(*) AS n FROM private.events GROUP BY county

-- ## an alias that is a column, in another case
-- expect: PT629
SELECT lower(county) AS COUNTY, count(*) AS n FROM private.events GROUP BY County

-- ## a place that is an aggregate
-- expect: PT629
SELECT county, count(*) AS n FROM private.events GROUP BY 2

-- ## FROM first
-- expect: PT629
FROM private.events SELECT count(*) AS n

-- ## a name before its value
-- expect: PT629
SELECT n: count(*) FROM private.events

-- ## FILTER without WHERE
-- expect: PT629
SELECT count(*) FILTER (kind = 'a') AS n FROM private.events

-- ## a name of the SQL around it
-- expect: PT629
SELECT county AS pt_person, count(*) AS n FROM private.events GROUP BY ALL

-- ## two columns of one name
-- expect: PT629
SELECT county, count(*) AS County FROM private.events GROUP BY ALL

-- ## a query of the SQL around it
-- expect: PT629
WITH Bounded AS (SELECT * FROM private.events) SELECT count(*) AS n FROM Bounded

-- ## a key past 64 bits
-- expect: PT650
SELECT total, count(*) AS n FROM (SELECT person_id, sum(visits) AS total FROM private.events GROUP
BY person_id) GROUP BY total

-- ## the person in a nested star
-- expect: PT629
SELECT s.*, count(*) AS n FROM (SELECT e.* FROM private.events AS e) AS s GROUP BY ALL

-- ## people counted by the unit of the missing side
-- expect: PT630
SELECT count(DISTINCT e.person_id) AS n FROM private.people AS p LEFT JOIN private.events AS e ON
p.person_id = e.person_id

-- ## a month that is a TIMESTAMP
-- expect: PT650
SELECT date_trunc('month', day) AS month, count(*) AS n FROM private.events GROUP BY ALL

-- ## a moment of each person's own
-- expect: PT650
SELECT CAST(day AS TIMESTAMP) AS moment, count(*) AS n FROM private.events GROUP BY ALL

-- ## a moment past the last year
-- expect: PT650
SELECT TRY_CAST(kind AS TIMESTAMP) AS moment, count(*) AS n FROM private.events GROUP BY ALL

-- ## a key of nothing
-- expect: PT650
SELECT NULL AS nothing, count(*) AS n FROM private.events GROUP BY ALL

-- ## a length of time as a key
-- expect: PT650
SELECT INTERVAL 3 DAY AS while, count(*) AS n FROM private.events GROUP BY ALL

-- ## names in their places, behind a star with a name twice
-- expect: PT621
WITH a AS (SELECT kind AS x, person_id AS p FROM private.events), b AS (SELECT kind AS x, person_id AS u,
county FROM private.events), j(p, q, r) AS (SELECT * FROM a INNER JOIN b ON a.p = b.u)
SELECT county, count(*) AS n FROM (SELECT r AS who, county FROM j) GROUP BY county

-- ## a text that grows past any memory, step by step
-- expect: PT627
WITH a AS (SELECT person_id, kind || kind || kind || kind AS x FROM private.events),
b AS (SELECT person_id, concat(x, x, x, x) AS x FROM a), c AS (SELECT person_id, x || x AS x FROM b),
d AS (SELECT person_id, min(x) AS x FROM c GROUP BY person_id)
SELECT count(*) AS n FROM (SELECT * FROM d UNION ALL SELECT person_id, x || x || x FROM d) WHERE x = 'a'

-- ## a text that grows past any memory, alias by alias
-- expect: PT627
SELECT count(*) AS n FROM (SELECT person_id, concat(kind, kind, kind, kind, kind) AS x, concat(x, x, x, x, x)
AS y, concat(y, y, y, y, y) AS z FROM private.events) WHERE z = 'a'

-- ## a text that grows past any memory, letter by letter
-- expect: PT627
SELECT count(*) AS n FROM private.events WHERE
replace(replace(kind, 'a', 'aaaaaaaaaa'), 'a', 'aaaaaaaaaa') = 'a'

-- ## a person beside another column of that name
-- expect: PT625
SELECT count(*) AS n FROM (SELECT * EXCLUDE (county) FROM release.regions AS r(x, person_id)
CROSS JOIN private.events AS e) AS z
