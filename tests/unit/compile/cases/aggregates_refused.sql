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
