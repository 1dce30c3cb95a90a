{# What each value of a column is published as, level by level: the very expressions of the protection.
   In:      table (name of the result), frequencies (relation), columns (one column at each of its levels,
            from 0 to the top).
   Out:     private.<table>: value_code, the column, level_0 ... level_n. #}
{% macro level_values(table, frequencies, columns) -%}
{%- set name = columns[0].name | identifier -%}
CREATE TABLE private.{{ table | identifier }} AS
WITH given AS (
    SELECT DISTINCT {{ name }}
    FROM {{ frequencies }}
)

SELECT
    row_number() OVER (ORDER BY given.{{ name }}) - 1 AS value_code,
    given.{{ name }},
    {%- for column in columns %}
    {{ generalized("given", column) }} AS level_{{ loop.index0 }}{{ "," if not loop.last }}
    {%- endfor %}
FROM given
{{- taxonomy_joins("given", [columns | selectattr("levels_alias") | first] if columns | selectattr("levels_alias") | list else []) }};
{%- endmacro %}
