{# A table in which nobody stands in a crowd of fewer than k (Sweeney 2002).
   In:      model (name, path, line, sql), unit, columns (all but the unit, in order; role, hierarchy, level),
            k, one_row_per_unit, sensitive (columns that privacy models read, as `accepted_classes` takes them),
            in_population (as `numbered_classes` takes it).
   Out:     private.<model>__generalized, __classes and __units (person to class, NULL when suppressed), and
            release.<model>.
   Promise: each published combination of quasi-identifiers is that of at least k people, who satisfy all models;
            the number of people left out is 0 or at least k; the unit is not carried over; rows come in the
            order of what is published. #}
{% macro k_anonymity(model, unit, columns, k, one_row_per_unit, sensitive=[], in_population=false) -%}
{%- set names = columns | selectattr("is_quasi_identifier") | map(attribute="name") | list -%}
{%- set published = columns | rejectattr("is_hidden") | list -%}
{%- set kept = published | rejectattr("is_quasi_identifier") | map(attribute="name") | list -%}
{%- set people = "private." ~ ((model.name ~ "__generalized") | identifier) -%}
{%- set classes = "private." ~ ((model.name ~ "__classes") | identifier) -%}
-- step 1 (private): each person's generalized row
{{ generalized_people(model, unit, columns, one_row_per_unit) }}

-- step 2 (private): classes of at least {{ k }} people{{ " that satisfy all models" if sensitive }}; the smallest goes too where fewer than {{ k }} would be left out
{{ numbered_classes(model.name, names, people, "count(*)", k, sensitive, in_population) }}

-- step 3 (private): who is in which class
CREATE TABLE private.{{ (model.name ~ "__units") | identifier }} AS
SELECT
    people.{{ unit | identifier }},
    classes.class_id
FROM {{ people }} AS people
LEFT JOIN {{ classes }} AS classes
{{- same_values("people", "classes", names) }};

-- step 4 (release): rows of those classes; the person is not carried over
CREATE TABLE release.{{ model.name | identifier }} AS
SELECT
    {%- for column in published %}
    people.{{ column.name | identifier }}{{ "," if not loop.last }}
    {%- endfor %}
FROM {{ people }} AS people
INNER JOIN {{ classes }} AS classes
{{- same_values("people", "classes", names) }}
ORDER BY classes.position{% for name in kept %}, people.{{ name | identifier }}{% endfor %};
{%- endmacro %}
