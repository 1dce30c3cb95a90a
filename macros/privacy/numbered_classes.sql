{# Classes of at least k people, numbered.
   In:      name (model), names (columns that make a class), relation, people (SQL of how many its rows stand for:
            `count(*)`, or a sum), k.
   Out:     private.<name>__classes: the columns, people, class_id, position (in the order
            in which they are published).
   Promise: a class has at least k people; the people outside of all are none or at least k. #}
{% macro numbered_classes(name, names, relation, people, k) -%}
CREATE TABLE private.{{ (name ~ "__classes") | identifier }} AS
WITH large_classes AS (
    SELECT
        {%- for column in names %}
        {{ column | identifier }},
        {%- endfor %}
        {{ people }} AS people
    FROM {{ relation }}
    GROUP BY
        {%- for column in names %}
        {{ column | identifier }}{{ "," if not loop.last }}
        {%- endfor %}
    HAVING {{ people }} >= {{ k }}
),

everybody AS (
    SELECT {{ people }} AS people
    FROM {{ relation }}
),

large_enough AS (
    WITH {{ all_but_a_lone_few("large_classes", "everybody", names, k) | indent(4) }}
)

SELECT
    *,
    row_number() OVER (ORDER BY {% for name in names %}{{ name | identifier }}{{ ", " if not loop.last }}{% endfor %}) AS position
FROM large_enough;
{%- endmacro %}
