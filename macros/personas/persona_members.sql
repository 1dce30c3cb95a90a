{# Groups cut into personas: position i of n goes to persona floor(i * floor(n / k) / n), so each has at least k
   and fewer than 2 k people, neighbours in the order; those that fail privacy models join up to eight neighbours.
   In:      name (model), people (relation, one row a person), ctes (that it needs, or none), columns
            (quasi-identifiers), beside (within_class, where people have one), kept (other columns), rest (columns
            that order people of one position), unit, k, sensitive (columns that privacy models read, as
            `accepted_classes` takes them; their conditions stand in tables of their own).
   Out:     private.<name>__ordered: everybody, group by group, those in none last; __units: the person, person (a
            number that stands for the person), the kept columns, and class_id, the number of the persona (with
            models, that is __cut, made of __neighbours, and __units is the person and the persona that is
            published);
            __personas: that number, persona_id (random: keyed by the project's secret), its group and people;
            __members: the unit, person, persona, round, columns.
   Promise: the last sort key is a keyed hash of the person, so there are no ties and no trace of the input's
            order; each person in a persona is in one row of the members. A persona whose people do not satisfy
            all models is joined with its neighbours, as `merged_personas` promises; where that mends nothing, it
            is in neither the personas nor the members: its people are left out. #}
{% macro persona_members(name, people, ctes, columns, beside, kept, rest, unit, k, sensitive=[], in_population=none) -%}
{%- set is_judged = sensitive or in_population -%}
{%- set accepting = (sensitive | map(attribute="accepting") | sum(start=[])) + (["in_population"] if in_population else []) -%}
{%- set ordered = "private." ~ ((name ~ "__ordered") | identifier) -%}
{%- set cut = "private." ~ ((name ~ ("__neighbours" if is_judged else "__units")) | identifier) -%}
{%- set units = "private." ~ ((name ~ ("__cut" if is_judged else "__units")) | identifier) -%}
{%- set place = "(ordered.rowid - groups.first_person) * (groups.people // " ~ k ~ ") // groups.people" -%}
{%- set groups = "private." ~ ((name ~ "__groups") | identifier) -%}
CREATE TABLE {{ ordered }} AS
{%- if ctes %}
WITH {{ ctes }}
{% endif %}
SELECT
    people.{{ unit | identifier }},
    {%- for column in kept %}
    people.{{ column.name | identifier }},
    {%- endfor %}
    placed.group_id
FROM {{ people }} AS people
LEFT JOIN private.{{ (name ~ "__placed") | identifier }} AS placed
{{- given_values("people", "placed", columns, beside) }}
ORDER BY
    placed.position,
    {%- for column in rest %}
    people.{{ column | identifier }},
    {%- endfor %}
    md5_number(concat(getvariable('release_secret'), '|', people.{{ unit | identifier }}));

{% if in_population -%}
CREATE TABLE private.{{ (name ~ "__cells") | identifier }} AS
{%- if ctes %}
WITH {{ ctes }}
{% endif %}
SELECT
    people.{{ unit | identifier }},
    candidates.cell,
    candidates.people
FROM {{ people }} AS people
INNER JOIN private.{{ ("candidates of " ~ name) | identifier }} AS candidates
{{- given_values("people", "candidates", columns, []) }};

{% endif -%}
CREATE TABLE {{ cut }} AS
SELECT
    ordered.{{ unit | identifier }},
    CAST(ordered.rowid AS INTEGER) AS person,
    {%- for column in kept %}
    ordered.{{ column.name | identifier }},
    {%- endfor %}
    ordered.group_id,
    CAST(
        groups.first_persona + {{ place }} AS INTEGER
    ) AS class_id
    {%- for size in [2, 4, 8] if is_judged %},
    {{ first_neighbour(place, size) }} AS of_{{ size }}
    {%- endfor %}
FROM {{ ordered }} AS ordered
LEFT JOIN {{ groups }} AS groups
    ON ordered.group_id = groups.class_id;

{% if is_judged -%}
{{ merged_personas(name, cut, k, sensitive, unit, in_population) }}

CREATE TABLE {{ units }} AS
SELECT
    neighbours.{{ unit | identifier }},
    neighbours.person,
    {%- for column in kept %}
    neighbours.{{ column.name | identifier }},
    {%- endfor %}
    neighbours.group_id,
    merged.persona AS class_id
FROM {{ cut }} AS neighbours
LEFT JOIN private.{{ (name ~ "__merged") | identifier }} AS merged
    ON neighbours.class_id = merged.class_id
    AND neighbours.group_id = merged.group_id;

{% if sensitive -%}
{{ accepted_classes(name, ["class_id", "group_id"], units, k, sensitive) }}

{% endif -%}
{% if in_population -%}
{{ candidates_of_personas(name, name, ["class_id", "group_id"], units, unit, in_population) }}

{% endif -%}
CREATE TABLE private.{{ (name ~ "__personas") | identifier }} AS
WITH large_personas AS (
    SELECT
        class_id AS persona,
        {{ persona_name(name, "class_id") }} AS persona_id,
        group_id,
        count(*) AS people
    FROM {{ units }}
    GROUP BY class_id, group_id
    HAVING count(*) >= {{ k }} AND class_id IS NOT NULL
)

SELECT large_personas.*
FROM large_personas
{%- for table in accepting %}
SEMI JOIN private.{{ (name ~ "__" ~ table) | identifier }} AS {{ table }}
    ON large_personas.persona IS NOT DISTINCT FROM {{ table }}.class_id
    AND large_personas.group_id IS NOT DISTINCT FROM {{ table }}.group_id
{%- endfor %};

CREATE TABLE private.{{ (name ~ "__units") | identifier }} AS
SELECT
    cut.{{ unit | identifier }},
    personas.persona AS class_id
FROM {{ units }} AS cut
LEFT JOIN private.{{ (name ~ "__personas") | identifier }} AS personas
    ON cut.class_id = personas.persona
    AND cut.group_id = personas.group_id;
{%- else -%}
CREATE TABLE private.{{ (name ~ "__personas") | identifier }} AS
SELECT
    class_id AS persona,
    {{ persona_name(name, "class_id") }} AS persona_id,
    group_id,
    count(*) AS people
FROM {{ units }}
GROUP BY class_id, group_id
HAVING count(*) >= {{ k }} AND class_id IS NOT NULL;
{%- endif %}

CREATE {{ "TABLE" if is_judged else "VIEW" }} private.{{ (name ~ "__members") | identifier }} AS
SELECT
    units.{{ unit | identifier }},
    units.person,
    units.class_id AS persona,
    groups.round
    {%- for column in columns %},
    groups.{{ column.name | identifier }}
    {%- endfor %}
FROM {{ units }} AS units
INNER JOIN {{ groups }} AS groups
    ON units.group_id = groups.class_id
{%- if is_judged %}
SEMI JOIN private.{{ (name ~ "__personas") | identifier }} AS personas
    ON units.class_id = personas.persona
    AND units.group_id = personas.group_id
{%- endif %};
{%- endmacro %}
