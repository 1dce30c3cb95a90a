{# How many people of each class have each value of a sensitive column.
   In:      name (model), number (of the column, from 1), names (columns that make a class), relation (one row a
            person), column.
   Out:     private.<name>__class_values_<number>: the columns of a class, sensitive_value, people.
   Promise: nobody is counted in two rows, and none is left out; NULL is a value. #}
{% macro class_values(name, number, names, relation, column) -%}
CREATE TABLE private.{{ (name ~ "__class_values_" ~ number) | identifier }} AS
SELECT
    {%- for each in names %}
    people.{{ each | identifier }},
    {%- endfor %}
    people.{{ column | identifier }} AS sensitive_value,
    count(*) AS people
FROM {{ relation }} AS people
GROUP BY
    {%- for each in names %}
    people.{{ each | identifier }},
    {%- endfor %}
    people.{{ column | identifier }};
{%- endmacro %}
