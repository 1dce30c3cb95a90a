{# The classes that satisfy privacy models of sensitive columns.
   In:      name (model), names (columns that make a class), relation (one row a person), k, sensitive (columns:
            number, name; conditions of classes alone, those that compare them with everybody, and those of how
            values are spread: closeness; accepting: the tables that hold who satisfies them).
   Out:     private.<name>__class_values_<n> of each, __class_shares_<n> where something is compared with everybody,
            __accepted_<n> and __close_<n>_<i>: the classes that satisfy what the first conditions do not say. #}
{% macro accepted_classes(name, names, relation, k, sensitive) -%}
{%- for column in sensitive %}
{%- set comparing = (column.comparing | list) + (column.closeness | list) -%}
{{ "\n\n" if not loop.first }}-- people of each class by `{{ column.name }}`
{{ class_values(name, column.number, names, relation, column.name) }}
{%- if comparing %}

{{ class_shares(name, column.number, names, k) }}
{%- endif %}
{%- if column.accepted %}

CREATE TABLE private.{{ (name ~ "__" ~ column.accepted) | identifier }} AS
SELECT
    {%- for each in names %}
    class_values.{{ each | identifier }}{{ "," if not loop.last }}
    {%- endfor %}
FROM private.{{ (name ~ ("__class_shares_" if column.comparing else "__class_values_") ~ column.number) | identifier }} AS class_values
GROUP BY
    {%- for each in names %}
    class_values.{{ each | identifier }}{{ "," if not loop.last }}
    {%- endfor %}
HAVING
    {%- for rule in column.accepted_by %}
    {{ "AND " if not loop.first }}{{ class_condition(rule) | indent(4) }}
    {%- endfor %};
{%- endif %}
{%- for rule in column.closeness %}

CREATE TABLE private.{{ (name ~ "__close_" ~ column.number ~ "_" ~ loop.index) | identifier }} AS
{% if rule.macro == "t_closeness_ordered" -%}
{{ t_closeness_ordered(name, column.number, names, rule) }};
{%- else -%}
{{ t_closeness_hierarchical(name, column.number, names, rule) }};
{%- endif %}
{%- endfor %}
{%- endfor %}
{%- endmacro %}
