{# Groups of at least k people who are published alike, from combinations of values and the round of each: nobody
   is looked at one by one.
   In:      name (model), columns (quasi-identifiers; raised_in_round), within_block (those of them that order
            people, most important first), k.
   Out:     private.<name>__groups: round, within_class, the columns, people, class_id, and where the people and
            personas of the group begin when groups stand in a row; private.<name>__placed: the group of each
            combination as given that has one, and its position when those stand in order, group by group.
   Promise: a group has at least k people; those in none are none or at least k. #}
{% macro persona_groups(name, columns, within_block, k) -%}
{%- set names = columns | map(attribute="name") | list -%}
{%- set tuples = "private." ~ ((name ~ "__tuples") | identifier) -%}
CREATE TABLE private.{{ (name ~ "__groups") | identifier }} AS
WITH raised AS (
    SELECT
        round,
        CASE WHEN round = 1 THEN within_class END AS within_class,
        {%- for column in columns %}
        CASE WHEN round >= {{ column.raised_in_round }} THEN '*' ELSE {{ column.name | identifier }} END AS {{ column.name | identifier }},
        {%- endfor %}
        people
    FROM {{ tuples }}
    WHERE round IS NOT NULL
),

large_groups AS (
    SELECT
        raised.round,
        raised.within_class,
        {%- for column in names %}
        raised.{{ column | identifier }},
        {%- endfor %}
        CAST(sum(raised.people) AS BIGINT) AS people
    FROM raised
    GROUP BY
        raised.round,
        raised.within_class
        {%- for column in names %},
        raised.{{ column | identifier }}
        {%- endfor %}
    HAVING sum(raised.people) >= {{ k }}
),

everybody AS (
    SELECT sum(people) AS people
    FROM {{ tuples }}
),

kept_groups AS (
    WITH {{ all_but_a_lone_few("large_groups", "everybody", ["round", "within_class"] + names, k, "within_class") | indent(4) }}
)

SELECT
    round,
    within_class,
    {%- for column in names %}
    {{ column | identifier }},
    {%- endfor %}
    people,
    class_id,
    CAST(sum(people) OVER (ORDER BY class_id) AS BIGINT) - people AS first_person,
    CAST(sum(people // {{ k }}) OVER (ORDER BY class_id) AS BIGINT) - people // {{ k }} AS first_persona
FROM kept_groups;

CREATE TABLE private.{{ (name ~ "__placed") | identifier }} AS
SELECT
    tuples.within_class,
    {%- for column in names %}
    tuples.given_{{ loop.index }},
    {%- endfor %}
    CAST(kept.class_id AS INTEGER) AS group_id,
    CAST(dense_rank() OVER (
        ORDER BY
            kept.class_id
            {%- for column in within_block %},
            tuples.given_{{ names.index(column) + 1 }}
            {%- endfor %}
    ) AS INTEGER) AS position
FROM {{ tuples }} AS tuples
INNER JOIN private.{{ (name ~ "__groups") | identifier }} AS kept
    ON tuples.round = kept.round
    AND CASE WHEN tuples.round = 1 THEN tuples.within_class END IS NOT DISTINCT FROM kept.within_class
    {%- for column in columns %}
    AND CASE WHEN tuples.round >= {{ column.raised_in_round }} THEN '*' ELSE tuples.{{ column.name | identifier }} END IS NOT DISTINCT FROM kept.{{ column.name | identifier }}
    {%- endfor %};
{%- endmacro %}
