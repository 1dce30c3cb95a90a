{# People merged into personas of k or more who are alike.
   In:      model (name, path, line, sql), unit, columns (all but the unit), block (columns in which a persona
            agrees if it can), within_block (columns that order people, most important first), within (the
            microdata model whose classes personas never cross, or none), k, k_event, cap (the share of a
            persona that may hold a sensitive mode), one_row_per_unit.
   Out:     private.<model>__members and __units (person to the number of the persona), and release.<model>.
   Promise: a persona has at least k people, all of one class of `within` or all left out of it; columns that
            never merge agree in each persona; nobody is put into a persona of leftovers: who fits no group of
            k is left out, and those are none or at least k. A group that is left out with them is one of
            people whom `within` suppresses too, so that those in neither table are none or at least k. #}
{% macro personas(model, unit, columns, block, within_block, within, k, k_event, cap, one_row_per_unit) -%}
{%- set quasi = columns | selectattr("is_quasi_identifier") | list -%}
{%- set names = quasi | map(attribute="name") | list -%}
{%- set kept = columns | rejectattr("is_quasi_identifier") | list -%}
{%- set members = "private." ~ ((model.name ~ "__members") | identifier) -%}
-- step 1 (private): each person's generalized row, with the values that keep alike people together
{{ generalized_people(model, unit, columns, one_row_per_unit, within_block, within) }}

-- step 2 (private): the round in which each combination of values finds enough people
{{ persona_rounds(model.name, quasi, block, k) }}

-- step 3 (private): groups of people who are published alike in that round
{{ persona_groups(model.name, quasi, k) }}

-- step 4 (private): each group in order, cut into personas of at least {{ k }}
{{ persona_members(model.name, quasi, kept, within_block, unit, k) }}
{%- for column in kept %}

{{ persona_mode(model.name, column, k_event) }}
{%- endfor %}

-- step 5 (release): one row a persona; the person is not carried over
CREATE TABLE release.{{ model.name | identifier }} AS
WITH large_personas AS (
    {{ large_groups(members, ["persona_id", "round"] + names, k) | indent(4) }}
)

SELECT
    large_personas.persona_id,
    large_personas.people,
    {%- for column in quasi %}
    large_personas.{{ column.name | identifier }},
    {%- endfor %}
    {%- for column in kept %}
    {%- set modes = ("mode_" ~ column.name) | identifier %}
    {{ modes }}.{{ column.name | identifier }},
    {{ modes }}.people AS {{ (column.name ~ "_people") | identifier }},
    {%- endfor %}
    {%- for column in quasi %}
    CASE WHEN large_personas.round >= {{ column.raised_in_round }} THEN {{ column.hierarchy.height }} ELSE {{ column.level }} END AS {{ (column.name ~ "_level") | identifier }},
    {%- endfor %}
    1::DOUBLE / large_personas.people AS risk,
    CASE large_personas.round WHEN 1 THEN 'class' WHEN 2 THEN 'block' ELSE 'generalized block' END AS method
FROM large_personas
{%- for column in kept %}
{%- set modes = ("mode_" ~ column.name) | identifier %}
LEFT JOIN private.{{ (model.name ~ "__mode_" ~ column.name) | identifier }} AS {{ modes }}
    ON large_personas.persona_id = {{ modes }}.persona_id
    {%- if column.role == "sensitive" %}
    AND {{ modes }}.people <= {{ cap }}::DOUBLE * large_personas.people
    {%- endif %}
{%- endfor %}
ORDER BY large_personas.persona_id;
{%- endmacro %}
