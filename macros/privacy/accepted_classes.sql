{# The classes that satisfy privacy models of sensitive columns.
   In:      name (model), names (columns that make a class), relation (one row a person), k, sensitive (columns:
            number, name; conditions of classes alone, those that compare them with everybody, and those of how
            values are spread: closeness; accepting: the tables that hold who satisfies them).
   Out:     private.<name>__class_values_<n> of each, __accepted_<n> and __close_<n>_<i>: the classes that satisfy
            what the first conditions do not say. #}
{% macro accepted_classes(name, names, relation, k, sensitive) -%}
{%- for column in sensitive %}
{%- set values = "private." ~ ((name ~ "__class_values_" ~ column.number) | identifier) -%}
{{ "\n\n" if not loop.first }}-- people of each class by `{{ column.name }}`
{{ class_values(name, column.number, names, relation, column.name) }}
{%- if column.accepted %}

CREATE TABLE private.{{ (name ~ "__" ~ column.accepted) | identifier }} AS
{% if column.comparing -%}
{{ classes_alike(values, names, k, near_by_conditions(column.accepted_by)) }};
{%- else -%}
SELECT
    {%- for each in names %}
    class_values.{{ each | identifier }}{{ "," if not loop.last }}
    {%- endfor %}
FROM {{ values }} AS class_values
GROUP BY
    {%- for each in names %}
    class_values.{{ each | identifier }}{{ "," if not loop.last }}
    {%- endfor %}
HAVING
    {%- for rule in column.accepted_by %}
    {{ "AND " if not loop.first }}{{ class_condition(rule) | indent(4) }}
    {%- endfor %};
{%- endif %}
{%- endif %}
{%- for rule in column.closeness %}

CREATE TABLE private.{{ (name ~ "__close_" ~ column.number ~ "_" ~ loop.index) | identifier }} AS
{% if rule.macro == "t_closeness_ordered" -%}
{{ classes_alike(values, names, k, t_closeness_ordered(rule)) }};
{%- else -%}
{{ classes_alike(values, names, k, t_closeness_hierarchical(rule)) }};
{%- endif %}
{%- endfor %}
{%- endfor %}
{%- endmacro %}
