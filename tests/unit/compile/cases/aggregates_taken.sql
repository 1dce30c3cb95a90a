-- ## a count
SELECT count(*) AS n FROM private.events

-- ## a count by a key
SELECT county, count(*) AS n FROM private.events GROUP BY county

-- ## group by all
SELECT county, kind, count(*) AS n FROM private.events GROUP BY ALL

-- ## group by place
SELECT county, count(*) AS n FROM private.events GROUP BY 1

-- ## group by alias
SELECT lower(county) AS place, count(*) AS n FROM private.events GROUP BY place

-- ## group by expression
SELECT lower(county) AS place, count(*) AS n FROM private.events GROUP BY lower(county)

-- ## people
SELECT count(DISTINCT person_id) AS people FROM private.events

-- ## people of an alias
SELECT count(DISTINCT e.person_id) AS people FROM private.events AS e

-- ## a count of values
SELECT count(kind) AS n FROM private.events

-- ## a count of some
SELECT count(*) FILTER (WHERE kind = 'jail') AS n FROM private.events

-- ## people of some
SELECT count(DISTINCT person_id) FILTER (WHERE visits > 2) AS people FROM private.events

-- ## a count if
SELECT count_if(visits > 2) AS n FROM private.events

-- ## a sum
SELECT sum(amount) AS amount FROM private.events

-- ## a sum of some
SELECT sum(amount) FILTER (WHERE kind IN ('a', 'b')) AS amount FROM private.events

-- ## a mean
SELECT county, avg(amount) AS mean FROM private.events GROUP BY county

-- ## a variance
SELECT var_pop(amount) AS v, variance(amount) AS w FROM private.events

-- ## a deviation
SELECT stddev(amount) AS s, stddev_pop(amount) AS t FROM private.events

-- ## a median
SELECT median(amount) AS m FROM private.events

-- ## quantiles
SELECT quantile_cont(amount, 0.9) AS a, quantile_disc(visits, 0.25) AS b FROM private.events

-- ## extremes
SELECT min(amount) AS least, max(amount) AS most FROM private.events

-- ## a truth summed
SELECT avg(visits > 3) AS share FROM private.events

-- ## a sum that cannot fail
SELECT sum(TRY(visits * 2)) AS n FROM private.events

-- ## a cast that cannot fail
SELECT sum(TRY_CAST(kind AS INTEGER)) AS n FROM private.events

-- ## months
SELECT CAST(date_trunc('month', day) AS DATE) AS month, count(*) AS n FROM private.events GROUP BY ALL

-- ## years
SELECT year(day) AS year, extract('month' FROM day) AS month, count(*) AS n FROM private.events
GROUP BY ALL

-- ## bands
SELECT CASE WHEN visits >= 5 THEN '5+' WHEN visits >= 1 THEN '1-4' ELSE '0' END AS band, count(*) AS
n FROM private.events GROUP BY band

-- ## a filter
SELECT count(*) AS n FROM private.events WHERE day >= DATE '2020-01-01' AND kind LIKE 'a%'

-- ## a filter with NULL
SELECT count(*) AS n FROM private.events WHERE kind IS NOT NULL AND NOT (visits = 3)

-- ## a join on the unit
SELECT p.county, count(*) AS n FROM private.events AS e JOIN private.people AS p ON e.person_id =
p.person_id GROUP BY ALL

-- ## a join using the unit
SELECT p.county, count(*) AS n FROM private.events AS e JOIN private.people AS p USING (person_id)
GROUP BY ALL

-- ## a left join on the unit
SELECT count(DISTINCT p.person_id) AS n FROM private.people AS p LEFT JOIN private.events AS e ON
p.person_id = e.person_id AND e.kind = 'jail' WHERE e.kind IS NULL

-- ## a semi join
SELECT count(*) AS n FROM private.people AS p SEMI JOIN private.events AS e ON p.person_id =
e.person_id

-- ## an anti join
SELECT count(*) AS n FROM private.people AS p ANTI JOIN private.events AS e ON p.person_id =
e.person_id

-- ## a comma join on the unit
SELECT count(*) AS n FROM private.people AS p, private.events AS e WHERE p.person_id = e.person_id

-- ## a join to what is public
SELECT r.region, count(*) AS n FROM private.events AS e JOIN release.regions AS r ON e.county =
r.county GROUP BY ALL

-- ## what is public joined first
SELECT r.region, count(*) AS n FROM release.regions AS r JOIN private.events AS e USING (county)
GROUP BY ALL

-- ## a public list in the query
SELECT s.weight, count(*) AS n FROM private.events AS e LEFT JOIN (VALUES ('a', 1), ('b', 2)) AS
s(kind, weight) ON e.kind = s.kind GROUP BY ALL

-- ## a filter by what is public
SELECT count(*) AS n FROM private.events WHERE county IN (SELECT county FROM release.regions)

-- ## events per person
SELECT visits, count(*) AS people FROM (SELECT person_id, count(*) AS visits FROM private.events
GROUP BY person_id) GROUP BY visits

-- ## first event of a person
WITH firsts AS (SELECT person_id, min(day) AS first_day FROM private.events GROUP BY ALL) SELECT
year(first_day) AS year, count(*) AS n FROM firsts GROUP BY ALL

-- ## ranks within a person
SELECT kind, count(*) AS n FROM (SELECT person_id, kind, rank() OVER (PARTITION BY person_id ORDER
BY day) AS r FROM private.events) AS ranked WHERE r = 1 GROUP BY kind

-- ## distinct with the unit
SELECT county, count(*) AS n FROM (SELECT DISTINCT person_id, county FROM private.events) GROUP BY
county

-- ## a union that keeps the unit
SELECT count(*) AS n FROM (SELECT person_id, county FROM private.events UNION ALL SELECT person_id,
county FROM private.people)

-- ## a star below
SELECT county, count(*) AS n FROM (SELECT * FROM private.events) GROUP BY county

-- ## having below, per person
SELECT count(*) AS n FROM (SELECT person_id FROM private.events GROUP BY person_id HAVING count(*) >
3)

-- ## a sum of fractions that cannot fail
SELECT sum(amount * 1.21 + visits / 2) AS n FROM private.events

-- ## a minus before a fraction
SELECT sum(-amount) AS n FROM private.events

-- ## absolute values
SELECT sum(abs(amount)) AS n FROM private.events

-- ## whole numbers written out
SELECT count(*) AS n FROM private.events WHERE visits > 2 * 3 - 1

-- ## a day written as a text
SELECT count(*) AS n FROM private.events WHERE day BETWEEN '2020-01-01' AND '2023-12-31'

-- ## a number written as a text
SELECT count(*) AS n FROM private.events WHERE visits = '12' OR amount > '1.5'

-- ## a pattern
SELECT count(*) AS n FROM private.events WHERE regexp_matches(kind, '^(jail|prison)( [0-9]{1,3})?$')

-- ## an interval in TRY
SELECT count(*) AS n FROM private.events WHERE TRY(day + INTERVAL 30 DAY) > TIMESTAMP '2021-01-01'

-- ## days between
SELECT sum(date_diff('day', DATE '2020-01-01', day)) AS days FROM private.events

-- ## a key that is never NULL
SELECT coalesce(county, 'unknown') AS county, count(*) AS n FROM private.events GROUP BY ALL

-- ## a rollup
SELECT county, kind, count(*) AS n FROM private.events GROUP BY ROLLUP (county, kind)

-- ## a cube
SELECT county, kind, count(*) AS n FROM private.events GROUP BY CUBE (county, kind)

-- ## sets of keys
SELECT county, kind, sum(visits) AS n FROM private.events GROUP BY GROUPING SETS ((county, kind),
kind, ())

-- ## a key and a rollup
SELECT county, kind, year(day) AS year, count(*) AS n FROM private.events GROUP BY kind, ROLLUP
(county, year)

-- ## mixed case
SELECT COUNTY, Count(*) AS N FROM private.events AS E GROUP BY e.County

-- ## quoted names
SELECT "county" AS "The County", count(*) AS "group by" FROM "private"."events" AS "keys" WHERE
"keys"."visits" > 1 GROUP BY "The County"

-- ## names of clauses
SELECT kind AS "from", count(*) AS "where" FROM private.events GROUP BY "from"

-- ## a table called like a query around it
SELECT bounded.county, count(*) AS contributions FROM private.events AS bounded GROUP BY
bounded.county

-- ## columns named crosswise
SELECT county AS kind, kind AS county, count(*) AS n FROM private.events GROUP BY county, kind

-- ## a comment at the end of WITH
WITH e AS (SELECT * FROM private.events) -- all of them
SELECT count(*) AS n -- how many
FROM e -- of e
WHERE kind = '-- no comment'

-- ## a natural join by the unit
SELECT count(*) AS n FROM private.events AS e NATURAL JOIN private.people AS p

-- ## joins via queries
WITH p AS (SELECT * FROM private.people), j AS (SELECT e.*, p.county AS home FROM private.events AS
e JOIN p ON p.person_id = e.person_id) SELECT home, count(*) AS n FROM j GROUP BY home

-- ## a self-join by the unit
SELECT count(*) AS n FROM private.events AS a JOIN private.events AS b ON a.person_id = b.person_id
AND a.day < b.day

-- ## a union without doubles
SELECT count(*) AS n FROM (SELECT person_id, county FROM private.events UNION SELECT person_id,
county FROM private.people)

-- ## who is not in the other
SELECT count(*) AS n FROM (SELECT person_id FROM private.people EXCEPT SELECT person_id FROM
private.events)

-- ## a named window
SELECT kind, count(*) AS n FROM (SELECT person_id, kind, dense_rank() OVER w AS r FROM
private.events WINDOW w AS (PARTITION BY person_id ORDER BY day)) AS s WHERE r = 1 GROUP BY kind

-- ## a running sum of a person
SELECT count(*) AS n FROM (SELECT person_id, sum(visits) OVER (PARTITION BY person_id ORDER BY day)
AS r FROM private.events) WHERE r > 3

-- ## QUALIFY within a person
SELECT count(*) AS n FROM (SELECT person_id, kind FROM private.events QUALIFY rank() OVER (PARTITION
BY person_id ORDER BY day) = 1)

-- ## an alias below
SELECT k, count(*) AS n FROM (SELECT person_id, lower(kind) AS k, k || '!' AS shout FROM
private.events) WHERE shout <> 'a!' GROUP BY k

-- ## the whole total of a person as a key
SELECT TRY_CAST(total AS BIGINT) AS total, count(*) AS n FROM (SELECT person_id, sum(visits) AS
total FROM private.events GROUP BY person_id) GROUP BY ALL

-- ## what is public below
SELECT count(*) AS n FROM private.events WHERE county NOT IN (SELECT county FROM release.regions
WHERE county IS NOT NULL GROUP BY county HAVING count(*) > 1)

-- ## an order that changes nothing
SELECT count(*) AS n FROM (SELECT person_id, kind FROM private.events ORDER BY day, 1)

-- ## nothing given
SELECT count(*) AS n FROM private.events WHERE coalesce(visits, 0) > 0 AND nullif(kind, '') IS NOT
NULL

-- ## names in their places, behind a star over USING
WITH j(who, place, sort, much, often, day, place_now) AS (
SELECT * FROM private.events INNER JOIN private.people USING (person_id))
SELECT place_now, count(*) AS n FROM j GROUP BY ALL

-- ## texts put together
WITH a AS (SELECT person_id, county || kind || county AS x FROM private.events)
SELECT concat_ws('-', x, replace(x, 'a', 'bc')) AS both, count(*) AS n FROM a GROUP BY ALL
