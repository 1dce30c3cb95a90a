{# Groups cut into personas: position i of n goes to persona floor(i * floor(n / k) / n), so each has at least k
   and fewer than 2 k people, neighbours in the order.
   In:      name (model), columns (quasi-identifiers), kept (other columns), within_block, unit, k.
   Out:     private.<name>__ordered: everybody, group by group, those in none last; __units: the person and
            class_id, the number of the persona; __personas: that number and persona_id (random: keyed by the
            project's secret); __members: the unit, person (a number that stands for it), persona, persona_id,
            round, columns.
   Promise: the last sort key is a keyed hash of the person, so there are no ties and no trace of the input's
            order; each person in a persona is in one row of the members. #}
{% macro persona_members(name, columns, kept, within_block, unit, k) -%}
{%- set names = columns | map(attribute="name") | list -%}
{%- set ordered = "private." ~ ((name ~ "__ordered") | identifier) -%}
{%- set units = "private." ~ ((name ~ "__units") | identifier) -%}
{%- set personas = "private." ~ ((name ~ "__personas") | identifier) -%}
{%- set groups = "private." ~ ((name ~ "__groups") | identifier) -%}
CREATE TABLE {{ ordered }} AS
SELECT
    people.{{ unit | identifier }},
    {%- for column in kept %}
    people.{{ column.name | identifier }},
    {%- endfor %}
    placed.group_id
FROM private.{{ (name ~ "__generalized") | identifier }} AS people
LEFT JOIN private.{{ (name ~ "__placed") | identifier }} AS placed
{{- same_values("people", "placed", ["within_class"] + names) }}
ORDER BY
    placed.group_id,
    {%- for column in within_block %}
    people.order_{{ loop.index }},
    {%- endfor %}
    md5_number(concat(getvariable('release_secret'), '|', people.{{ unit | identifier }}));

CREATE TABLE {{ units }} AS
SELECT
    ordered.{{ unit | identifier }},
    CAST(ordered.rowid AS INTEGER) AS person,
    {%- for column in kept %}
    ordered.{{ column.name | identifier }},
    {%- endfor %}
    ordered.group_id,
    CAST(
        groups.first_persona + (ordered.rowid - groups.first_person) * (groups.people // {{ k }}) // groups.people AS INTEGER
    ) AS class_id
FROM {{ ordered }} AS ordered
LEFT JOIN {{ groups }} AS groups
    ON ordered.group_id = groups.class_id;

CREATE TABLE {{ personas }} AS
WITH numbers AS (
    SELECT class_id AS persona
    FROM {{ units }}
    WHERE class_id IS NOT NULL
    GROUP BY class_id
)

SELECT
    persona,
    {{ persona_name(name, "persona") }} AS persona_id
FROM numbers;

CREATE TABLE private.{{ (name ~ "__members") | identifier }} AS
SELECT
    units.{{ unit | identifier }},
    units.person,
    units.class_id AS persona,
    personas.persona_id,
    groups.round
    {%- for column in names %},
    groups.{{ column | identifier }}
    {%- endfor %}
    {%- for column in kept %},
    units.{{ column.name | identifier }}
    {%- endfor %}
FROM {{ units }} AS units
INNER JOIN {{ groups }} AS groups
    ON units.group_id = groups.class_id
INNER JOIN {{ personas }} AS personas
    ON units.class_id = personas.persona;
{%- endmacro %}
