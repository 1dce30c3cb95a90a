{# The people of a model at the levels of its release, nobody left out: what a release is compared with.
   In:      model (name, path, line, sql), unit, columns (all but the unit, in order; role, hierarchy, level),
            one_row_per_unit.
   Out:     a SELECT of the unit and the columns, one row a person.
   Promise: private; for the owner's report alone. #}
{% macro as_given(model, unit, columns, one_row_per_unit) -%}
{%- set quasi = columns | selectattr("is_quasi_identifier") | list -%}
{%- set relation = "authored" if one_row_per_unit else "people" -%}
WITH authored AS (  -- {{ model.path }}:{{ model.line }}, as written
{{ model.sql }}
)
{%- if not one_row_per_unit %},

people AS (  -- one row a person
    {{ one_row_per_unit_rows("authored", unit, columns) | indent(4) }}
)
{%- endif %}

SELECT
    {{ relation }}.{{ unit | identifier }}
    {%- for column in columns %},
    {{ generalized_column(relation, column) if column.is_quasi_identifier else relation ~ "." ~ (column.name | identifier) }}
    {%- endfor %}
FROM {{ relation }}
{{- taxonomy_joins(relation, quasi) }}
{{- recoding_join(relation, quasi) }}
WHERE {{ relation }}.{{ unit | identifier }} IS NOT NULL
{%- endmacro %}
