{# Classes of at least k people, numbered.
   In:      name (model), names (columns that make a class), relation, people (SQL of how many its rows stand for:
            `count(*)`, or a sum), k, sensitive (columns that privacy models read, as `accepted_classes` takes
            them; where there are any, the relation has one row a person), in_population (whether the engine has
            written which combinations enough people of the population share: private."in population of <name>",
            a name that no model has).
   Out:     private.<name>__classes: the columns, people, class_id, position (in the order in which they are
            published); before it, what `accepted_classes` makes.
   Promise: a class has at least k people and satisfies all models; the people outside of all are none or at
            least k. #}
{% macro numbered_classes(name, names, relation, people, k, sensitive=[], in_population=false) -%}
{%- set conditions = sensitive[0].conditions if sensitive else [] -%}
{%- set relation_of_values = "private." ~ ((name ~ "__class_values_1") | identifier) ~ " AS class_values" -%}
{%- set prefix = "class_values." if sensitive else "" -%}
{%- set source = relation_of_values if sensitive else relation -%}
{%- set people = "CAST(sum(class_values.people) AS BIGINT)" if sensitive else people -%}
{%- if sensitive -%}
{{ accepted_classes(name, names, relation, k, sensitive) }}

{% endif -%}
CREATE TABLE private.{{ (name ~ "__classes") | identifier }} AS
WITH large_classes AS (
    SELECT
        {%- for column in names %}
        {{ prefix }}{{ column | identifier }},
        {%- endfor %}
        {{ people }} AS people
    FROM {{ source }}
    GROUP BY
        {%- for column in names %}
        {{ prefix }}{{ column | identifier }}{{ "," if not loop.last }}
        {%- endfor %}
    {%- if conditions %}
    HAVING
        {{ people }} >= {{ k }}
        {%- for rule in conditions %}
        AND {{ class_condition(rule) | indent(8) }}
        {%- endfor %}
    {%- else %}
    HAVING {{ people }} >= {{ k }}
    {%- endif %}
),
{%- if sensitive or in_population %}

accepted AS (  -- by all models
    SELECT large_classes.*
    FROM large_classes
    {%- for table in sensitive | map(attribute="accepting") | sum(start=[]) %}
    SEMI JOIN private.{{ (name ~ "__" ~ table) | identifier }} AS {{ table }}
    {{- same_values("large_classes", table, names) | indent(4) }}
    {%- endfor %}
    {%- if in_population %}
    SEMI JOIN private.{{ ("in population of " ~ name) | identifier }} AS in_population
    {{- same_values("large_classes", "in_population", names) }}
    {%- endif %}
),
{%- endif %}

everybody AS (
    SELECT {{ people }} AS people
    FROM {{ source }}
),

large_enough AS (
    WITH {{ all_but_a_lone_few("accepted" if sensitive or in_population else "large_classes", "everybody", names, k) | indent(4) }}
)

SELECT
    *,
    row_number() OVER (ORDER BY {% for name in names %}{{ name | identifier }}{{ ", " if not loop.last }}{% endfor %}) AS position
FROM large_enough;
{%- endmacro %}
