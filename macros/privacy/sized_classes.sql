{# Classes of at least k people, each with a number: what is compared of them is looked up by that.
   In:      values (the relation that `class_values` makes), names (columns that make a class), k.
   Out:     a SELECT of class_number, the columns of a class, class_people and known_people (those who have a value).
   Promise: no two classes have one number; it says nothing, and is read where it is made. #}
{% macro sized_classes(values, names, k) -%}
SELECT
    row_number() OVER () AS class_number,
    {%- for each in names %}
    class_values.{{ each | identifier }},
    {%- endfor %}
    CAST(sum(class_values.people) AS BIGINT) AS class_people,
    CAST(sum(CASE WHEN class_values.sensitive_value IS NOT NULL THEN class_values.people ELSE 0 END) AS BIGINT) AS known_people
FROM {{ values }} AS class_values
GROUP BY
    {%- for each in names %}
    class_values.{{ each | identifier }}{{ "," if not loop.last }}
    {%- endfor %}
HAVING CAST(sum(class_values.people) AS BIGINT) >= {{ k }}
{%- endmacro %}
