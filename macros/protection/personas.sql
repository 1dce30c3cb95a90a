{# People merged into personas of k or more who are alike.
   In:      model (name, path, line, sql), unit, columns (all but the unit), block (columns in which a persona
            agrees if it can), within_block (columns that order people, most important first; the others come
            after them), within (the microdata model whose classes personas never cross, or none), k, k_event, cap (the share of a
            persona that may hold a sensitive mode), one_row_per_unit, within_columns (the columns of `within`
            where they alone tell its class of a person here, or none), sensitive (columns that privacy models
            read, as `persona_members` takes them), in_population (how many people of the population may at least
            be behind a persona, or none), left_alike (whether `within` may leave out k people who are alike,
            because of a privacy model: no persona tells their combination).
   Out:     private.<model>__units (person to the number of the persona), __personas, __members, and
            release.<model>.
   Promise: a persona has at least k people, all of one class of `within` or all left out of it; columns that
            never merge agree in each persona; nobody is put into a persona of leftovers: who fits no group of
            k is left out, and those are none or at least k. A group that is left out with them is one of
            people whom `within` suppresses too, so that those in neither table are none or at least k. The people
            of a persona satisfy all models; a hidden column is read by these alone. #}
{% macro personas(model, unit, columns, block, within_block, within, k, k_event, cap, one_row_per_unit, within_columns=none, sensitive=[], left_alike=false, in_population=none) -%}
{%- set quasi = columns | selectattr("is_quasi_identifier") | list -%}
{%- set names = quasi | map(attribute="name") | list -%}
{%- set kept = columns | rejectattr("is_quasi_identifier") | list -%}
{%- set shown = kept | rejectattr("is_hidden") | list -%}
{%- set by_person = within if within and not within_columns else none -%}
{%- set beside = ["within_class"] if by_person else [] -%}
{%- set order = (within_block | list) + (names | reject("in", within_block) | list) -%}
{%- set places = [] if within_block | reject("in", names) | list else order -%}
{%- set is_table = by_person or not one_row_per_unit -%}
{%- set ctes = people_rows(model, unit, columns, one_row_per_unit, by_person) -%}
{%- set people = "private." ~ ((model.name ~ "__people") | identifier) if is_table else "people" -%}
{%- if is_table -%}
-- step 1 (private): one row a person
CREATE TABLE {{ people }} AS
WITH {{ ctes }}

SELECT *
FROM people;

{% endif -%}
-- step 2 (private): the round in which each combination of values finds enough people
{{ persona_rounds(model.name, people, none if is_table else ctes, quasi, beside, block, k, within, within_columns, left_alike) }}

-- step 3 (private): groups of people who are published alike in that round
{{ persona_groups(model.name, quasi, places, k) }}

-- step 4 (private): each group in order, cut into personas of at least {{ k }}
{{ persona_members(model.name, people, none if is_table else ctes, quasi, beside, kept, [] if places else order, unit, k, sensitive, in_population) }}
{%- for column in shown %}

{{ persona_mode(model.name, column, k_event, "__cut" if sensitive or in_population else "__units") }}
{%- endfor %}

-- step 5 (release): one row a persona; the person is not carried over
CREATE TABLE release.{{ model.name | identifier }} AS
SELECT
    personas.persona_id,
    personas.people,
    {%- for column in quasi %}
    groups.{{ column.name | identifier }},
    {%- endfor %}
    {%- for column in shown %}
    {%- set modes = ("mode_" ~ column.name) | identifier %}
    {{ modes }}.{{ column.name | identifier }},
    {{ modes }}.people AS {{ (column.name ~ "_people") | identifier }},
    {%- endfor %}
    {%- for column in quasi %}
    CASE WHEN groups.round >= {{ column.raised_in_round }} THEN {{ column.hierarchy.height }}{{ " ELSE " ~ column.level if not column.recoding }} END AS {{ (column.name ~ "_level") | identifier }},
    {%- endfor %}
    1::DOUBLE / personas.people AS risk,
    CASE groups.round WHEN 1 THEN 'class' WHEN 2 THEN 'block' ELSE 'generalized block' END AS method
FROM private.{{ (model.name ~ "__personas") | identifier }} AS personas
INNER JOIN private.{{ (model.name ~ "__groups") | identifier }} AS groups
    ON personas.group_id = groups.class_id
{%- for column in shown %}
{%- set modes = ("mode_" ~ column.name) | identifier %}
LEFT JOIN private.{{ (model.name ~ "__mode_" ~ column.name) | identifier }} AS {{ modes }}
    ON personas.persona = {{ modes }}.class_id
    AND personas.group_id = {{ modes }}.group_id
    {%- if column.role == "sensitive" %}
    AND {{ modes }}.people <= {{ cap }}::DOUBLE * personas.people
    {%- endif %}
{%- endfor %}
ORDER BY personas.persona_id;
{%- endmacro %}
