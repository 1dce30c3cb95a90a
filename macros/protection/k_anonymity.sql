{# A table in which nobody stands in a crowd of fewer than k (Sweeney 2002).
   In:      model (name, path, line, sql), unit, columns (all but the unit, in order; role, hierarchy, level),
            k, one_row_per_unit.
   Out:     private.<model>__generalized, __classes and __units (person to class, NULL when suppressed), and
            release.<model>.
   Promise: each published combination of quasi-identifiers is that of at least k people; the number of
            people left out is 0 or at least k; the unit is not carried over; rows come in the order of what
            is published. #}
{% macro k_anonymity(model, unit, columns, k, one_row_per_unit) -%}
{%- set quasi = columns | selectattr("is_quasi_identifier") | list -%}
{%- set names = quasi | map(attribute="name") | list -%}
-- step 1 (private): each person's generalized row
CREATE TABLE private.{{ (model.name ~ "__generalized") | identifier }} AS
WITH authored AS (  -- {{ model.path }}:{{ model.line }}, as written
{{ model.sql }}
)
{%- if not one_row_per_unit %},

people AS (  -- one row a person
    {{ one_row_per_unit_rows("authored", unit, columns) | indent(4) }}
)
{%- endif %}
{%- set relation = "authored" if one_row_per_unit else "people" %}

SELECT
    {{ relation }}.{{ unit | identifier }},
    {%- for column in columns %}
    {%- if column.is_quasi_identifier %}
    {{ generalized_column(relation, column) }}{{ "," if not loop.last }}  -- {{ column.comment }}
    {%- else %}
    {{ relation }}.{{ column.name | identifier }}{{ "," if not loop.last }}  -- {{ column.role }}
    {%- endif %}
    {%- endfor %}
FROM {{ relation }}
{{- taxonomy_joins(relation, quasi) }}
WHERE {{ relation }}.{{ unit | identifier }} IS NOT NULL;

-- step 2 (private): classes of at least {{ k }} people; the smallest goes too where fewer than {{ k }} would be left out
CREATE TABLE private.{{ (model.name ~ "__classes") | identifier }} AS
WITH large_classes AS (
    {{ large_groups("private." ~ ((model.name ~ "__generalized") | identifier), names, unit, k) | indent(4) }}
),

{{ all_but_a_lone_few("large_classes", "private." ~ ((model.name ~ "__generalized") | identifier), names, unit, k) }};

-- step 3 (private): who is in which class
CREATE TABLE private.{{ (model.name ~ "__units") | identifier }} AS
SELECT
    people.{{ unit | identifier }},
    classes.class_id
FROM private.{{ (model.name ~ "__generalized") | identifier }} AS people
LEFT JOIN private.{{ (model.name ~ "__classes") | identifier }} AS classes
{{- same_values("people", "classes", names) }};

-- step 4 (release): rows of those classes; the person is not carried over
CREATE TABLE release.{{ model.name | identifier }} AS
SELECT
    {%- for column in columns %}
    people.{{ column.name | identifier }}{{ "," if not loop.last }}
    {%- endfor %}
FROM private.{{ (model.name ~ "__generalized") | identifier }} AS people
INNER JOIN private.{{ (model.name ~ "__classes") | identifier }} AS classes
{{- same_values("people", "classes", names) }}
ORDER BY ALL;
{%- endmacro %}
