{# A table in which nobody stands in a crowd of fewer than k (Sweeney 2002), where nothing but quasi-identifiers
   is published: everything is decided on combinations of values, and people only join in.
   In:      model (name, path, line, sql), unit, columns (quasi-identifiers, in order; hierarchy, level), k,
            one_row_per_unit, in_population (as `numbered_classes` takes it).
   Out:     private.<model>__tuples, __classes, __placed (combination as given to class; no row where it is
            suppressed), __units (person to class, NULL when suppressed), and release.<model>.
   Promise: each published combination of quasi-identifiers is that of at least k people, and stands there once
            for each of them; the number of people left out is 0 or at least k; rows come in the order of what
            is published. #}
{% macro k_anonymity_of_classes(model, unit, columns, k, one_row_per_unit, in_population=false) -%}
{%- set names = columns | map(attribute="name") | list -%}
{%- set tuples = "private." ~ ((model.name ~ "__tuples") | identifier) -%}
{%- set classes = "private." ~ ((model.name ~ "__classes") | identifier) -%}
{%- set placed = "private." ~ ((model.name ~ "__placed") | identifier) -%}
{%- set ctes = people_rows(model, unit, columns, one_row_per_unit) -%}
{%- set people = "people" if one_row_per_unit else "private." ~ ((model.name ~ "__people") | identifier) -%}
{%- if not one_row_per_unit -%}
-- step 1 (private): one row a person
CREATE TABLE {{ people }} AS
WITH {{ ctes }}

SELECT *
FROM people;

{% endif -%}
-- step 2 (private): how many people share each combination of values, as given and generalized
CREATE TABLE {{ tuples }} AS
WITH {{ ctes ~ ",\n\n" if one_row_per_unit }}{{ people_alike(people, columns, []) }}

SELECT *
FROM generalized;

-- step 3 (private): classes of at least {{ k }} people; the smallest goes too where fewer than {{ k }} would be left out
{{ numbered_classes(model.name, names, tuples ~ " AS tuples", "CAST(sum(tuples.people) AS BIGINT)", k, in_population=in_population) }}

-- step 4 (private): who is in which class
CREATE TABLE {{ placed }} AS
SELECT
    {%- for column in columns %}
    tuples.given_{{ loop.index }},
    {%- endfor %}
    classes.class_id
FROM {{ tuples }} AS tuples
INNER JOIN {{ classes }} AS classes
{{- same_values("tuples", "classes", names) }};

CREATE TABLE private.{{ (model.name ~ "__units") | identifier }} AS
{%- if one_row_per_unit %}
WITH {{ ctes }}
{% endif %}
SELECT
    people.{{ unit | identifier }},
    placed.class_id
FROM {{ people }} AS people
LEFT JOIN {{ placed }} AS placed
{{- given_values("people", "placed", columns, []) }};

-- step 5 (release): each class once for each of its people
CREATE TABLE release.{{ model.name | identifier }} AS
SELECT
    {%- for name in names %}
    classes.{{ name | identifier }}{{ "," if not loop.last }}
    {%- endfor %}
FROM {{ classes }} AS classes
CROSS JOIN range(classes.people) AS copies
ORDER BY classes.position;
{%- endmacro %}
