{# The joins that bring the levels of taxonomies to a relation.
   In:      relation (alias), columns.
   Out:     LEFT JOIN clauses; level_0 is unique in each table of levels, so no row is doubled or lost. #}
{% macro taxonomy_joins(relation, columns) -%}
{%- for column in columns if column.levels_alias %}
LEFT JOIN hierarchy.{{ column.hierarchy_name | identifier }} AS {{ column.levels_alias | identifier }}
    ON CAST({{ relation }}.{{ column.name | identifier }} AS VARCHAR) = {{ column.levels_alias | identifier }}.level_0
{%- endfor -%}
{%- endmacro %}
