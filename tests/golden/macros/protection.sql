-- given: CREATE TABLE private.stg_people AS SELECT i AS person_id, 20 + 5 * i AS age, CASE WHEN i < 7 THEN 'F' ELSE 'M' END AS gender, 'low' AS screening FROM range(8) AS t(i)
-- call:  k_anonymity(model('people_public', 'SELECT person_id, age, gender, screening FROM private.stg_people'), 'person_id', [age(2), gender(1), screening], 3, True)
-- run:   {} SELECT * FROM release.people_public
-- gives: 20-39, *, low; 20-39, *, low; 20-39, *, low; 20-39, *, low; 40-59, *, low; 40-59, *, low; 40-59, *, low; 40-59, *, low
-- step 1 (private): each person's generalized row
CREATE TABLE private.people_public__generalized AS
WITH authored AS (  -- models/people_public.sql:1, as written
    SELECT person_id, age, gender, screening FROM private.stg_people
)

SELECT
    authored.person_id,
    CASE
        WHEN authored.age IS NULL THEN NULL
        WHEN authored.age >= 90 THEN '90+'
        WHEN authored.age < 0 THEN '<0'
        ELSE concat(
            greatest(CAST(floor(authored.age / 20) * 20 AS BIGINT), 0),
            '-',
            least(CAST(floor(authored.age / 20) * 20 AS BIGINT) + 20, 90) - 1
        )
    END AS age,  -- level 2 of 3: bands of 20
    '*' AS gender,  -- level 1 of 1: any
    authored.screening  -- sensitive
FROM authored
WHERE authored.person_id IS NOT NULL;

-- step 2 (private): classes of at least 3 people; the smallest goes too where fewer than 3 would be left out
CREATE TABLE private.people_public__classes AS
WITH large_classes AS (
    SELECT
        age,
        gender,
        count(*) AS people
    FROM private.people_public__generalized
    GROUP BY
        age,
        gender
    HAVING count(*) >= 3
),

everybody AS (
    SELECT count(*) AS people
    FROM private.people_public__generalized
),

large_enough AS (
    WITH numbered AS (  -- smallest first
        SELECT
            age,
            gender,
            people,
            row_number() OVER (
                ORDER BY
                    people,
                    age,
                    gender
            ) AS class_id
        FROM large_classes
    ),

    left_out AS (
        SELECT (
            SELECT sum(everybody.people)
            FROM everybody AS everybody
        ) - coalesce(sum(large_classes.people), 0) AS people
        FROM large_classes
    )

    SELECT
        numbered.age,
        numbered.gender,
        numbered.people,
        numbered.class_id
    FROM numbered
    CROSS JOIN left_out
    WHERE numbered.class_id > 1 OR left_out.people NOT BETWEEN 1 AND 2
)

SELECT
    *,
    row_number() OVER (ORDER BY age, gender) AS position
FROM large_enough;

-- step 3 (private): who is in which class
CREATE TABLE private.people_public__units AS
SELECT
    people.person_id,
    classes.class_id
FROM private.people_public__generalized AS people
LEFT JOIN private.people_public__classes AS classes
    ON people.age IS NOT DISTINCT FROM classes.age
    AND people.gender IS NOT DISTINCT FROM classes.gender;

-- step 4 (release): rows of those classes; the person is not carried over
CREATE TABLE release.people_public AS
SELECT
    people.age,
    people.gender,
    people.screening
FROM private.people_public__generalized AS people
INNER JOIN private.people_public__classes AS classes
    ON people.age IS NOT DISTINCT FROM classes.age
    AND people.gender IS NOT DISTINCT FROM classes.gender
ORDER BY classes.position, people.screening;


-- given: CREATE TABLE private.stg_people AS SELECT i AS person_id, 20 + 5 * i AS age, CASE WHEN i < 7 THEN 'F' ELSE 'M' END AS gender FROM range(8) AS t(i)
-- call:  k_anonymity_of_classes(model('people_public', 'SELECT person_id, age, gender FROM private.stg_people'), 'person_id', [age(2), gender(1)], 3, True)
-- run:   {} SELECT * FROM release.people_public
-- gives: 20-39, *; 20-39, *; 20-39, *; 20-39, *; 40-59, *; 40-59, *; 40-59, *; 40-59, *
-- step 2 (private): how many people share each combination of values, as given and generalized
CREATE TABLE private.people_public__tuples AS
WITH authored AS (  -- models/people_public.sql:1, as written
    SELECT person_id, age, gender FROM private.stg_people
),

people AS (
    SELECT
        authored.person_id,
        authored.age,
        authored.gender
    FROM authored
    WHERE authored.person_id IS NOT NULL
),

combinations AS (  -- as given
    SELECT
        age,
        gender,
        count(*) AS people
    FROM people
    GROUP BY
        age,
        gender
),

generalized AS (
    SELECT
        combinations.age AS given_1,
        combinations.gender AS given_2,
        CASE
            WHEN combinations.age IS NULL THEN NULL
            WHEN combinations.age >= 90 THEN '90+'
            WHEN combinations.age < 0 THEN '<0'
            ELSE concat(
                greatest(CAST(floor(combinations.age / 20) * 20 AS BIGINT), 0),
                '-',
                least(CAST(floor(combinations.age / 20) * 20 AS BIGINT) + 20, 90) - 1
            )
        END AS age,  -- level 2 of 3: bands of 20
        '*' AS gender,  -- level 1 of 1: any
        combinations.people
    FROM combinations
)

SELECT *
FROM generalized;

-- step 3 (private): classes of at least 3 people; the smallest goes too where fewer than 3 would be left out
CREATE TABLE private.people_public__classes AS
WITH large_classes AS (
    SELECT
        age,
        gender,
        CAST(sum(tuples.people) AS BIGINT) AS people
    FROM private.people_public__tuples AS tuples
    GROUP BY
        age,
        gender
    HAVING CAST(sum(tuples.people) AS BIGINT) >= 3
),

everybody AS (
    SELECT CAST(sum(tuples.people) AS BIGINT) AS people
    FROM private.people_public__tuples AS tuples
),

large_enough AS (
    WITH numbered AS (  -- smallest first
        SELECT
            age,
            gender,
            people,
            row_number() OVER (
                ORDER BY
                    people,
                    age,
                    gender
            ) AS class_id
        FROM large_classes
    ),

    left_out AS (
        SELECT (
            SELECT sum(everybody.people)
            FROM everybody AS everybody
        ) - coalesce(sum(large_classes.people), 0) AS people
        FROM large_classes
    )

    SELECT
        numbered.age,
        numbered.gender,
        numbered.people,
        numbered.class_id
    FROM numbered
    CROSS JOIN left_out
    WHERE numbered.class_id > 1 OR left_out.people NOT BETWEEN 1 AND 2
)

SELECT
    *,
    row_number() OVER (ORDER BY age, gender) AS position
FROM large_enough;

-- step 4 (private): who is in which class
CREATE TABLE private.people_public__placed AS
SELECT
    tuples.given_1,
    tuples.given_2,
    classes.class_id
FROM private.people_public__tuples AS tuples
INNER JOIN private.people_public__classes AS classes
    ON tuples.age IS NOT DISTINCT FROM classes.age
    AND tuples.gender IS NOT DISTINCT FROM classes.gender;

CREATE TABLE private.people_public__units AS
WITH authored AS (  -- models/people_public.sql:1, as written
    SELECT person_id, age, gender FROM private.stg_people
),

people AS (
    SELECT
        authored.person_id,
        authored.age,
        authored.gender
    FROM authored
    WHERE authored.person_id IS NOT NULL
)

SELECT
    people.person_id,
    placed.class_id
FROM people AS people
LEFT JOIN private.people_public__placed AS placed
    ON people.age IS NOT DISTINCT FROM placed.given_1
    AND people.gender IS NOT DISTINCT FROM placed.given_2;

-- step 5 (release): each class once for each of its people
CREATE TABLE release.people_public AS
SELECT
    classes.age,
    classes.gender
FROM private.people_public__classes AS classes
CROSS JOIN range(classes.people) AS copies
ORDER BY classes.position;


-- given: CREATE TABLE private.stg_people AS SELECT i AS person_id, 20 + i AS age, CASE WHEN i < 7 THEN 'F' ELSE 'M' END AS gender, CASE WHEN i % 3 = 0 THEN 'high' ELSE 'low' END AS screening FROM range(11) AS t(i)
-- call:  personas(model('personas', 'SELECT person_id, age, gender, screening FROM private.stg_people'), 'person_id', [age(1, raised_in_round=2), gender(0), screening], ['gender'], ['age'], None, 3, 2, 0.8, True, None, [sensitive(2, 'screening', [rule('alpha_k', 0.5)], [rule('t_closeness_equal', 0.4)])])
-- run:   {} SELECT people, age, screening, (SELECT count(*) FROM private.personas__members), (SELECT count(class_id) FROM private.personas__units) FROM release.personas ORDER BY ALL
-- gives: 4, 20-29, high, 4, 4
-- step 2 (private): the round in which each combination of values finds enough people
CREATE TABLE private.personas__tuples AS
WITH authored AS (  -- models/personas.sql:1, as written
    SELECT person_id, age, gender, screening FROM private.stg_people
),

people AS (
    SELECT
        authored.person_id,
        authored.age,
        authored.gender,
        authored.screening
    FROM authored
    WHERE authored.person_id IS NOT NULL
),

combinations AS (  -- as given
    SELECT
        age,
        gender,
        count(*) AS people
    FROM people
    GROUP BY
        age,
        gender
),

generalized AS (
    SELECT
        combinations.age AS given_1,
        combinations.gender AS given_2,
        CASE
            WHEN combinations.age IS NULL THEN NULL
            WHEN combinations.age >= 90 THEN '90+'
            WHEN combinations.age < 0 THEN '<0'
            ELSE concat(
                greatest(CAST(floor(combinations.age / 10) * 10 AS BIGINT), 0),
                '-',
                least(CAST(floor(combinations.age / 10) * 10 AS BIGINT) + 10, 90) - 1
            )
        END AS age,  -- level 1 of 3: bands of 10
        combinations.gender,  -- level 0 of 1: as given
        combinations.people
    FROM combinations
),

tuples AS (
    SELECT
        TRUE AS everybody,
        CAST(NULL AS BIGINT) AS within_class,
        generalized.given_1,
        generalized.given_2,
        generalized.age,
        generalized.gender,
        generalized.people,
        sum(generalized.people) OVER (
            PARTITION BY
                CAST(NULL AS BIGINT),
                generalized.age,
                generalized.gender
        ) AS people_alike
    FROM generalized
),

blocks AS (  -- those who find no 3 like them
    SELECT
        everybody,
        gender,
        sum(people) AS people
    FROM tuples
    WHERE people_alike < 3
    GROUP BY everybody, gender
),

ordered_blocks AS (  -- large ones first by size, so that nth_large = 1 is the smallest large one
    SELECT
        *,
        row_number() OVER (
            PARTITION BY everybody, gender
            ORDER BY people < 3, people, gender
        ) AS nth_large,
        coalesce(sum(people) FILTER (WHERE people < 3) OVER (
            PARTITION BY everybody, gender
        ), 0) AS people_in_small,
        coalesce(max(people) OVER (
            PARTITION BY everybody, gender
        ), 0) >= 3 AS has_large
    FROM blocks
),

block_rounds AS (
    SELECT
        *,
        CASE
            WHEN people >= 3 AND NOT (nth_large = 1 AND people_in_small BETWEEN 1 AND 2) THEN 2
            WHEN has_large OR people_in_small >= 3 THEN 3
        END AS round
    FROM ordered_blocks
)

SELECT
    tuples.within_class,
    tuples.given_1,
    tuples.given_2,
    tuples.age,
    tuples.gender,
    tuples.people,
    CASE WHEN tuples.people_alike >= 3 THEN 1 ELSE block_rounds.round END AS round
FROM tuples
LEFT JOIN block_rounds
    ON tuples.everybody IS NOT DISTINCT FROM block_rounds.everybody
    AND tuples.gender IS NOT DISTINCT FROM block_rounds.gender;

-- step 3 (private): groups of people who are published alike in that round
CREATE TABLE private.personas__groups AS
WITH raised AS (
    SELECT
        round,
        CASE WHEN round = 1 THEN within_class END AS within_class,
        CASE WHEN round >= 2 THEN '*' ELSE age END AS age,
        CASE WHEN round >= 4 THEN '*' ELSE gender END AS gender,
        people
    FROM private.personas__tuples
    WHERE round IS NOT NULL
),

large_groups AS (
    SELECT
        raised.round,
        raised.within_class,
        raised.age,
        raised.gender,
        CAST(sum(raised.people) AS BIGINT) AS people
    FROM raised
    GROUP BY
        raised.round,
        raised.within_class,
        raised.age,
        raised.gender
    HAVING sum(raised.people) >= 3
),

everybody AS (
    SELECT sum(people) AS people
    FROM private.personas__tuples
),

kept_groups AS (
    WITH numbered AS (  -- smallest first
        SELECT
            round,
            within_class,
            age,
            gender,
            people,
            row_number() OVER (
                ORDER BY
                    within_class IS NOT NULL,
                    people,
                    round,
                    within_class,
                    age,
                    gender
            ) AS class_id
        FROM large_groups
    ),

    left_out AS (
        SELECT (
            SELECT sum(everybody.people)
            FROM everybody AS everybody
        ) - coalesce(sum(large_groups.people), 0) AS people
        FROM large_groups
    )

    SELECT
        numbered.round,
        numbered.within_class,
        numbered.age,
        numbered.gender,
        numbered.people,
        numbered.class_id
    FROM numbered
    CROSS JOIN left_out
    WHERE numbered.class_id > 1 OR left_out.people NOT BETWEEN 1 AND 2
)

SELECT
    round,
    within_class,
    age,
    gender,
    people,
    class_id,
    CAST(sum(people) OVER (ORDER BY class_id) AS BIGINT) - people AS first_person,
    CAST(sum(people // 3) OVER (ORDER BY class_id) AS BIGINT) - people // 3 AS first_persona
FROM kept_groups;

CREATE TABLE private.personas__placed AS
SELECT
    tuples.within_class,
    tuples.given_1,
    tuples.given_2,
    CAST(kept.class_id AS INTEGER) AS group_id,
    CAST(dense_rank() OVER (
        ORDER BY
            kept.class_id,
            tuples.given_1,
            tuples.given_2
    ) AS INTEGER) AS position
FROM private.personas__tuples AS tuples
INNER JOIN private.personas__groups AS kept
    ON tuples.round = kept.round
    AND CASE WHEN tuples.round = 1 THEN tuples.within_class END IS NOT DISTINCT FROM kept.within_class
    AND CASE WHEN tuples.round >= 2 THEN '*' ELSE tuples.age END IS NOT DISTINCT FROM kept.age
    AND CASE WHEN tuples.round >= 4 THEN '*' ELSE tuples.gender END IS NOT DISTINCT FROM kept.gender;

-- step 4 (private): each group in order, cut into personas of at least 3
CREATE TABLE private.personas__ordered AS
WITH authored AS (  -- models/personas.sql:1, as written
    SELECT person_id, age, gender, screening FROM private.stg_people
),

people AS (
    SELECT
        authored.person_id,
        authored.age,
        authored.gender,
        authored.screening
    FROM authored
    WHERE authored.person_id IS NOT NULL
)

SELECT
    people.person_id,
    people.screening,
    placed.group_id
FROM people AS people
LEFT JOIN private.personas__placed AS placed
    ON people.age IS NOT DISTINCT FROM placed.given_1
    AND people.gender IS NOT DISTINCT FROM placed.given_2
ORDER BY
    placed.position,
    md5_number(concat(getvariable('release_secret'), '|', people.person_id));

CREATE TABLE private.personas__neighbours AS
SELECT
    ordered.person_id,
    CAST(ordered.rowid AS INTEGER) AS person,
    ordered.screening,
    ordered.group_id,
    CAST(
        groups.first_persona + (ordered.rowid - groups.first_person) * (groups.people // 3) // groups.people AS INTEGER
    ) AS class_id,
    CAST(groups.first_persona + (ordered.rowid - groups.first_person) * (groups.people // 3) // groups.people // 2 * 2 AS INTEGER) AS of_2,
    CAST(groups.first_persona + (ordered.rowid - groups.first_person) * (groups.people // 3) // groups.people // 4 * 4 AS INTEGER) AS of_4,
    CAST(groups.first_persona + (ordered.rowid - groups.first_person) * (groups.people // 3) // groups.people // 8 * 8 AS INTEGER) AS of_8
FROM private.personas__ordered AS ordered
LEFT JOIN private.personas__groups AS groups
    ON ordered.group_id = groups.class_id;

-- each persona
-- people of each class by `screening`
CREATE TABLE private.personas__of_1__class_values_2 AS
SELECT
    people.class_id,
    people.group_id,
    people.screening AS sensitive_value,
    count(*) AS people
FROM private.personas__neighbours AS people
GROUP BY
    people.class_id,
    people.group_id,
    people.screening;

CREATE TABLE private.personas__of_1__accepted_2 AS
WITH sized_classes AS MATERIALIZED (
    SELECT
        row_number() OVER () AS class_number,
        class_values.class_id,
        class_values.group_id,
        CAST(sum(class_values.people) AS BIGINT) AS class_people,
        CAST(sum(CASE WHEN class_values.sensitive_value IS NOT NULL THEN class_values.people ELSE 0 END) AS BIGINT) AS known_people
    FROM private.personas__of_1__class_values_2 AS class_values
    GROUP BY
        class_values.class_id,
        class_values.group_id
    HAVING CAST(sum(class_values.people) AS BIGINT) >= 3
),

value_totals AS (
    SELECT
        class_values.sensitive_value,
        CAST(sum(class_values.people) AS BIGINT) AS value_people
    FROM private.personas__of_1__class_values_2 AS class_values
    GROUP BY class_values.sensitive_value
),

total AS (
    SELECT CAST(sum(class_values.people) AS BIGINT) AS everybody
    FROM private.personas__of_1__class_values_2 AS class_values
),

shares AS (
    SELECT
        sized_classes.class_number,
        class_values.sensitive_value,
        class_values.people,
        sized_classes.class_people,
        sized_classes.known_people,
        value_totals.value_people,
        total.everybody
    FROM private.personas__of_1__class_values_2 AS class_values
    INNER JOIN sized_classes
        ON class_values.class_id IS NOT DISTINCT FROM sized_classes.class_id
        AND class_values.group_id IS NOT DISTINCT FROM sized_classes.group_id
    INNER JOIN value_totals
        ON class_values.sensitive_value IS NOT DISTINCT FROM value_totals.sensitive_value
    CROSS JOIN total
),

near AS (
    SELECT class_values.class_number
    FROM shares AS class_values
    GROUP BY class_values.class_number
    HAVING
        max(class_values.people) * 2 <= 1 * sum(class_values.people)
        AND sum(greatest(
            class_values.people * class_values.everybody
            - class_values.value_people * class_values.class_people,
            0
        )) * 5
        <= 2 * sum(class_values.people) * max(class_values.everybody)
)

SELECT
    sized_classes.class_id,
    sized_classes.group_id
FROM sized_classes
SEMI JOIN near
    ON sized_classes.class_number = near.class_number;

-- of 2 neighbours
-- people of each class by `screening`
CREATE TABLE private.personas__of_2__class_values_2 AS
SELECT
    people.of_2,
    people.group_id,
    people.screening AS sensitive_value,
    count(*) AS people
FROM private.personas__neighbours AS people
GROUP BY
    people.of_2,
    people.group_id,
    people.screening;

CREATE TABLE private.personas__of_2__accepted_2 AS
WITH sized_classes AS MATERIALIZED (
    SELECT
        row_number() OVER () AS class_number,
        class_values.of_2,
        class_values.group_id,
        CAST(sum(class_values.people) AS BIGINT) AS class_people,
        CAST(sum(CASE WHEN class_values.sensitive_value IS NOT NULL THEN class_values.people ELSE 0 END) AS BIGINT) AS known_people
    FROM private.personas__of_2__class_values_2 AS class_values
    GROUP BY
        class_values.of_2,
        class_values.group_id
    HAVING CAST(sum(class_values.people) AS BIGINT) >= 3
),

value_totals AS (
    SELECT
        class_values.sensitive_value,
        CAST(sum(class_values.people) AS BIGINT) AS value_people
    FROM private.personas__of_2__class_values_2 AS class_values
    GROUP BY class_values.sensitive_value
),

total AS (
    SELECT CAST(sum(class_values.people) AS BIGINT) AS everybody
    FROM private.personas__of_2__class_values_2 AS class_values
),

shares AS (
    SELECT
        sized_classes.class_number,
        class_values.sensitive_value,
        class_values.people,
        sized_classes.class_people,
        sized_classes.known_people,
        value_totals.value_people,
        total.everybody
    FROM private.personas__of_2__class_values_2 AS class_values
    INNER JOIN sized_classes
        ON class_values.of_2 IS NOT DISTINCT FROM sized_classes.of_2
        AND class_values.group_id IS NOT DISTINCT FROM sized_classes.group_id
    INNER JOIN value_totals
        ON class_values.sensitive_value IS NOT DISTINCT FROM value_totals.sensitive_value
    CROSS JOIN total
),

near AS (
    SELECT class_values.class_number
    FROM shares AS class_values
    GROUP BY class_values.class_number
    HAVING
        max(class_values.people) * 2 <= 1 * sum(class_values.people)
        AND sum(greatest(
            class_values.people * class_values.everybody
            - class_values.value_people * class_values.class_people,
            0
        )) * 5
        <= 2 * sum(class_values.people) * max(class_values.everybody)
)

SELECT
    sized_classes.of_2,
    sized_classes.group_id
FROM sized_classes
SEMI JOIN near
    ON sized_classes.class_number = near.class_number;

-- of 4 neighbours
-- people of each class by `screening`
CREATE TABLE private.personas__of_4__class_values_2 AS
SELECT
    people.of_4,
    people.group_id,
    people.screening AS sensitive_value,
    count(*) AS people
FROM private.personas__neighbours AS people
GROUP BY
    people.of_4,
    people.group_id,
    people.screening;

CREATE TABLE private.personas__of_4__accepted_2 AS
WITH sized_classes AS MATERIALIZED (
    SELECT
        row_number() OVER () AS class_number,
        class_values.of_4,
        class_values.group_id,
        CAST(sum(class_values.people) AS BIGINT) AS class_people,
        CAST(sum(CASE WHEN class_values.sensitive_value IS NOT NULL THEN class_values.people ELSE 0 END) AS BIGINT) AS known_people
    FROM private.personas__of_4__class_values_2 AS class_values
    GROUP BY
        class_values.of_4,
        class_values.group_id
    HAVING CAST(sum(class_values.people) AS BIGINT) >= 3
),

value_totals AS (
    SELECT
        class_values.sensitive_value,
        CAST(sum(class_values.people) AS BIGINT) AS value_people
    FROM private.personas__of_4__class_values_2 AS class_values
    GROUP BY class_values.sensitive_value
),

total AS (
    SELECT CAST(sum(class_values.people) AS BIGINT) AS everybody
    FROM private.personas__of_4__class_values_2 AS class_values
),

shares AS (
    SELECT
        sized_classes.class_number,
        class_values.sensitive_value,
        class_values.people,
        sized_classes.class_people,
        sized_classes.known_people,
        value_totals.value_people,
        total.everybody
    FROM private.personas__of_4__class_values_2 AS class_values
    INNER JOIN sized_classes
        ON class_values.of_4 IS NOT DISTINCT FROM sized_classes.of_4
        AND class_values.group_id IS NOT DISTINCT FROM sized_classes.group_id
    INNER JOIN value_totals
        ON class_values.sensitive_value IS NOT DISTINCT FROM value_totals.sensitive_value
    CROSS JOIN total
),

near AS (
    SELECT class_values.class_number
    FROM shares AS class_values
    GROUP BY class_values.class_number
    HAVING
        max(class_values.people) * 2 <= 1 * sum(class_values.people)
        AND sum(greatest(
            class_values.people * class_values.everybody
            - class_values.value_people * class_values.class_people,
            0
        )) * 5
        <= 2 * sum(class_values.people) * max(class_values.everybody)
)

SELECT
    sized_classes.of_4,
    sized_classes.group_id
FROM sized_classes
SEMI JOIN near
    ON sized_classes.class_number = near.class_number;

-- of 8 neighbours
-- people of each class by `screening`
CREATE TABLE private.personas__of_8__class_values_2 AS
SELECT
    people.of_8,
    people.group_id,
    people.screening AS sensitive_value,
    count(*) AS people
FROM private.personas__neighbours AS people
GROUP BY
    people.of_8,
    people.group_id,
    people.screening;

CREATE TABLE private.personas__of_8__accepted_2 AS
WITH sized_classes AS MATERIALIZED (
    SELECT
        row_number() OVER () AS class_number,
        class_values.of_8,
        class_values.group_id,
        CAST(sum(class_values.people) AS BIGINT) AS class_people,
        CAST(sum(CASE WHEN class_values.sensitive_value IS NOT NULL THEN class_values.people ELSE 0 END) AS BIGINT) AS known_people
    FROM private.personas__of_8__class_values_2 AS class_values
    GROUP BY
        class_values.of_8,
        class_values.group_id
    HAVING CAST(sum(class_values.people) AS BIGINT) >= 3
),

value_totals AS (
    SELECT
        class_values.sensitive_value,
        CAST(sum(class_values.people) AS BIGINT) AS value_people
    FROM private.personas__of_8__class_values_2 AS class_values
    GROUP BY class_values.sensitive_value
),

total AS (
    SELECT CAST(sum(class_values.people) AS BIGINT) AS everybody
    FROM private.personas__of_8__class_values_2 AS class_values
),

shares AS (
    SELECT
        sized_classes.class_number,
        class_values.sensitive_value,
        class_values.people,
        sized_classes.class_people,
        sized_classes.known_people,
        value_totals.value_people,
        total.everybody
    FROM private.personas__of_8__class_values_2 AS class_values
    INNER JOIN sized_classes
        ON class_values.of_8 IS NOT DISTINCT FROM sized_classes.of_8
        AND class_values.group_id IS NOT DISTINCT FROM sized_classes.group_id
    INNER JOIN value_totals
        ON class_values.sensitive_value IS NOT DISTINCT FROM value_totals.sensitive_value
    CROSS JOIN total
),

near AS (
    SELECT class_values.class_number
    FROM shares AS class_values
    GROUP BY class_values.class_number
    HAVING
        max(class_values.people) * 2 <= 1 * sum(class_values.people)
        AND sum(greatest(
            class_values.people * class_values.everybody
            - class_values.value_people * class_values.class_people,
            0
        )) * 5
        <= 2 * sum(class_values.people) * max(class_values.everybody)
)

SELECT
    sized_classes.of_8,
    sized_classes.group_id
FROM sized_classes
SEMI JOIN near
    ON sized_classes.class_number = near.class_number;

CREATE TABLE private.personas__merged AS
WITH personas AS (
    SELECT
        class_id,
        group_id,
        count(*) AS people
    FROM private.personas__neighbours
    GROUP BY class_id, group_id
),

side_by_side AS (
    SELECT
        personas.class_id,
        personas.group_id,
        CAST(groups.first_persona + (personas.class_id - groups.first_persona) // 2 * 2 AS INTEGER) AS of_2,
        CAST(groups.first_persona + (personas.class_id - groups.first_persona) // 4 * 4 AS INTEGER) AS of_4,
        CAST(groups.first_persona + (personas.class_id - groups.first_persona) // 8 * 8 AS INTEGER) AS of_8
    FROM personas
    INNER JOIN private.personas__groups AS groups
        ON personas.group_id = groups.class_id
),

satisfied AS (
    SELECT
        side_by_side.class_id,
        side_by_side.group_id
    FROM side_by_side
    SEMI JOIN private.personas__of_1__accepted_2 AS accepted_2
        ON side_by_side.class_id = accepted_2.class_id
        AND side_by_side.group_id = accepted_2.group_id
),

failing AS (
    SELECT side_by_side.*
    FROM side_by_side
    ANTI JOIN satisfied
        ON side_by_side.class_id = satisfied.class_id
        AND side_by_side.group_id = satisfied.group_id
),

joined_2 AS (
    SELECT
        failing.of_2,
        failing.group_id
    FROM failing
    SEMI JOIN private.personas__of_2__accepted_2 AS accepted_2
        ON failing.of_2 = accepted_2.of_2
        AND failing.group_id = accepted_2.group_id
    GROUP BY
        failing.of_2,
        failing.group_id
),

failing_of_2 AS (
    SELECT failing.*
    FROM failing
    ANTI JOIN joined_2
        ON failing.of_2 = joined_2.of_2
        AND failing.group_id = joined_2.group_id
),

joined_4 AS (
    SELECT
        failing_of_2.of_4,
        failing_of_2.group_id
    FROM failing_of_2
    SEMI JOIN private.personas__of_4__accepted_2 AS accepted_2
        ON failing_of_2.of_4 = accepted_2.of_4
        AND failing_of_2.group_id = accepted_2.group_id
    GROUP BY
        failing_of_2.of_4,
        failing_of_2.group_id
),

failing_of_4 AS (
    SELECT failing_of_2.*
    FROM failing_of_2
    ANTI JOIN joined_4
        ON failing_of_2.of_4 = joined_4.of_4
        AND failing_of_2.group_id = joined_4.group_id
),

joined_8 AS (
    SELECT
        failing_of_4.of_8,
        failing_of_4.group_id
    FROM failing_of_4
    SEMI JOIN private.personas__of_8__accepted_2 AS accepted_2
        ON failing_of_4.of_8 = accepted_2.of_8
        AND failing_of_4.group_id = accepted_2.group_id
    GROUP BY
        failing_of_4.of_8,
        failing_of_4.group_id
)

SELECT
    side_by_side.class_id,
    side_by_side.group_id,
    coalesce(joined_8.of_8, joined_4.of_4, joined_2.of_2, side_by_side.class_id) AS persona
FROM side_by_side
LEFT JOIN joined_2
    ON side_by_side.of_2 = joined_2.of_2
    AND side_by_side.group_id = joined_2.group_id
LEFT JOIN joined_4
    ON side_by_side.of_4 = joined_4.of_4
    AND side_by_side.group_id = joined_4.group_id
LEFT JOIN joined_8
    ON side_by_side.of_8 = joined_8.of_8
    AND side_by_side.group_id = joined_8.group_id;

CREATE TABLE private.personas__cut AS
SELECT
    neighbours.person_id,
    neighbours.person,
    neighbours.screening,
    neighbours.group_id,
    merged.persona AS class_id
FROM private.personas__neighbours AS neighbours
LEFT JOIN private.personas__merged AS merged
    ON neighbours.class_id = merged.class_id
    AND neighbours.group_id = merged.group_id;

-- people of each class by `screening`
CREATE TABLE private.personas__class_values_2 AS
SELECT
    people.class_id,
    people.group_id,
    people.screening AS sensitive_value,
    count(*) AS people
FROM private.personas__cut AS people
GROUP BY
    people.class_id,
    people.group_id,
    people.screening;

CREATE TABLE private.personas__accepted_2 AS
WITH sized_classes AS MATERIALIZED (
    SELECT
        row_number() OVER () AS class_number,
        class_values.class_id,
        class_values.group_id,
        CAST(sum(class_values.people) AS BIGINT) AS class_people,
        CAST(sum(CASE WHEN class_values.sensitive_value IS NOT NULL THEN class_values.people ELSE 0 END) AS BIGINT) AS known_people
    FROM private.personas__class_values_2 AS class_values
    GROUP BY
        class_values.class_id,
        class_values.group_id
    HAVING CAST(sum(class_values.people) AS BIGINT) >= 3
),

value_totals AS (
    SELECT
        class_values.sensitive_value,
        CAST(sum(class_values.people) AS BIGINT) AS value_people
    FROM private.personas__class_values_2 AS class_values
    GROUP BY class_values.sensitive_value
),

total AS (
    SELECT CAST(sum(class_values.people) AS BIGINT) AS everybody
    FROM private.personas__class_values_2 AS class_values
),

shares AS (
    SELECT
        sized_classes.class_number,
        class_values.sensitive_value,
        class_values.people,
        sized_classes.class_people,
        sized_classes.known_people,
        value_totals.value_people,
        total.everybody
    FROM private.personas__class_values_2 AS class_values
    INNER JOIN sized_classes
        ON class_values.class_id IS NOT DISTINCT FROM sized_classes.class_id
        AND class_values.group_id IS NOT DISTINCT FROM sized_classes.group_id
    INNER JOIN value_totals
        ON class_values.sensitive_value IS NOT DISTINCT FROM value_totals.sensitive_value
    CROSS JOIN total
),

near AS (
    SELECT class_values.class_number
    FROM shares AS class_values
    GROUP BY class_values.class_number
    HAVING
        max(class_values.people) * 2 <= 1 * sum(class_values.people)
        AND sum(greatest(
            class_values.people * class_values.everybody
            - class_values.value_people * class_values.class_people,
            0
        )) * 5
        <= 2 * sum(class_values.people) * max(class_values.everybody)
)

SELECT
    sized_classes.class_id,
    sized_classes.group_id
FROM sized_classes
SEMI JOIN near
    ON sized_classes.class_number = near.class_number;

CREATE TABLE private.personas__personas AS
WITH large_personas AS (
    SELECT
        class_id AS persona,
        'p' || left(sha256(concat_ws('|', getvariable('release_secret'), 'personas', class_id)), 16) AS persona_id,
        group_id,
        count(*) AS people
    FROM private.personas__cut
    GROUP BY class_id, group_id
    HAVING count(*) >= 3 AND class_id IS NOT NULL
)

SELECT large_personas.*
FROM large_personas
SEMI JOIN private.personas__accepted_2 AS accepted_2
    ON large_personas.persona IS NOT DISTINCT FROM accepted_2.class_id
    AND large_personas.group_id IS NOT DISTINCT FROM accepted_2.group_id;

CREATE TABLE private.personas__units AS
SELECT
    cut.person_id,
    personas.persona AS class_id
FROM private.personas__cut AS cut
LEFT JOIN private.personas__personas AS personas
    ON cut.class_id = personas.persona
    AND cut.group_id = personas.group_id;

CREATE TABLE private.personas__members AS
SELECT
    units.person_id,
    units.person,
    units.class_id AS persona,
    groups.round,
    groups.age,
    groups.gender
FROM private.personas__cut AS units
INNER JOIN private.personas__groups AS groups
    ON units.group_id = groups.class_id
SEMI JOIN private.personas__personas AS personas
    ON units.class_id = personas.persona
    AND units.group_id = personas.group_id;

CREATE TABLE private.personas__mode_screening AS
WITH large_values AS (
    SELECT
        class_id,
        group_id,
        screening,
        count(*) AS people
    FROM private.personas__cut
    GROUP BY
        class_id,
        group_id,
        screening
    HAVING count(*) >= 2
)

SELECT
    class_id,
    group_id,
    screening,
    people
FROM large_values
QUALIFY row_number() OVER (PARTITION BY class_id, group_id ORDER BY people DESC, screening) = 1;

-- step 5 (release): one row a persona; the person is not carried over
CREATE TABLE release.personas AS
SELECT
    personas.persona_id,
    personas.people,
    groups.age,
    groups.gender,
    mode_screening.screening,
    mode_screening.people AS screening_people,
    CASE WHEN groups.round >= 2 THEN 3 ELSE 1 END AS age_level,
    CASE WHEN groups.round >= 4 THEN 1 ELSE 0 END AS gender_level,
    1::DOUBLE / personas.people AS risk,
    CASE groups.round WHEN 1 THEN 'class' WHEN 2 THEN 'block' ELSE 'generalized block' END AS method
FROM private.personas__personas AS personas
INNER JOIN private.personas__groups AS groups
    ON personas.group_id = groups.class_id
LEFT JOIN private.personas__mode_screening AS mode_screening
    ON personas.persona = mode_screening.class_id
    AND personas.group_id = mode_screening.group_id
    AND mode_screening.people <= 0.8::DOUBLE * personas.people
ORDER BY personas.persona_id;


-- given: CREATE TABLE private.stg_people AS SELECT i AS person_id, 20 + i AS age, CASE WHEN i < 7 THEN 'F' ELSE 'M' END AS gender, CASE WHEN i % 3 = 0 THEN 'high' ELSE 'low' END AS screening FROM range(11) AS t(i)
-- call:  personas(model('personas', 'SELECT person_id, age, gender, screening FROM private.stg_people'), 'person_id', [age(1, raised_in_round=2), gender(0), screening], ['gender'], ['age'], None, 3, 2, 0.8, True)
-- run:   {} SELECT people, age, gender, screening, screening_people, round(risk, 2), method FROM release.personas ORDER BY ALL
-- gives: 3, 20-29, F, low, 2, 0.33, class; 4, 20-29, F, high, 2, 0.25, class
-- step 2 (private): the round in which each combination of values finds enough people
CREATE TABLE private.personas__tuples AS
WITH authored AS (  -- models/personas.sql:1, as written
    SELECT person_id, age, gender, screening FROM private.stg_people
),

people AS (
    SELECT
        authored.person_id,
        authored.age,
        authored.gender,
        authored.screening
    FROM authored
    WHERE authored.person_id IS NOT NULL
),

combinations AS (  -- as given
    SELECT
        age,
        gender,
        count(*) AS people
    FROM people
    GROUP BY
        age,
        gender
),

generalized AS (
    SELECT
        combinations.age AS given_1,
        combinations.gender AS given_2,
        CASE
            WHEN combinations.age IS NULL THEN NULL
            WHEN combinations.age >= 90 THEN '90+'
            WHEN combinations.age < 0 THEN '<0'
            ELSE concat(
                greatest(CAST(floor(combinations.age / 10) * 10 AS BIGINT), 0),
                '-',
                least(CAST(floor(combinations.age / 10) * 10 AS BIGINT) + 10, 90) - 1
            )
        END AS age,  -- level 1 of 3: bands of 10
        combinations.gender,  -- level 0 of 1: as given
        combinations.people
    FROM combinations
),

tuples AS (
    SELECT
        TRUE AS everybody,
        CAST(NULL AS BIGINT) AS within_class,
        generalized.given_1,
        generalized.given_2,
        generalized.age,
        generalized.gender,
        generalized.people,
        sum(generalized.people) OVER (
            PARTITION BY
                CAST(NULL AS BIGINT),
                generalized.age,
                generalized.gender
        ) AS people_alike
    FROM generalized
),

blocks AS (  -- those who find no 3 like them
    SELECT
        everybody,
        gender,
        sum(people) AS people
    FROM tuples
    WHERE people_alike < 3
    GROUP BY everybody, gender
),

ordered_blocks AS (  -- large ones first by size, so that nth_large = 1 is the smallest large one
    SELECT
        *,
        row_number() OVER (
            PARTITION BY everybody, gender
            ORDER BY people < 3, people, gender
        ) AS nth_large,
        coalesce(sum(people) FILTER (WHERE people < 3) OVER (
            PARTITION BY everybody, gender
        ), 0) AS people_in_small,
        coalesce(max(people) OVER (
            PARTITION BY everybody, gender
        ), 0) >= 3 AS has_large
    FROM blocks
),

block_rounds AS (
    SELECT
        *,
        CASE
            WHEN people >= 3 AND NOT (nth_large = 1 AND people_in_small BETWEEN 1 AND 2) THEN 2
            WHEN has_large OR people_in_small >= 3 THEN 3
        END AS round
    FROM ordered_blocks
)

SELECT
    tuples.within_class,
    tuples.given_1,
    tuples.given_2,
    tuples.age,
    tuples.gender,
    tuples.people,
    CASE WHEN tuples.people_alike >= 3 THEN 1 ELSE block_rounds.round END AS round
FROM tuples
LEFT JOIN block_rounds
    ON tuples.everybody IS NOT DISTINCT FROM block_rounds.everybody
    AND tuples.gender IS NOT DISTINCT FROM block_rounds.gender;

-- step 3 (private): groups of people who are published alike in that round
CREATE TABLE private.personas__groups AS
WITH raised AS (
    SELECT
        round,
        CASE WHEN round = 1 THEN within_class END AS within_class,
        CASE WHEN round >= 2 THEN '*' ELSE age END AS age,
        CASE WHEN round >= 4 THEN '*' ELSE gender END AS gender,
        people
    FROM private.personas__tuples
    WHERE round IS NOT NULL
),

large_groups AS (
    SELECT
        raised.round,
        raised.within_class,
        raised.age,
        raised.gender,
        CAST(sum(raised.people) AS BIGINT) AS people
    FROM raised
    GROUP BY
        raised.round,
        raised.within_class,
        raised.age,
        raised.gender
    HAVING sum(raised.people) >= 3
),

everybody AS (
    SELECT sum(people) AS people
    FROM private.personas__tuples
),

kept_groups AS (
    WITH numbered AS (  -- smallest first
        SELECT
            round,
            within_class,
            age,
            gender,
            people,
            row_number() OVER (
                ORDER BY
                    within_class IS NOT NULL,
                    people,
                    round,
                    within_class,
                    age,
                    gender
            ) AS class_id
        FROM large_groups
    ),

    left_out AS (
        SELECT (
            SELECT sum(everybody.people)
            FROM everybody AS everybody
        ) - coalesce(sum(large_groups.people), 0) AS people
        FROM large_groups
    )

    SELECT
        numbered.round,
        numbered.within_class,
        numbered.age,
        numbered.gender,
        numbered.people,
        numbered.class_id
    FROM numbered
    CROSS JOIN left_out
    WHERE numbered.class_id > 1 OR left_out.people NOT BETWEEN 1 AND 2
)

SELECT
    round,
    within_class,
    age,
    gender,
    people,
    class_id,
    CAST(sum(people) OVER (ORDER BY class_id) AS BIGINT) - people AS first_person,
    CAST(sum(people // 3) OVER (ORDER BY class_id) AS BIGINT) - people // 3 AS first_persona
FROM kept_groups;

CREATE TABLE private.personas__placed AS
SELECT
    tuples.within_class,
    tuples.given_1,
    tuples.given_2,
    CAST(kept.class_id AS INTEGER) AS group_id,
    CAST(dense_rank() OVER (
        ORDER BY
            kept.class_id,
            tuples.given_1,
            tuples.given_2
    ) AS INTEGER) AS position
FROM private.personas__tuples AS tuples
INNER JOIN private.personas__groups AS kept
    ON tuples.round = kept.round
    AND CASE WHEN tuples.round = 1 THEN tuples.within_class END IS NOT DISTINCT FROM kept.within_class
    AND CASE WHEN tuples.round >= 2 THEN '*' ELSE tuples.age END IS NOT DISTINCT FROM kept.age
    AND CASE WHEN tuples.round >= 4 THEN '*' ELSE tuples.gender END IS NOT DISTINCT FROM kept.gender;

-- step 4 (private): each group in order, cut into personas of at least 3
CREATE TABLE private.personas__ordered AS
WITH authored AS (  -- models/personas.sql:1, as written
    SELECT person_id, age, gender, screening FROM private.stg_people
),

people AS (
    SELECT
        authored.person_id,
        authored.age,
        authored.gender,
        authored.screening
    FROM authored
    WHERE authored.person_id IS NOT NULL
)

SELECT
    people.person_id,
    people.screening,
    placed.group_id
FROM people AS people
LEFT JOIN private.personas__placed AS placed
    ON people.age IS NOT DISTINCT FROM placed.given_1
    AND people.gender IS NOT DISTINCT FROM placed.given_2
ORDER BY
    placed.position,
    md5_number(concat(getvariable('release_secret'), '|', people.person_id));

CREATE TABLE private.personas__units AS
SELECT
    ordered.person_id,
    CAST(ordered.rowid AS INTEGER) AS person,
    ordered.screening,
    ordered.group_id,
    CAST(
        groups.first_persona + (ordered.rowid - groups.first_person) * (groups.people // 3) // groups.people AS INTEGER
    ) AS class_id
FROM private.personas__ordered AS ordered
LEFT JOIN private.personas__groups AS groups
    ON ordered.group_id = groups.class_id;

CREATE TABLE private.personas__personas AS
SELECT
    class_id AS persona,
    'p' || left(sha256(concat_ws('|', getvariable('release_secret'), 'personas', class_id)), 16) AS persona_id,
    group_id,
    count(*) AS people
FROM private.personas__units
GROUP BY class_id, group_id
HAVING count(*) >= 3 AND class_id IS NOT NULL;

CREATE VIEW private.personas__members AS
SELECT
    units.person_id,
    units.person,
    units.class_id AS persona,
    groups.round,
    groups.age,
    groups.gender
FROM private.personas__units AS units
INNER JOIN private.personas__groups AS groups
    ON units.group_id = groups.class_id;

CREATE TABLE private.personas__mode_screening AS
WITH large_values AS (
    SELECT
        class_id,
        group_id,
        screening,
        count(*) AS people
    FROM private.personas__units
    GROUP BY
        class_id,
        group_id,
        screening
    HAVING count(*) >= 2
)

SELECT
    class_id,
    group_id,
    screening,
    people
FROM large_values
QUALIFY row_number() OVER (PARTITION BY class_id, group_id ORDER BY people DESC, screening) = 1;

-- step 5 (release): one row a persona; the person is not carried over
CREATE TABLE release.personas AS
SELECT
    personas.persona_id,
    personas.people,
    groups.age,
    groups.gender,
    mode_screening.screening,
    mode_screening.people AS screening_people,
    CASE WHEN groups.round >= 2 THEN 3 ELSE 1 END AS age_level,
    CASE WHEN groups.round >= 4 THEN 1 ELSE 0 END AS gender_level,
    1::DOUBLE / personas.people AS risk,
    CASE groups.round WHEN 1 THEN 'class' WHEN 2 THEN 'block' ELSE 'generalized block' END AS method
FROM private.personas__personas AS personas
INNER JOIN private.personas__groups AS groups
    ON personas.group_id = groups.class_id
LEFT JOIN private.personas__mode_screening AS mode_screening
    ON personas.persona = mode_screening.class_id
    AND personas.group_id = mode_screening.group_id
    AND mode_screening.people <= 0.8::DOUBLE * personas.people
ORDER BY personas.persona_id;


-- given: CREATE TABLE private.people_public__placed AS FROM (VALUES (20, 'F', 1), (21, 'F', 1), (22, 'F', 1)) AS t(given_1, given_2, class_id)
-- given: CREATE TABLE private.stg_people AS SELECT i % 7 AS person_id, 20 + i % 7 AS age, 'F' AS gender FROM range(14) AS t(i)
-- call:  personas(model('personas', 'SELECT person_id, age, gender FROM private.stg_people'), 'person_id', [age(1, raised_in_round=2), gender(0)], ['gender'], ['age'], 'people_public', 3, 2, 0.8, False, ['age', 'gender'])
-- run:   {} SELECT people, age, gender, method FROM release.personas ORDER BY ALL
-- gives: 3, 20-29, F, class; 4, 20-29, F, class
-- step 1 (private): one row a person
CREATE TABLE private.personas__people AS
WITH authored AS (  -- models/personas.sql:1, as written
    SELECT person_id, age, gender FROM private.stg_people
),

merged AS (  -- one row a person
    SELECT
        person_id,
        CASE
            WHEN min(age) = max(age) THEN min(age)
        END AS age,
        CASE
            WHEN min(gender) = max(gender) THEN min(gender)
        END AS gender
    FROM authored
    GROUP BY person_id
),

people AS (
    SELECT
        merged.person_id,
        merged.age,
        merged.gender
    FROM merged
    WHERE merged.person_id IS NOT NULL
)

SELECT *
FROM people;

-- step 2 (private): the round in which each combination of values finds enough people
CREATE TABLE private.personas__tuples AS
WITH combinations AS (  -- as given
    SELECT
        age,
        gender,
        count(*) AS people
    FROM private.personas__people
    GROUP BY
        age,
        gender
),

generalized AS (
    SELECT
        combinations.age AS given_1,
        combinations.gender AS given_2,
        CASE
            WHEN combinations.age IS NULL THEN NULL
            WHEN combinations.age >= 90 THEN '90+'
            WHEN combinations.age < 0 THEN '<0'
            ELSE concat(
                greatest(CAST(floor(combinations.age / 10) * 10 AS BIGINT), 0),
                '-',
                least(CAST(floor(combinations.age / 10) * 10 AS BIGINT) + 10, 90) - 1
            )
        END AS age,  -- level 1 of 3: bands of 10
        combinations.gender,  -- level 0 of 1: as given
        combinations.people
    FROM combinations
),

classes AS (  -- the class of each combination in people_public
    SELECT
        placed.given_1,
        placed.given_2,
        max(placed.class_id) AS class_id
    FROM private.people_public__placed AS placed
    GROUP BY
        placed.given_1,
        placed.given_2
),

tuples AS (
    SELECT
        TRUE AS everybody,
        classes.class_id AS within_class,
        generalized.given_1,
        generalized.given_2,
        generalized.age,
        generalized.gender,
        generalized.people,
        sum(generalized.people) OVER (
            PARTITION BY
                classes.class_id,
                generalized.age,
                generalized.gender
        ) AS people_alike
    FROM generalized
    LEFT JOIN classes
        ON generalized.given_1 IS NOT DISTINCT FROM classes.given_1
        AND generalized.given_2 IS NOT DISTINCT FROM classes.given_2
),

blocks AS (  -- those who find no 3 like them
    SELECT
        everybody,
        gender,
        sum(people) AS people
    FROM tuples
    WHERE people_alike < 3
    GROUP BY everybody, gender
),

ordered_blocks AS (  -- large ones first by size, so that nth_large = 1 is the smallest large one
    SELECT
        *,
        row_number() OVER (
            PARTITION BY everybody, gender
            ORDER BY people < 3, people, gender
        ) AS nth_large,
        coalesce(sum(people) FILTER (WHERE people < 3) OVER (
            PARTITION BY everybody, gender
        ), 0) AS people_in_small,
        coalesce(max(people) OVER (
            PARTITION BY everybody, gender
        ), 0) >= 3 AS has_large
    FROM blocks
),

block_rounds AS (
    SELECT
        *,
        CASE
            WHEN people >= 3 AND NOT (nth_large = 1 AND people_in_small BETWEEN 1 AND 2) THEN 2
            WHEN has_large OR people_in_small >= 3 THEN 3
        END AS round
    FROM ordered_blocks
)

SELECT
    tuples.within_class,
    tuples.given_1,
    tuples.given_2,
    tuples.age,
    tuples.gender,
    tuples.people,
    CASE WHEN tuples.people_alike >= 3 THEN 1 ELSE block_rounds.round END AS round
FROM tuples
LEFT JOIN block_rounds
    ON tuples.everybody IS NOT DISTINCT FROM block_rounds.everybody
    AND tuples.gender IS NOT DISTINCT FROM block_rounds.gender;

-- step 3 (private): groups of people who are published alike in that round
CREATE TABLE private.personas__groups AS
WITH raised AS (
    SELECT
        round,
        CASE WHEN round = 1 THEN within_class END AS within_class,
        CASE WHEN round >= 2 THEN '*' ELSE age END AS age,
        CASE WHEN round >= 4 THEN '*' ELSE gender END AS gender,
        people
    FROM private.personas__tuples
    WHERE round IS NOT NULL
),

large_groups AS (
    SELECT
        raised.round,
        raised.within_class,
        raised.age,
        raised.gender,
        CAST(sum(raised.people) AS BIGINT) AS people
    FROM raised
    GROUP BY
        raised.round,
        raised.within_class,
        raised.age,
        raised.gender
    HAVING sum(raised.people) >= 3
),

everybody AS (
    SELECT sum(people) AS people
    FROM private.personas__tuples
),

kept_groups AS (
    WITH numbered AS (  -- smallest first
        SELECT
            round,
            within_class,
            age,
            gender,
            people,
            row_number() OVER (
                ORDER BY
                    within_class IS NOT NULL,
                    people,
                    round,
                    within_class,
                    age,
                    gender
            ) AS class_id
        FROM large_groups
    ),

    left_out AS (
        SELECT (
            SELECT sum(everybody.people)
            FROM everybody AS everybody
        ) - coalesce(sum(large_groups.people), 0) AS people
        FROM large_groups
    )

    SELECT
        numbered.round,
        numbered.within_class,
        numbered.age,
        numbered.gender,
        numbered.people,
        numbered.class_id
    FROM numbered
    CROSS JOIN left_out
    WHERE numbered.class_id > 1 OR left_out.people NOT BETWEEN 1 AND 2
)

SELECT
    round,
    within_class,
    age,
    gender,
    people,
    class_id,
    CAST(sum(people) OVER (ORDER BY class_id) AS BIGINT) - people AS first_person,
    CAST(sum(people // 3) OVER (ORDER BY class_id) AS BIGINT) - people // 3 AS first_persona
FROM kept_groups;

CREATE TABLE private.personas__placed AS
SELECT
    tuples.within_class,
    tuples.given_1,
    tuples.given_2,
    CAST(kept.class_id AS INTEGER) AS group_id,
    CAST(dense_rank() OVER (
        ORDER BY
            kept.class_id,
            tuples.given_1,
            tuples.given_2
    ) AS INTEGER) AS position
FROM private.personas__tuples AS tuples
INNER JOIN private.personas__groups AS kept
    ON tuples.round = kept.round
    AND CASE WHEN tuples.round = 1 THEN tuples.within_class END IS NOT DISTINCT FROM kept.within_class
    AND CASE WHEN tuples.round >= 2 THEN '*' ELSE tuples.age END IS NOT DISTINCT FROM kept.age
    AND CASE WHEN tuples.round >= 4 THEN '*' ELSE tuples.gender END IS NOT DISTINCT FROM kept.gender;

-- step 4 (private): each group in order, cut into personas of at least 3
CREATE TABLE private.personas__ordered AS
SELECT
    people.person_id,
    placed.group_id
FROM private.personas__people AS people
LEFT JOIN private.personas__placed AS placed
    ON people.age IS NOT DISTINCT FROM placed.given_1
    AND people.gender IS NOT DISTINCT FROM placed.given_2
ORDER BY
    placed.position,
    md5_number(concat(getvariable('release_secret'), '|', people.person_id));

CREATE TABLE private.personas__units AS
SELECT
    ordered.person_id,
    CAST(ordered.rowid AS INTEGER) AS person,
    ordered.group_id,
    CAST(
        groups.first_persona + (ordered.rowid - groups.first_person) * (groups.people // 3) // groups.people AS INTEGER
    ) AS class_id
FROM private.personas__ordered AS ordered
LEFT JOIN private.personas__groups AS groups
    ON ordered.group_id = groups.class_id;

CREATE TABLE private.personas__personas AS
SELECT
    class_id AS persona,
    'p' || left(sha256(concat_ws('|', getvariable('release_secret'), 'personas', class_id)), 16) AS persona_id,
    group_id,
    count(*) AS people
FROM private.personas__units
GROUP BY class_id, group_id
HAVING count(*) >= 3 AND class_id IS NOT NULL;

CREATE VIEW private.personas__members AS
SELECT
    units.person_id,
    units.person,
    units.class_id AS persona,
    groups.round,
    groups.age,
    groups.gender
FROM private.personas__units AS units
INNER JOIN private.personas__groups AS groups
    ON units.group_id = groups.class_id;

-- step 5 (release): one row a persona; the person is not carried over
CREATE TABLE release.personas AS
SELECT
    personas.persona_id,
    personas.people,
    groups.age,
    groups.gender,
    CASE WHEN groups.round >= 2 THEN 3 ELSE 1 END AS age_level,
    CASE WHEN groups.round >= 4 THEN 1 ELSE 0 END AS gender_level,
    1::DOUBLE / personas.people AS risk,
    CASE groups.round WHEN 1 THEN 'class' WHEN 2 THEN 'block' ELSE 'generalized block' END AS method
FROM private.personas__personas AS personas
INNER JOIN private.personas__groups AS groups
    ON personas.group_id = groups.class_id
ORDER BY personas.persona_id;


-- given: CREATE TABLE private.personas__members AS SELECT i AS person_id, CAST(i AS INTEGER) AS person, CASE WHEN i < 3 THEN 1 ELSE 2 END AS persona, 'F' AS gender FROM range(6) AS t(i)
-- given: CREATE TABLE private.stg_events AS SELECT i % 6 AS person_id, DATE '2013-01-01' + CAST(i * 50 AS INTEGER) AS date, CASE WHEN i % 2 = 0 THEN 'arrest' ELSE 'charge' END AS event_type FROM range(12) AS t(i)
-- call:  persona_events(model('persona_events', 'SELECT person_id, date, event_type FROM private.stg_events'), 'person_id', 'date', ['event_type'], ['event_type'], 'personas', ['gender'], None, levels(('gender',), None, 'year'), None, [], 0.8, 2)
-- run:   {} SELECT level, period, event_type, sum(people), sum(events) FROM release.persona_events GROUP BY ALL ORDER BY ALL
-- gives: block_year, 2013, arrest, 3, 4; block_year, 2013, charge, 3, 4; block_year, 2014, arrest, 2, 2; persona_year, 2014, charge, 2, 2
-- the texts beside events (private), in their order
CREATE TYPE private.persona_events__text AS ENUM (
    WITH authored AS (  -- models/persona_events.sql:1, as written
    SELECT person_id, date, event_type FROM private.stg_events
    ),

    texts AS (
        SELECT gender AS text FROM private.personas__members
        UNION
        SELECT CAST(event_type AS VARCHAR) AS text FROM authored
    )

    SELECT text
    FROM texts
    WHERE text IS NOT NULL
    ORDER BY text
);

-- what happened to the people of personas (private)
CREATE TABLE private.persona_events__events AS
WITH authored AS (  -- models/persona_events.sql:1, as written
    SELECT person_id, date, event_type FROM private.stg_events
),

people AS (
    SELECT
        members.person_id,
        members.person,
        members.persona,
        CAST(members.gender AS private.persona_events__text) AS gender
    FROM private.personas__members AS members
)

SELECT
    people.person,
    people.persona,
    people.gender,
    CAST(date_trunc('year', authored.date) AS DATE) AS period_year,
    CAST(CAST(authored.event_type AS VARCHAR) AS private.persona_events__text) AS event_type
FROM authored
INNER JOIN people
    ON authored.person_id = people.person_id;

-- events that may be in a row of a persona (private), and how many people of a block have others
CREATE TABLE private.persona_events__often AS
SELECT
    persona,
    event_type
FROM private.persona_events__events
GROUP BY persona, event_type
HAVING count(DISTINCT person) >= 2;

CREATE TABLE private.persona_events__candidates AS
SELECT events.*
FROM private.persona_events__events AS events
SEMI JOIN private.persona_events__often AS often
    ON events.persona IS NOT DISTINCT FROM often.persona
    AND events.event_type IS NOT DISTINCT FROM often.event_type;

CREATE TABLE private.persona_events__others AS
SELECT
    events.gender,
    events.event_type,
    count(DISTINCT events.person % 256) AS people
FROM private.persona_events__events AS events
ANTI JOIN private.persona_events__often AS often
    ON events.persona IS NOT DISTINCT FROM often.persona
    AND events.event_type IS NOT DISTINCT FROM often.event_type
GROUP BY events.gender, events.event_type;

-- level 1: persona_id x gender, year
CREATE TABLE private.persona_events__level_1 AS
WITH of_people AS (  -- how often each had the events of a cell
    SELECT
        events.person,
        events.persona,
        events.gender,
        events.period_year,
        events.event_type,
        count(*) AS events
    FROM private.persona_events__candidates AS events
    GROUP BY events.person, events.persona, events.gender, events.period_year, events.event_type
),

cells AS (
    SELECT
        persona,
        gender,
        period_year,
        event_type,
        count(*) AS people,
        sum(events) AS events
    FROM of_people
    GROUP BY persona, gender, period_year, event_type
    HAVING count(*) >= 2
),

rest AS (  -- whose events no cell counts
    SELECT
        events.person,
        events.persona,
        events.gender,
        events.event_type
    FROM private.persona_events__candidates AS events
    ANTI JOIN cells
        ON events.persona IS NOT DISTINCT FROM cells.persona
        AND events.gender IS NOT DISTINCT FROM cells.gender
        AND events.period_year IS NOT DISTINCT FROM cells.period_year
        AND events.event_type IS NOT DISTINCT FROM cells.event_type
),

few_others AS (
    SELECT
        TRUE AS is_few,
        cells.gender,
        cells.event_type,
        coalesce(max(others.people), 0) AS people
    FROM cells
    LEFT JOIN private.persona_events__others AS others
        ON cells.gender IS NOT DISTINCT FROM others.gender
        AND cells.event_type IS NOT DISTINCT FROM others.event_type
    GROUP BY cells.gender, cells.event_type
    HAVING coalesce(max(others.people), 0) < 2
),

few_candidates AS (
    SELECT
        TRUE AS is_few,
        events.gender,
        events.event_type,
        count(DISTINCT events.person) AS people
    FROM rest AS events
    SEMI JOIN few_others
        ON few_others.is_few
        AND events.gender IS NOT DISTINCT FROM few_others.gender
        AND events.event_type IS NOT DISTINCT FROM few_others.event_type
    GROUP BY events.gender, events.event_type
),

short_groups AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        few_others.gender,
        few_others.event_type
    FROM few_others
    LEFT JOIN few_candidates
        ON few_others.is_few
        AND few_others.gender IS NOT DISTINCT FROM few_candidates.gender
        AND few_others.event_type IS NOT DISTINCT FROM few_candidates.event_type
    WHERE few_others.people + coalesce(few_candidates.people, 0) BETWEEN 1 AND 1
),

held_for_next_level AS (  -- the smallest cell of each
    SELECT
        cells.persona,
        cells.gender,
        cells.period_year,
        cells.event_type
    FROM cells
    SEMI JOIN short_groups
        ON short_groups.is_short
        AND cells.gender IS NOT DISTINCT FROM short_groups.gender
        AND cells.event_type IS NOT DISTINCT FROM short_groups.event_type
    QUALIFY row_number() OVER (
        PARTITION BY cells.gender, cells.event_type
        ORDER BY
            cells.people, cells.persona, cells.gender, cells.period_year, cells.event_type
    ) = 1
),

short_rests AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.persona,
        events.gender,
        events.event_type
    FROM rest AS events
    SEMI JOIN cells AS beside
        ON events.persona IS NOT DISTINCT FROM beside.persona
        AND events.gender IS NOT DISTINCT FROM beside.gender
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
    GROUP BY events.persona, events.gender, events.event_type
    HAVING count(DISTINCT events.person) BETWEEN 1 AND 1
),

held_for_rest AS (  -- the smallest cell of each
    SELECT
        cells.persona,
        cells.gender,
        cells.period_year,
        cells.event_type
    FROM cells
    SEMI JOIN short_rests
        ON short_rests.is_short
        AND cells.persona IS NOT DISTINCT FROM short_rests.persona
        AND cells.gender IS NOT DISTINCT FROM short_rests.gender
        AND cells.event_type IS NOT DISTINCT FROM short_rests.event_type
    QUALIFY row_number() OVER (
        PARTITION BY cells.persona, cells.gender, cells.event_type
        ORDER BY
            cells.people, cells.persona, cells.gender, cells.period_year, cells.event_type
    ) = 1
)

SELECT cells.*
FROM cells
ANTI JOIN held_for_next_level
    ON cells.persona IS NOT DISTINCT FROM held_for_next_level.persona
    AND cells.gender IS NOT DISTINCT FROM held_for_next_level.gender
    AND cells.period_year IS NOT DISTINCT FROM held_for_next_level.period_year
    AND cells.event_type IS NOT DISTINCT FROM held_for_next_level.event_type
ANTI JOIN held_for_rest
    ON cells.persona IS NOT DISTINCT FROM held_for_rest.persona
    AND cells.gender IS NOT DISTINCT FROM held_for_rest.gender
    AND cells.period_year IS NOT DISTINCT FROM held_for_rest.period_year
    AND cells.event_type IS NOT DISTINCT FROM held_for_rest.event_type;

CREATE VIEW private.persona_events__left_1 AS
SELECT events.*
FROM private.persona_events__candidates AS events
ANTI JOIN private.persona_events__level_1 AS cells
    ON events.persona IS NOT DISTINCT FROM cells.persona
    AND events.gender IS NOT DISTINCT FROM cells.gender
    AND events.period_year IS NOT DISTINCT FROM cells.period_year
    AND events.event_type IS NOT DISTINCT FROM cells.event_type;

-- level 2: persona_id x gender, all time
CREATE TABLE private.persona_events__level_2 AS
WITH of_people AS (  -- how often each had the events of a cell
    SELECT
        events.person,
        events.persona,
        events.gender,
        events.event_type,
        count(*) AS events
    FROM private.persona_events__left_1 AS events
    GROUP BY events.person, events.persona, events.gender, events.event_type
),

cells AS (
    SELECT
        persona,
        gender,
        event_type,
        count(*) AS people,
        sum(events) AS events
    FROM of_people
    GROUP BY persona, gender, event_type
    HAVING count(*) >= 2
),

rest AS (  -- whose events no cell counts
    SELECT
        events.person,
        events.persona,
        events.gender,
        events.event_type
    FROM private.persona_events__left_1 AS events
    ANTI JOIN cells
        ON events.persona IS NOT DISTINCT FROM cells.persona
        AND events.gender IS NOT DISTINCT FROM cells.gender
        AND events.event_type IS NOT DISTINCT FROM cells.event_type
),

few_others AS (
    SELECT
        TRUE AS is_few,
        cells.gender,
        cells.event_type,
        coalesce(max(others.people), 0) AS people
    FROM cells
    LEFT JOIN private.persona_events__others AS others
        ON cells.gender IS NOT DISTINCT FROM others.gender
        AND cells.event_type IS NOT DISTINCT FROM others.event_type
    GROUP BY cells.gender, cells.event_type
    HAVING coalesce(max(others.people), 0) < 2
),

few_candidates AS (
    SELECT
        TRUE AS is_few,
        events.gender,
        events.event_type,
        count(DISTINCT events.person) AS people
    FROM rest AS events
    SEMI JOIN few_others
        ON few_others.is_few
        AND events.gender IS NOT DISTINCT FROM few_others.gender
        AND events.event_type IS NOT DISTINCT FROM few_others.event_type
    GROUP BY events.gender, events.event_type
),

short_groups AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        few_others.gender,
        few_others.event_type
    FROM few_others
    LEFT JOIN few_candidates
        ON few_others.is_few
        AND few_others.gender IS NOT DISTINCT FROM few_candidates.gender
        AND few_others.event_type IS NOT DISTINCT FROM few_candidates.event_type
    WHERE few_others.people + coalesce(few_candidates.people, 0) BETWEEN 1 AND 1
),

held_for_next_level AS (  -- the smallest cell of each
    SELECT
        cells.persona,
        cells.gender,
        cells.event_type
    FROM cells
    SEMI JOIN short_groups
        ON short_groups.is_short
        AND cells.gender IS NOT DISTINCT FROM short_groups.gender
        AND cells.event_type IS NOT DISTINCT FROM short_groups.event_type
    QUALIFY row_number() OVER (
        PARTITION BY cells.gender, cells.event_type
        ORDER BY
            cells.people, cells.persona, cells.gender, cells.event_type
    ) = 1
),

short_rests AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.persona,
        events.gender,
        events.event_type
    FROM rest AS events
    SEMI JOIN cells AS beside
        ON events.persona IS NOT DISTINCT FROM beside.persona
        AND events.gender IS NOT DISTINCT FROM beside.gender
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
    GROUP BY events.persona, events.gender, events.event_type
    HAVING count(DISTINCT events.person) BETWEEN 1 AND 1
),

held_for_rest AS (  -- the smallest cell of each
    SELECT
        cells.persona,
        cells.gender,
        cells.event_type
    FROM cells
    SEMI JOIN short_rests
        ON short_rests.is_short
        AND cells.persona IS NOT DISTINCT FROM short_rests.persona
        AND cells.gender IS NOT DISTINCT FROM short_rests.gender
        AND cells.event_type IS NOT DISTINCT FROM short_rests.event_type
    QUALIFY row_number() OVER (
        PARTITION BY cells.persona, cells.gender, cells.event_type
        ORDER BY
            cells.people, cells.persona, cells.gender, cells.event_type
    ) = 1
)

SELECT cells.*
FROM cells
ANTI JOIN held_for_next_level
    ON cells.persona IS NOT DISTINCT FROM held_for_next_level.persona
    AND cells.gender IS NOT DISTINCT FROM held_for_next_level.gender
    AND cells.event_type IS NOT DISTINCT FROM held_for_next_level.event_type
ANTI JOIN held_for_rest
    ON cells.persona IS NOT DISTINCT FROM held_for_rest.persona
    AND cells.gender IS NOT DISTINCT FROM held_for_rest.gender
    AND cells.event_type IS NOT DISTINCT FROM held_for_rest.event_type;

-- level 3: gender, year
CREATE VIEW private.persona_events__left_2 AS
SELECT events.*
FROM private.persona_events__events AS events
ANTI JOIN private.persona_events__level_1 AS cells_1
    ON events.persona IS NOT DISTINCT FROM cells_1.persona
    AND events.gender IS NOT DISTINCT FROM cells_1.gender
    AND events.period_year IS NOT DISTINCT FROM cells_1.period_year
    AND events.event_type IS NOT DISTINCT FROM cells_1.event_type
ANTI JOIN private.persona_events__level_2 AS cells_2
    ON events.persona IS NOT DISTINCT FROM cells_2.persona
    AND events.gender IS NOT DISTINCT FROM cells_2.gender
    AND events.event_type IS NOT DISTINCT FROM cells_2.event_type;

CREATE TABLE private.persona_events__level_3 AS
WITH of_people AS (  -- how often each had the events of a cell
    SELECT
        events.person,
        events.gender,
        events.period_year,
        events.event_type,
        count(*) AS events
    FROM private.persona_events__left_2 AS events
    GROUP BY events.person, events.gender, events.period_year, events.event_type
),

cells AS (
    SELECT
        gender,
        period_year,
        event_type,
        count(*) AS people,
        sum(events) AS events
    FROM of_people
    GROUP BY gender, period_year, event_type
    HAVING count(*) >= 2
),

rest AS (  -- whose events no cell counts
    SELECT
        events.person,
        events.gender,
        events.event_type
    FROM private.persona_events__left_2 AS events
    ANTI JOIN cells
        ON events.gender IS NOT DISTINCT FROM cells.gender
        AND events.period_year IS NOT DISTINCT FROM cells.period_year
        AND events.event_type IS NOT DISTINCT FROM cells.event_type
),

short_groups AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.gender,
        events.event_type
    FROM rest AS events
    SEMI JOIN cells AS beside
        ON events.gender IS NOT DISTINCT FROM beside.gender
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
    GROUP BY events.gender, events.event_type
    HAVING count(DISTINCT events.person) BETWEEN 1 AND 1
),

held_for_next_level AS (  -- the smallest cell of each
    SELECT
        cells.gender,
        cells.period_year,
        cells.event_type
    FROM cells
    SEMI JOIN short_groups
        ON short_groups.is_short
        AND cells.gender IS NOT DISTINCT FROM short_groups.gender
        AND cells.event_type IS NOT DISTINCT FROM short_groups.event_type
    QUALIFY row_number() OVER (
        PARTITION BY cells.gender, cells.event_type
        ORDER BY
            cells.people, cells.gender, cells.period_year, cells.event_type
    ) = 1
),

short_rests AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.gender,
        events.event_type
    FROM rest AS events
    SEMI JOIN cells AS beside
        ON events.gender IS NOT DISTINCT FROM beside.gender
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
    GROUP BY events.gender, events.event_type
    HAVING count(DISTINCT events.person) BETWEEN 1 AND 1
),

held_for_rest AS (  -- the smallest cell of each
    SELECT
        cells.gender,
        cells.period_year,
        cells.event_type
    FROM cells
    SEMI JOIN short_rests
        ON short_rests.is_short
        AND cells.gender IS NOT DISTINCT FROM short_rests.gender
        AND cells.event_type IS NOT DISTINCT FROM short_rests.event_type
    QUALIFY row_number() OVER (
        PARTITION BY cells.gender, cells.event_type
        ORDER BY
            cells.people, cells.gender, cells.period_year, cells.event_type
    ) = 1
)

SELECT cells.*
FROM cells
ANTI JOIN held_for_next_level
    ON cells.gender IS NOT DISTINCT FROM held_for_next_level.gender
    AND cells.period_year IS NOT DISTINCT FROM held_for_next_level.period_year
    AND cells.event_type IS NOT DISTINCT FROM held_for_next_level.event_type
ANTI JOIN held_for_rest
    ON cells.gender IS NOT DISTINCT FROM held_for_rest.gender
    AND cells.period_year IS NOT DISTINCT FROM held_for_rest.period_year
    AND cells.event_type IS NOT DISTINCT FROM held_for_rest.event_type;

CREATE TABLE private.persona_events__left_3 AS
SELECT events.*
FROM private.persona_events__left_2 AS events
ANTI JOIN private.persona_events__level_3 AS cells
    ON events.gender IS NOT DISTINCT FROM cells.gender
    AND events.period_year IS NOT DISTINCT FROM cells.period_year
    AND events.event_type IS NOT DISTINCT FROM cells.event_type;

-- level 4: gender, all time
CREATE TABLE private.persona_events__level_4 AS
WITH of_people AS (  -- how often each had the events of a cell
    SELECT
        events.person,
        events.gender,
        events.event_type,
        count(*) AS events
    FROM private.persona_events__left_3 AS events
    GROUP BY events.person, events.gender, events.event_type
),

cells AS (
    SELECT
        gender,
        event_type,
        count(*) AS people,
        sum(events) AS events
    FROM of_people
    GROUP BY gender, event_type
    HAVING count(*) >= 2
),

rest AS (  -- whose events no cell counts
    SELECT
        events.person,
        events.gender,
        events.event_type
    FROM private.persona_events__left_3 AS events
    ANTI JOIN cells
        ON events.gender IS NOT DISTINCT FROM cells.gender
        AND events.event_type IS NOT DISTINCT FROM cells.event_type
),

short_groups AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.event_type
    FROM rest AS events
    SEMI JOIN cells AS beside
        ON events.event_type IS NOT DISTINCT FROM beside.event_type
    GROUP BY events.event_type
    HAVING count(DISTINCT events.person) BETWEEN 1 AND 1
),

held_for_next_level AS (  -- the smallest cell of each
    SELECT
        cells.gender,
        cells.event_type
    FROM cells
    SEMI JOIN short_groups
        ON short_groups.is_short
        AND cells.event_type IS NOT DISTINCT FROM short_groups.event_type
    QUALIFY row_number() OVER (
        PARTITION BY cells.event_type
        ORDER BY
            cells.people, cells.gender, cells.event_type
    ) = 1
),

short_rests AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.gender,
        events.event_type
    FROM rest AS events
    SEMI JOIN cells AS beside
        ON events.gender IS NOT DISTINCT FROM beside.gender
        AND events.event_type IS NOT DISTINCT FROM beside.event_type
    GROUP BY events.gender, events.event_type
    HAVING count(DISTINCT events.person) BETWEEN 1 AND 1
),

held_for_rest AS (  -- the smallest cell of each
    SELECT
        cells.gender,
        cells.event_type
    FROM cells
    SEMI JOIN short_rests
        ON short_rests.is_short
        AND cells.gender IS NOT DISTINCT FROM short_rests.gender
        AND cells.event_type IS NOT DISTINCT FROM short_rests.event_type
    QUALIFY row_number() OVER (
        PARTITION BY cells.gender, cells.event_type
        ORDER BY
            cells.people, cells.gender, cells.event_type
    ) = 1
)

SELECT cells.*
FROM cells
ANTI JOIN held_for_next_level
    ON cells.gender IS NOT DISTINCT FROM held_for_next_level.gender
    AND cells.event_type IS NOT DISTINCT FROM held_for_next_level.event_type
ANTI JOIN held_for_rest
    ON cells.gender IS NOT DISTINCT FROM held_for_rest.gender
    AND cells.event_type IS NOT DISTINCT FROM held_for_rest.event_type;

CREATE TABLE private.persona_events__left_4 AS
SELECT events.*
FROM private.persona_events__left_3 AS events
ANTI JOIN private.persona_events__level_4 AS cells
    ON events.gender IS NOT DISTINCT FROM cells.gender
    AND events.event_type IS NOT DISTINCT FROM cells.event_type;

-- level 5: everyone, all time
CREATE TABLE private.persona_events__level_5 AS
WITH of_people AS (  -- how often each had the events of a cell
    SELECT
        events.person,
        events.event_type,
        count(*) AS events
    FROM private.persona_events__left_4 AS events
    GROUP BY events.person, events.event_type
),

cells AS (
    SELECT
        event_type,
        count(*) AS people,
        sum(events) AS events
    FROM of_people
    GROUP BY event_type
    HAVING count(*) >= 2
),

rest AS (  -- whose events no cell counts
    SELECT
        events.person,
        events.event_type
    FROM private.persona_events__left_4 AS events
    ANTI JOIN cells
        ON events.event_type IS NOT DISTINCT FROM cells.event_type
),

short_rests AS (  -- of whom too few people would be left
    SELECT
        TRUE AS is_short,
        events.event_type
    FROM rest AS events
    SEMI JOIN cells AS beside
        ON events.event_type IS NOT DISTINCT FROM beside.event_type
    GROUP BY events.event_type
    HAVING count(DISTINCT events.person) BETWEEN 1 AND 1
),

held_for_rest AS (  -- the smallest cell of each
    SELECT
        cells.event_type
    FROM cells
    SEMI JOIN short_rests
        ON short_rests.is_short
        AND cells.event_type IS NOT DISTINCT FROM short_rests.event_type
    QUALIFY row_number() OVER (
        PARTITION BY cells.event_type
        ORDER BY
            cells.people, cells.event_type
    ) = 1
)

SELECT cells.*
FROM cells
ANTI JOIN held_for_rest
    ON cells.event_type IS NOT DISTINCT FROM held_for_rest.event_type;

-- personas of whom everybody has exactly one event of a kind (private): what their rows leave is known
CREATE TABLE private.persona_events__known AS
WITH everyone AS (
    SELECT
        persona,
        count(*) AS people
    FROM private.personas__members
    GROUP BY persona
),

counted AS (
    SELECT
        persona,
        event_type,
        count(*) AS events
    FROM private.persona_events__events
    GROUP BY persona, event_type
)

SELECT
    events.persona,
    events.gender,
    events.event_type
FROM everyone
INNER JOIN counted
    ON everyone.persona = counted.persona
    AND everyone.people = counted.events
INNER JOIN private.persona_events__events AS events
    ON counted.persona IS NOT DISTINCT FROM events.persona
    AND counted.event_type IS NOT DISTINCT FROM events.event_type
GROUP BY events.persona, everyone.people, events.gender, events.event_type
HAVING count(DISTINCT events.person) = everyone.people;

-- the rows above the personas (private): those that are missed least come first
CREATE TABLE private.persona_events__above AS
WITH cells AS (
    SELECT
        3 AS level_number,
        gender,
        period_year,
        event_type,
        people
    FROM private.persona_events__level_3
    UNION ALL
    SELECT
        4 AS level_number,
        gender,
        NULL AS period_year,
        event_type,
        people
    FROM private.persona_events__level_4
    UNION ALL
    SELECT
        5 AS level_number,
        NULL AS gender,
        NULL AS period_year,
        event_type,
        people
    FROM private.persona_events__level_5
)

SELECT
    cells.*,
    row_number() OVER (
        ORDER BY
            cells.people,
            cells.level_number,
            cells.gender,
            cells.period_year,
            cells.event_type
    ) AS nth
FROM cells
SEMI JOIN private.persona_events__known AS known
    ON cells.event_type IS NOT DISTINCT FROM known.event_type;

-- which of them might count people of such personas (private); where statistics show that a LEFT JOIN finds nothing,
-- DuckDB 2.0 takes a sum for 0 that is compared in the same statement, so nothing is compared here
CREATE TABLE private.persona_events__links AS
WITH kinds AS (
    SELECT DISTINCT
        events.period_year,
        events.event_type
    FROM private.persona_events__events AS events
    SEMI JOIN private.persona_events__known AS known
        ON events.event_type IS NOT DISTINCT FROM known.event_type
),

left_over AS (  -- events of theirs that no row of a persona counts
    SELECT events.*
    FROM private.persona_events__left_2 AS events
    SEMI JOIN private.persona_events__known AS known
        ON events.persona IS NOT DISTINCT FROM known.persona
        AND events.event_type IS NOT DISTINCT FROM known.event_type
),

own AS (  -- personas with rows of their own
    SELECT persona, event_type
    FROM private.persona_events__level_1
    UNION
    SELECT persona, event_type
    FROM private.persona_events__level_2
),

standing AS (  -- the others are as one where they stand beside the same, so that there are few to look at
    SELECT
        known.persona AS of_persona,
        known.gender,
        known.event_type,
        CASE
            WHEN own.persona IS NOT NULL THEN known.persona
            ELSE min(known.persona) OVER (
                PARTITION BY own.persona IS NULL, known.gender, known.event_type
            )
        END AS persona
    FROM private.persona_events__known AS known
    SEMI JOIN left_over
        ON known.persona IS NOT DISTINCT FROM left_over.persona
        AND known.event_type IS NOT DISTINCT FROM left_over.event_type
    LEFT JOIN own
        ON known.persona IS NOT DISTINCT FROM own.persona
        AND known.event_type IS NOT DISTINCT FROM own.event_type
),

possible AS (  -- what people of a persona might have had, and what they had
    SELECT
        known.persona,
        known.gender,
        kinds.*,
        0 AS people
    FROM (SELECT DISTINCT * EXCLUDE (of_persona) FROM standing) AS known
    INNER JOIN kinds
        ON known.event_type IS NOT DISTINCT FROM kinds.event_type
    UNION ALL
    SELECT
        standing.persona,
        left_over.gender,
        left_over.period_year,
        left_over.event_type,
        1 AS people
    FROM left_over
    INNER JOIN standing
        ON left_over.persona = standing.of_persona
        AND left_over.event_type IS NOT DISTINCT FROM standing.event_type
)

SELECT
    possible.persona,
    possible.event_type,
    [row_3.nth, row_4.nth, row_5.nth] AS rows_that_fit,
    coalesce(row_3.nth, row_4.nth, row_5.nth, 0) AS nth,
    sum(possible.people) AS people
FROM possible
ANTI JOIN private.persona_events__level_1 AS row_1
    ON possible.persona IS NOT DISTINCT FROM row_1.persona
    AND possible.gender IS NOT DISTINCT FROM row_1.gender
    AND possible.period_year IS NOT DISTINCT FROM row_1.period_year
    AND possible.event_type IS NOT DISTINCT FROM row_1.event_type
ANTI JOIN private.persona_events__level_2 AS row_2
    ON possible.persona IS NOT DISTINCT FROM row_2.persona
    AND possible.gender IS NOT DISTINCT FROM row_2.gender
    AND possible.event_type IS NOT DISTINCT FROM row_2.event_type
LEFT JOIN private.persona_events__above AS row_3
    ON row_3.level_number = 3
    AND possible.gender IS NOT DISTINCT FROM row_3.gender
    AND possible.period_year IS NOT DISTINCT FROM row_3.period_year
    AND possible.event_type IS NOT DISTINCT FROM row_3.event_type
LEFT JOIN private.persona_events__above AS row_4
    ON row_4.level_number = 4
    AND possible.gender IS NOT DISTINCT FROM row_4.gender
    AND possible.event_type IS NOT DISTINCT FROM row_4.event_type
LEFT JOIN private.persona_events__above AS row_5
    ON row_5.level_number = 5
    AND possible.event_type IS NOT DISTINCT FROM row_5.event_type
GROUP BY ALL;

-- rows that would tell of a few people when counts are added and subtracted (private)
CREATE TABLE private.persona_events__held AS
WITH alike AS (  -- personas that may stand behind the same rows are as one
    SELECT
        persona,
        event_type,
        dense_rank() OVER (ORDER BY list(nth ORDER BY nth)) AS number
    FROM private.persona_events__links
    GROUP BY persona, event_type
    HAVING sum(people) > 0
),

counted AS (
    SELECT
        nth,
        sum(people) AS people
    FROM private.persona_events__links
    GROUP BY nth
),

shared AS (
    SELECT
        links.event_type,
        alike.number AS persona,
        links.rows_that_fit,
        sum(links.people) AS people
    FROM private.persona_events__links AS links
    INNER JOIN alike
        ON links.persona IS NOT DISTINCT FROM alike.persona
        AND links.event_type IS NOT DISTINCT FROM alike.event_type
    GROUP BY links.event_type, alike.number, links.rows_that_fit
    UNION ALL
    SELECT
        above.event_type,
        0 AS persona,  -- stands for those of whom nothing is known
        [above.nth] AS rows_that_fit,
        above.people - coalesce(counted.people, 0) AS people
    FROM private.persona_events__above AS above
    LEFT JOIN counted
        ON above.nth = counted.nth
    WHERE above.people > coalesce(counted.people, 0)
),

held AS (
    SELECT unnest(pt_rows_to_hold_back(list(persona), list(rows_that_fit), list(CAST(people AS BIGINT)), 2)) AS nth
    FROM shared
    GROUP BY event_type
)

SELECT above.*
FROM private.persona_events__above AS above
SEMI JOIN held
    ON above.nth = held.nth;

-- the cells of all levels (private), texts as texts again
CREATE TABLE private.persona_events__cells AS
SELECT
    1 AS level_number,
    'persona_year' AS level,
    'p' || left(sha256(concat_ws('|', getvariable('release_secret'), 'personas', persona)), 16) AS persona_id,
    CAST(gender AS VARCHAR) AS gender,
    strftime(period_year, '%Y') AS period,
    CAST(event_type AS VARCHAR) AS event_type,
    people,
    events
FROM private.persona_events__level_1
UNION ALL
SELECT
    2 AS level_number,
    'persona_all_time' AS level,
    'p' || left(sha256(concat_ws('|', getvariable('release_secret'), 'personas', persona)), 16) AS persona_id,
    CAST(gender AS VARCHAR) AS gender,
    '*' AS period,
    CAST(event_type AS VARCHAR) AS event_type,
    people,
    events
FROM private.persona_events__level_2
UNION ALL
SELECT
    3 AS level_number,
    'block_year' AS level,
    NULL AS persona_id,
    CAST(gender AS VARCHAR) AS gender,
    strftime(period_year, '%Y') AS period,
    CAST(event_type AS VARCHAR) AS event_type,
    people,
    events
FROM private.persona_events__level_3 AS cells
ANTI JOIN private.persona_events__held AS held
    ON held.level_number = 3
    AND cells.gender IS NOT DISTINCT FROM held.gender
    AND cells.period_year IS NOT DISTINCT FROM held.period_year
    AND cells.event_type IS NOT DISTINCT FROM held.event_type
UNION ALL
SELECT
    4 AS level_number,
    'block_all_time' AS level,
    NULL AS persona_id,
    CAST(gender AS VARCHAR) AS gender,
    '*' AS period,
    CAST(event_type AS VARCHAR) AS event_type,
    people,
    events
FROM private.persona_events__level_4 AS cells
ANTI JOIN private.persona_events__held AS held
    ON held.level_number = 4
    AND cells.gender IS NOT DISTINCT FROM held.gender
    AND cells.event_type IS NOT DISTINCT FROM held.event_type
UNION ALL
SELECT
    5 AS level_number,
    'everyone' AS level,
    NULL AS persona_id,
    '*' AS gender,
    '*' AS period,
    CAST(event_type AS VARCHAR) AS event_type,
    people,
    events
FROM private.persona_events__level_5 AS cells
ANTI JOIN private.persona_events__held AS held
    ON held.level_number = 5
    AND cells.event_type IS NOT DISTINCT FROM held.event_type;

-- what is released: all of them
CREATE TABLE release.persona_events AS
SELECT
    level,
    persona_id,
    gender,
    period,
    event_type,
    people,
    CAST(events AS BIGINT) AS events
FROM private.persona_events__cells
ORDER BY level_number, persona_id, gender, period, event_type;


-- given: CREATE TABLE private.stg_people AS SELECT * FROM (VALUES (1, 25, 'F', 'low'), (2, 27, 'F', 'high'), (3, 28, 'F', 'low'), (4, 31, 'M', 'low'), (5, 48, 'M', 'low'), (6, 90, 'M', 'high')) AS t(person_id, age, gender, screening)
-- given: CREATE TABLE private.people_public__recoding AS SELECT * FROM (VALUES (25, 'F', '20-29', 'F'), (27, 'F', '20-29', 'F'), (28, 'F', '20-29', 'F'), (31, 'M', '*', 'M'), (48, 'M', '*', 'M'), (90, 'M', '*', 'M')) AS t(given_1, given_2, age, gender)
-- call:  k_anonymity(model('people_public', 'SELECT person_id, age, gender, screening FROM private.stg_people'), 'person_id', [recoded(age(1), 3), recoded(gender(0), 1), screening], 3, True)
-- run:   {} SELECT * FROM release.people_public
-- gives: *, M, high; *, M, low; *, M, low; 20-29, F, high; 20-29, F, low; 20-29, F, low
-- step 1 (private): each person's generalized row
CREATE TABLE private.people_public__generalized AS
WITH authored AS (  -- models/people_public.sql:1, as written
    SELECT person_id, age, gender, screening FROM private.stg_people
)

SELECT
    authored.person_id,
    recoding.age,  -- level 1 to 3 of 3, by class
    recoding.gender,  -- level 0 to 1 of 1, by class
    authored.screening  -- sensitive
FROM authored
INNER JOIN private.people_public__recoding AS recoding
    ON authored.age IS NOT DISTINCT FROM recoding.given_1
    AND authored.gender IS NOT DISTINCT FROM recoding.given_2
WHERE authored.person_id IS NOT NULL;

-- step 2 (private): classes of at least 3 people; the smallest goes too where fewer than 3 would be left out
CREATE TABLE private.people_public__classes AS
WITH large_classes AS (
    SELECT
        age,
        gender,
        count(*) AS people
    FROM private.people_public__generalized
    GROUP BY
        age,
        gender
    HAVING count(*) >= 3
),

everybody AS (
    SELECT count(*) AS people
    FROM private.people_public__generalized
),

large_enough AS (
    WITH numbered AS (  -- smallest first
        SELECT
            age,
            gender,
            people,
            row_number() OVER (
                ORDER BY
                    people,
                    age,
                    gender
            ) AS class_id
        FROM large_classes
    ),

    left_out AS (
        SELECT (
            SELECT sum(everybody.people)
            FROM everybody AS everybody
        ) - coalesce(sum(large_classes.people), 0) AS people
        FROM large_classes
    )

    SELECT
        numbered.age,
        numbered.gender,
        numbered.people,
        numbered.class_id
    FROM numbered
    CROSS JOIN left_out
    WHERE numbered.class_id > 1 OR left_out.people NOT BETWEEN 1 AND 2
)

SELECT
    *,
    row_number() OVER (ORDER BY age, gender) AS position
FROM large_enough;

-- step 3 (private): who is in which class
CREATE TABLE private.people_public__units AS
SELECT
    people.person_id,
    classes.class_id
FROM private.people_public__generalized AS people
LEFT JOIN private.people_public__classes AS classes
    ON people.age IS NOT DISTINCT FROM classes.age
    AND people.gender IS NOT DISTINCT FROM classes.gender;

-- step 4 (release): rows of those classes; the person is not carried over
CREATE TABLE release.people_public AS
SELECT
    people.age,
    people.gender,
    people.screening
FROM private.people_public__generalized AS people
INNER JOIN private.people_public__classes AS classes
    ON people.age IS NOT DISTINCT FROM classes.age
    AND people.gender IS NOT DISTINCT FROM classes.gender
ORDER BY classes.position, people.screening;


-- given: CREATE TABLE private.stg_people AS SELECT * FROM (VALUES (1, 25, 'F'), (2, 27, NULL), (3, NULL, 'F'), (4, 31, 'M'), (5, 48, 'M'), (6, 90, 'M')) AS t(person_id, age, gender)
-- given: CREATE TABLE private.people_public__recoding AS SELECT * FROM (VALUES (25, 'F', '*', '*'), (27, NULL, '*', '*'), (NULL, 'F', '*', '*'), (31, 'M', '20-39', 'M'), (48, 'M', '40-59', 'M'), (90, 'M', '90+', 'M')) AS t(given_1, given_2, age, gender)
-- call:  k_anonymity_of_classes(model('people_public', 'SELECT person_id, age, gender FROM private.stg_people'), 'person_id', [recoded(age(1), 3), recoded(gender(0), 1)], 3, False)
-- run:   {} SELECT * FROM release.people_public
-- gives: *, *; *, *; *, *
-- step 1 (private): one row a person
CREATE TABLE private.people_public__people AS
WITH authored AS (  -- models/people_public.sql:1, as written
    SELECT person_id, age, gender FROM private.stg_people
),

merged AS (  -- one row a person
    SELECT
        person_id,
        CASE
            WHEN min(age) = max(age) THEN min(age)
        END AS age,
        CASE
            WHEN min(gender) = max(gender) THEN min(gender)
        END AS gender
    FROM authored
    GROUP BY person_id
),

people AS (
    SELECT
        merged.person_id,
        merged.age,
        merged.gender
    FROM merged
    WHERE merged.person_id IS NOT NULL
)

SELECT *
FROM people;

-- step 2 (private): how many people share each combination of values, as given and generalized
CREATE TABLE private.people_public__tuples AS
WITH combinations AS (  -- as given
    SELECT
        age,
        gender,
        count(*) AS people
    FROM private.people_public__people
    GROUP BY
        age,
        gender
),

generalized AS (
    SELECT
        combinations.age AS given_1,
        combinations.gender AS given_2,
        recoding.age,  -- level 1 to 3 of 3, by class
        recoding.gender,  -- level 0 to 1 of 1, by class
        combinations.people
    FROM combinations
    INNER JOIN private.people_public__recoding AS recoding
        ON combinations.age IS NOT DISTINCT FROM recoding.given_1
        AND combinations.gender IS NOT DISTINCT FROM recoding.given_2
)

SELECT *
FROM generalized;

-- step 3 (private): classes of at least 3 people; the smallest goes too where fewer than 3 would be left out
CREATE TABLE private.people_public__classes AS
WITH large_classes AS (
    SELECT
        age,
        gender,
        CAST(sum(tuples.people) AS BIGINT) AS people
    FROM private.people_public__tuples AS tuples
    GROUP BY
        age,
        gender
    HAVING CAST(sum(tuples.people) AS BIGINT) >= 3
),

everybody AS (
    SELECT CAST(sum(tuples.people) AS BIGINT) AS people
    FROM private.people_public__tuples AS tuples
),

large_enough AS (
    WITH numbered AS (  -- smallest first
        SELECT
            age,
            gender,
            people,
            row_number() OVER (
                ORDER BY
                    people,
                    age,
                    gender
            ) AS class_id
        FROM large_classes
    ),

    left_out AS (
        SELECT (
            SELECT sum(everybody.people)
            FROM everybody AS everybody
        ) - coalesce(sum(large_classes.people), 0) AS people
        FROM large_classes
    )

    SELECT
        numbered.age,
        numbered.gender,
        numbered.people,
        numbered.class_id
    FROM numbered
    CROSS JOIN left_out
    WHERE numbered.class_id > 1 OR left_out.people NOT BETWEEN 1 AND 2
)

SELECT
    *,
    row_number() OVER (ORDER BY age, gender) AS position
FROM large_enough;

-- step 4 (private): who is in which class
CREATE TABLE private.people_public__placed AS
SELECT
    tuples.given_1,
    tuples.given_2,
    classes.class_id
FROM private.people_public__tuples AS tuples
INNER JOIN private.people_public__classes AS classes
    ON tuples.age IS NOT DISTINCT FROM classes.age
    AND tuples.gender IS NOT DISTINCT FROM classes.gender;

CREATE TABLE private.people_public__units AS
SELECT
    people.person_id,
    placed.class_id
FROM private.people_public__people AS people
LEFT JOIN private.people_public__placed AS placed
    ON people.age IS NOT DISTINCT FROM placed.given_1
    AND people.gender IS NOT DISTINCT FROM placed.given_2;

-- step 5 (release): each class once for each of its people
CREATE TABLE release.people_public AS
SELECT
    classes.age,
    classes.gender
FROM private.people_public__classes AS classes
CROSS JOIN range(classes.people) AS copies
ORDER BY classes.position;


-- given: CREATE TABLE private.stg_people AS SELECT i AS person_id, 20 AS age, 'F' AS gender, CASE WHEN i % 2 = 0 THEN 'high' ELSE 'low' END AS screening, i < 5 AS in_study FROM range(7) AS t(i)
-- call:  personas(model('personas', 'SELECT person_id, age, gender, screening, in_study FROM private.stg_people'), 'person_id', [age(1, raised_in_round=2), gender(0), screening, in_study], ['gender'], ['age'], None, 4, 2, 0.8, True, None, [sensitive(2, 'in_study', [rule('most_present', 0.8)])])
-- run:   {} SELECT people, age, screening, screening_people, (SELECT count(*) FROM private.personas__members) FROM release.personas ORDER BY ALL
-- gives: 7, 20-29, high, 4, 7
-- step 2 (private): the round in which each combination of values finds enough people
CREATE TABLE private.personas__tuples AS
WITH authored AS (  -- models/personas.sql:1, as written
    SELECT person_id, age, gender, screening, in_study FROM private.stg_people
),

people AS (
    SELECT
        authored.person_id,
        authored.age,
        authored.gender,
        authored.screening,
        authored.in_study
    FROM authored
    WHERE authored.person_id IS NOT NULL
),

combinations AS (  -- as given
    SELECT
        age,
        gender,
        count(*) AS people
    FROM people
    GROUP BY
        age,
        gender
),

generalized AS (
    SELECT
        combinations.age AS given_1,
        combinations.gender AS given_2,
        CASE
            WHEN combinations.age IS NULL THEN NULL
            WHEN combinations.age >= 90 THEN '90+'
            WHEN combinations.age < 0 THEN '<0'
            ELSE concat(
                greatest(CAST(floor(combinations.age / 10) * 10 AS BIGINT), 0),
                '-',
                least(CAST(floor(combinations.age / 10) * 10 AS BIGINT) + 10, 90) - 1
            )
        END AS age,  -- level 1 of 3: bands of 10
        combinations.gender,  -- level 0 of 1: as given
        combinations.people
    FROM combinations
),

tuples AS (
    SELECT
        TRUE AS everybody,
        CAST(NULL AS BIGINT) AS within_class,
        generalized.given_1,
        generalized.given_2,
        generalized.age,
        generalized.gender,
        generalized.people,
        sum(generalized.people) OVER (
            PARTITION BY
                CAST(NULL AS BIGINT),
                generalized.age,
                generalized.gender
        ) AS people_alike
    FROM generalized
),

blocks AS (  -- those who find no 4 like them
    SELECT
        everybody,
        gender,
        sum(people) AS people
    FROM tuples
    WHERE people_alike < 4
    GROUP BY everybody, gender
),

ordered_blocks AS (  -- large ones first by size, so that nth_large = 1 is the smallest large one
    SELECT
        *,
        row_number() OVER (
            PARTITION BY everybody, gender
            ORDER BY people < 4, people, gender
        ) AS nth_large,
        coalesce(sum(people) FILTER (WHERE people < 4) OVER (
            PARTITION BY everybody, gender
        ), 0) AS people_in_small,
        coalesce(max(people) OVER (
            PARTITION BY everybody, gender
        ), 0) >= 4 AS has_large
    FROM blocks
),

block_rounds AS (
    SELECT
        *,
        CASE
            WHEN people >= 4 AND NOT (nth_large = 1 AND people_in_small BETWEEN 1 AND 3) THEN 2
            WHEN has_large OR people_in_small >= 4 THEN 3
        END AS round
    FROM ordered_blocks
)

SELECT
    tuples.within_class,
    tuples.given_1,
    tuples.given_2,
    tuples.age,
    tuples.gender,
    tuples.people,
    CASE WHEN tuples.people_alike >= 4 THEN 1 ELSE block_rounds.round END AS round
FROM tuples
LEFT JOIN block_rounds
    ON tuples.everybody IS NOT DISTINCT FROM block_rounds.everybody
    AND tuples.gender IS NOT DISTINCT FROM block_rounds.gender;

-- step 3 (private): groups of people who are published alike in that round
CREATE TABLE private.personas__groups AS
WITH raised AS (
    SELECT
        round,
        CASE WHEN round = 1 THEN within_class END AS within_class,
        CASE WHEN round >= 2 THEN '*' ELSE age END AS age,
        CASE WHEN round >= 4 THEN '*' ELSE gender END AS gender,
        people
    FROM private.personas__tuples
    WHERE round IS NOT NULL
),

large_groups AS (
    SELECT
        raised.round,
        raised.within_class,
        raised.age,
        raised.gender,
        CAST(sum(raised.people) AS BIGINT) AS people
    FROM raised
    GROUP BY
        raised.round,
        raised.within_class,
        raised.age,
        raised.gender
    HAVING sum(raised.people) >= 4
),

everybody AS (
    SELECT sum(people) AS people
    FROM private.personas__tuples
),

kept_groups AS (
    WITH numbered AS (  -- smallest first
        SELECT
            round,
            within_class,
            age,
            gender,
            people,
            row_number() OVER (
                ORDER BY
                    within_class IS NOT NULL,
                    people,
                    round,
                    within_class,
                    age,
                    gender
            ) AS class_id
        FROM large_groups
    ),

    left_out AS (
        SELECT (
            SELECT sum(everybody.people)
            FROM everybody AS everybody
        ) - coalesce(sum(large_groups.people), 0) AS people
        FROM large_groups
    )

    SELECT
        numbered.round,
        numbered.within_class,
        numbered.age,
        numbered.gender,
        numbered.people,
        numbered.class_id
    FROM numbered
    CROSS JOIN left_out
    WHERE numbered.class_id > 1 OR left_out.people NOT BETWEEN 1 AND 3
)

SELECT
    round,
    within_class,
    age,
    gender,
    people,
    class_id,
    CAST(sum(people) OVER (ORDER BY class_id) AS BIGINT) - people AS first_person,
    CAST(sum(people // 4) OVER (ORDER BY class_id) AS BIGINT) - people // 4 AS first_persona
FROM kept_groups;

CREATE TABLE private.personas__placed AS
SELECT
    tuples.within_class,
    tuples.given_1,
    tuples.given_2,
    CAST(kept.class_id AS INTEGER) AS group_id,
    CAST(dense_rank() OVER (
        ORDER BY
            kept.class_id,
            tuples.given_1,
            tuples.given_2
    ) AS INTEGER) AS position
FROM private.personas__tuples AS tuples
INNER JOIN private.personas__groups AS kept
    ON tuples.round = kept.round
    AND CASE WHEN tuples.round = 1 THEN tuples.within_class END IS NOT DISTINCT FROM kept.within_class
    AND CASE WHEN tuples.round >= 2 THEN '*' ELSE tuples.age END IS NOT DISTINCT FROM kept.age
    AND CASE WHEN tuples.round >= 4 THEN '*' ELSE tuples.gender END IS NOT DISTINCT FROM kept.gender;

-- step 4 (private): each group in order, cut into personas of at least 4
CREATE TABLE private.personas__ordered AS
WITH authored AS (  -- models/personas.sql:1, as written
    SELECT person_id, age, gender, screening, in_study FROM private.stg_people
),

people AS (
    SELECT
        authored.person_id,
        authored.age,
        authored.gender,
        authored.screening,
        authored.in_study
    FROM authored
    WHERE authored.person_id IS NOT NULL
)

SELECT
    people.person_id,
    people.screening,
    people.in_study,
    placed.group_id
FROM people AS people
LEFT JOIN private.personas__placed AS placed
    ON people.age IS NOT DISTINCT FROM placed.given_1
    AND people.gender IS NOT DISTINCT FROM placed.given_2
ORDER BY
    placed.position,
    md5_number(concat(getvariable('release_secret'), '|', people.person_id));

CREATE TABLE private.personas__neighbours AS
SELECT
    ordered.person_id,
    CAST(ordered.rowid AS INTEGER) AS person,
    ordered.screening,
    ordered.in_study,
    ordered.group_id,
    CAST(
        groups.first_persona + (ordered.rowid - groups.first_person) * (groups.people // 4) // groups.people AS INTEGER
    ) AS class_id,
    CAST(groups.first_persona + (ordered.rowid - groups.first_person) * (groups.people // 4) // groups.people // 2 * 2 AS INTEGER) AS of_2,
    CAST(groups.first_persona + (ordered.rowid - groups.first_person) * (groups.people // 4) // groups.people // 4 * 4 AS INTEGER) AS of_4,
    CAST(groups.first_persona + (ordered.rowid - groups.first_person) * (groups.people // 4) // groups.people // 8 * 8 AS INTEGER) AS of_8
FROM private.personas__ordered AS ordered
LEFT JOIN private.personas__groups AS groups
    ON ordered.group_id = groups.class_id;

-- each persona
-- people of each class by `in_study`
CREATE TABLE private.personas__of_1__class_values_2 AS
SELECT
    people.class_id,
    people.group_id,
    people.in_study AS sensitive_value,
    count(*) AS people
FROM private.personas__neighbours AS people
GROUP BY
    people.class_id,
    people.group_id,
    people.in_study;

CREATE TABLE private.personas__of_1__accepted_2 AS
SELECT
    class_values.class_id,
    class_values.group_id
FROM private.personas__of_1__class_values_2 AS class_values
GROUP BY
    class_values.class_id,
    class_values.group_id
HAVING
    sum(CASE WHEN NOT class_values.sensitive_value THEN 0 ELSE class_values.people END) * 5
    <= 4 * sum(class_values.people);

-- of 2 neighbours
-- people of each class by `in_study`
CREATE TABLE private.personas__of_2__class_values_2 AS
SELECT
    people.of_2,
    people.group_id,
    people.in_study AS sensitive_value,
    count(*) AS people
FROM private.personas__neighbours AS people
GROUP BY
    people.of_2,
    people.group_id,
    people.in_study;

CREATE TABLE private.personas__of_2__accepted_2 AS
SELECT
    class_values.of_2,
    class_values.group_id
FROM private.personas__of_2__class_values_2 AS class_values
GROUP BY
    class_values.of_2,
    class_values.group_id
HAVING
    sum(CASE WHEN NOT class_values.sensitive_value THEN 0 ELSE class_values.people END) * 5
    <= 4 * sum(class_values.people);

-- of 4 neighbours
-- people of each class by `in_study`
CREATE TABLE private.personas__of_4__class_values_2 AS
SELECT
    people.of_4,
    people.group_id,
    people.in_study AS sensitive_value,
    count(*) AS people
FROM private.personas__neighbours AS people
GROUP BY
    people.of_4,
    people.group_id,
    people.in_study;

CREATE TABLE private.personas__of_4__accepted_2 AS
SELECT
    class_values.of_4,
    class_values.group_id
FROM private.personas__of_4__class_values_2 AS class_values
GROUP BY
    class_values.of_4,
    class_values.group_id
HAVING
    sum(CASE WHEN NOT class_values.sensitive_value THEN 0 ELSE class_values.people END) * 5
    <= 4 * sum(class_values.people);

-- of 8 neighbours
-- people of each class by `in_study`
CREATE TABLE private.personas__of_8__class_values_2 AS
SELECT
    people.of_8,
    people.group_id,
    people.in_study AS sensitive_value,
    count(*) AS people
FROM private.personas__neighbours AS people
GROUP BY
    people.of_8,
    people.group_id,
    people.in_study;

CREATE TABLE private.personas__of_8__accepted_2 AS
SELECT
    class_values.of_8,
    class_values.group_id
FROM private.personas__of_8__class_values_2 AS class_values
GROUP BY
    class_values.of_8,
    class_values.group_id
HAVING
    sum(CASE WHEN NOT class_values.sensitive_value THEN 0 ELSE class_values.people END) * 5
    <= 4 * sum(class_values.people);

CREATE TABLE private.personas__merged AS
WITH personas AS (
    SELECT
        class_id,
        group_id,
        count(*) AS people
    FROM private.personas__neighbours
    GROUP BY class_id, group_id
),

side_by_side AS (
    SELECT
        personas.class_id,
        personas.group_id,
        CAST(groups.first_persona + (personas.class_id - groups.first_persona) // 2 * 2 AS INTEGER) AS of_2,
        CAST(groups.first_persona + (personas.class_id - groups.first_persona) // 4 * 4 AS INTEGER) AS of_4,
        CAST(groups.first_persona + (personas.class_id - groups.first_persona) // 8 * 8 AS INTEGER) AS of_8
    FROM personas
    INNER JOIN private.personas__groups AS groups
        ON personas.group_id = groups.class_id
),

satisfied AS (
    SELECT
        side_by_side.class_id,
        side_by_side.group_id
    FROM side_by_side
    SEMI JOIN private.personas__of_1__accepted_2 AS accepted_2
        ON side_by_side.class_id = accepted_2.class_id
        AND side_by_side.group_id = accepted_2.group_id
),

failing AS (
    SELECT side_by_side.*
    FROM side_by_side
    ANTI JOIN satisfied
        ON side_by_side.class_id = satisfied.class_id
        AND side_by_side.group_id = satisfied.group_id
),

joined_2 AS (
    SELECT
        failing.of_2,
        failing.group_id
    FROM failing
    SEMI JOIN private.personas__of_2__accepted_2 AS accepted_2
        ON failing.of_2 = accepted_2.of_2
        AND failing.group_id = accepted_2.group_id
    GROUP BY
        failing.of_2,
        failing.group_id
),

failing_of_2 AS (
    SELECT failing.*
    FROM failing
    ANTI JOIN joined_2
        ON failing.of_2 = joined_2.of_2
        AND failing.group_id = joined_2.group_id
),

joined_4 AS (
    SELECT
        failing_of_2.of_4,
        failing_of_2.group_id
    FROM failing_of_2
    SEMI JOIN private.personas__of_4__accepted_2 AS accepted_2
        ON failing_of_2.of_4 = accepted_2.of_4
        AND failing_of_2.group_id = accepted_2.group_id
    GROUP BY
        failing_of_2.of_4,
        failing_of_2.group_id
),

failing_of_4 AS (
    SELECT failing_of_2.*
    FROM failing_of_2
    ANTI JOIN joined_4
        ON failing_of_2.of_4 = joined_4.of_4
        AND failing_of_2.group_id = joined_4.group_id
),

joined_8 AS (
    SELECT
        failing_of_4.of_8,
        failing_of_4.group_id
    FROM failing_of_4
    SEMI JOIN private.personas__of_8__accepted_2 AS accepted_2
        ON failing_of_4.of_8 = accepted_2.of_8
        AND failing_of_4.group_id = accepted_2.group_id
    GROUP BY
        failing_of_4.of_8,
        failing_of_4.group_id
)

SELECT
    side_by_side.class_id,
    side_by_side.group_id,
    coalesce(joined_8.of_8, joined_4.of_4, joined_2.of_2, side_by_side.class_id) AS persona
FROM side_by_side
LEFT JOIN joined_2
    ON side_by_side.of_2 = joined_2.of_2
    AND side_by_side.group_id = joined_2.group_id
LEFT JOIN joined_4
    ON side_by_side.of_4 = joined_4.of_4
    AND side_by_side.group_id = joined_4.group_id
LEFT JOIN joined_8
    ON side_by_side.of_8 = joined_8.of_8
    AND side_by_side.group_id = joined_8.group_id;

CREATE TABLE private.personas__cut AS
SELECT
    neighbours.person_id,
    neighbours.person,
    neighbours.screening,
    neighbours.in_study,
    neighbours.group_id,
    merged.persona AS class_id
FROM private.personas__neighbours AS neighbours
LEFT JOIN private.personas__merged AS merged
    ON neighbours.class_id = merged.class_id
    AND neighbours.group_id = merged.group_id;

-- people of each class by `in_study`
CREATE TABLE private.personas__class_values_2 AS
SELECT
    people.class_id,
    people.group_id,
    people.in_study AS sensitive_value,
    count(*) AS people
FROM private.personas__cut AS people
GROUP BY
    people.class_id,
    people.group_id,
    people.in_study;

CREATE TABLE private.personas__accepted_2 AS
SELECT
    class_values.class_id,
    class_values.group_id
FROM private.personas__class_values_2 AS class_values
GROUP BY
    class_values.class_id,
    class_values.group_id
HAVING
    sum(CASE WHEN NOT class_values.sensitive_value THEN 0 ELSE class_values.people END) * 5
    <= 4 * sum(class_values.people);

CREATE TABLE private.personas__personas AS
WITH large_personas AS (
    SELECT
        class_id AS persona,
        'p' || left(sha256(concat_ws('|', getvariable('release_secret'), 'personas', class_id)), 16) AS persona_id,
        group_id,
        count(*) AS people
    FROM private.personas__cut
    GROUP BY class_id, group_id
    HAVING count(*) >= 4 AND class_id IS NOT NULL
)

SELECT large_personas.*
FROM large_personas
SEMI JOIN private.personas__accepted_2 AS accepted_2
    ON large_personas.persona IS NOT DISTINCT FROM accepted_2.class_id
    AND large_personas.group_id IS NOT DISTINCT FROM accepted_2.group_id;

CREATE TABLE private.personas__units AS
SELECT
    cut.person_id,
    personas.persona AS class_id
FROM private.personas__cut AS cut
LEFT JOIN private.personas__personas AS personas
    ON cut.class_id = personas.persona
    AND cut.group_id = personas.group_id;

CREATE TABLE private.personas__members AS
SELECT
    units.person_id,
    units.person,
    units.class_id AS persona,
    groups.round,
    groups.age,
    groups.gender
FROM private.personas__cut AS units
INNER JOIN private.personas__groups AS groups
    ON units.group_id = groups.class_id
SEMI JOIN private.personas__personas AS personas
    ON units.class_id = personas.persona
    AND units.group_id = personas.group_id;

CREATE TABLE private.personas__mode_screening AS
WITH large_values AS (
    SELECT
        class_id,
        group_id,
        screening,
        count(*) AS people
    FROM private.personas__cut
    GROUP BY
        class_id,
        group_id,
        screening
    HAVING count(*) >= 2
)

SELECT
    class_id,
    group_id,
    screening,
    people
FROM large_values
QUALIFY row_number() OVER (PARTITION BY class_id, group_id ORDER BY people DESC, screening) = 1;

-- step 5 (release): one row a persona; the person is not carried over
CREATE TABLE release.personas AS
SELECT
    personas.persona_id,
    personas.people,
    groups.age,
    groups.gender,
    mode_screening.screening,
    mode_screening.people AS screening_people,
    CASE WHEN groups.round >= 2 THEN 3 ELSE 1 END AS age_level,
    CASE WHEN groups.round >= 4 THEN 1 ELSE 0 END AS gender_level,
    1::DOUBLE / personas.people AS risk,
    CASE groups.round WHEN 1 THEN 'class' WHEN 2 THEN 'block' ELSE 'generalized block' END AS method
FROM private.personas__personas AS personas
INNER JOIN private.personas__groups AS groups
    ON personas.group_id = groups.class_id
LEFT JOIN private.personas__mode_screening AS mode_screening
    ON personas.persona = mode_screening.class_id
    AND personas.group_id = mode_screening.group_id
    AND mode_screening.people <= 0.8::DOUBLE * personas.people
ORDER BY personas.persona_id;
