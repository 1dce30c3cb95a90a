{# Personas that fail a privacy model joined with their neighbours: each with the fewest, of 2, 4 and 8 that stand side
   by side in their group, who satisfy all models together.
   In:      name (model), neighbours (relation, one row a person: the unit, group_id, class_id, the number of the
            persona, and of_2, of_4, of_8, that of the first of so many), k, sensitive (as `accepted_classes` takes
            them), unit and in_population (as `candidates_of_personas` takes them).
   Out:     private.<name>__merged: class_id, group_id, persona (the number of the persona that it becomes a part
            of: its own, or that of the first of those who are joined); before it, what `accepted_classes` makes of
            each size.
   Promise: no persona is in two; one that satisfies all models stays as it is but where it mends a neighbour.
            Sensitive values decide by whether people side by side satisfy the models, and by nothing else. That
            personas were joined shows in how many people they have: some of them failed alone, and a keyed hash
            alone says who of those alike stood in which (minimality, Wong et al. 2007). One that no neighbours
            mend stays as it is. #}
{% macro merged_personas(name, neighbours, k, sensitive, unit=none, in_population=none) -%}
{%- set accepting = (sensitive | map(attribute="accepting") | sum(start=[])) + (["in_population"] if in_population else []) -%}
{%- for size in [1, 2, 4, 8] -%}
{%- set personas = ["class_id" if size == 1 else "of_" ~ size, "group_id"] -%}
-- {{ "each persona" if size == 1 else "of " ~ size ~ " neighbours" }}
{%- if sensitive %}
{{ accepted_classes(name ~ "__of_" ~ size, personas, neighbours, k, sensitive) }}
{%- endif %}
{%- if in_population %}
{{ candidates_of_personas(name, name ~ "__of_" ~ size, personas, neighbours, unit, in_population) }}
{%- endif %}

{% endfor -%}
CREATE TABLE private.{{ (name ~ "__merged") | identifier }} AS
WITH personas AS (
    SELECT
        class_id,
        group_id,
        count(*) AS people
    FROM {{ neighbours }}
    GROUP BY class_id, group_id
),

side_by_side AS (
    SELECT
        personas.class_id,
        personas.group_id
        {%- for size in [2, 4, 8] %},
        {{ first_neighbour("(personas.class_id - groups.first_persona)", size) }} AS of_{{ size }}
        {%- endfor %}
    FROM personas
    INNER JOIN private.{{ (name ~ "__groups") | identifier }} AS groups
        ON personas.group_id = groups.class_id
),

satisfied AS (
    SELECT
        side_by_side.class_id,
        side_by_side.group_id
    FROM side_by_side
    {%- for table in accepting %}
    SEMI JOIN private.{{ (name ~ "__of_1__" ~ table) | identifier }} AS {{ table }}
        ON side_by_side.class_id = {{ table }}.class_id
        AND side_by_side.group_id = {{ table }}.group_id
    {%- endfor %}
),

failing AS (
    SELECT side_by_side.*
    FROM side_by_side
    ANTI JOIN satisfied
        ON side_by_side.class_id = satisfied.class_id
        AND side_by_side.group_id = satisfied.group_id
),
{%- for size in [2, 4, 8] %}
{%- set before = "failing" if loop.first else "failing_of_" ~ size // 2 %}

joined_{{ size }} AS (
    SELECT
        {{ before }}.of_{{ size }},
        {{ before }}.group_id
    FROM {{ before }}
    {%- for table in accepting %}
    SEMI JOIN private.{{ (name ~ "__of_" ~ size ~ "__" ~ table) | identifier }} AS {{ table }}
        ON {{ before }}.of_{{ size }} = {{ table }}.of_{{ size }}
        AND {{ before }}.group_id = {{ table }}.group_id
    {%- endfor %}
    GROUP BY
        {{ before }}.of_{{ size }},
        {{ before }}.group_id
){{ "," if not loop.last }}
{%- if not loop.last %}

failing_of_{{ size }} AS (
    SELECT {{ before }}.*
    FROM {{ before }}
    ANTI JOIN joined_{{ size }}
        ON {{ before }}.of_{{ size }} = joined_{{ size }}.of_{{ size }}
        AND {{ before }}.group_id = joined_{{ size }}.group_id
),
{%- endif %}
{%- endfor %}

SELECT
    side_by_side.class_id,
    side_by_side.group_id,
    coalesce(joined_8.of_8, joined_4.of_4, joined_2.of_2, side_by_side.class_id) AS persona
FROM side_by_side
{%- for size in [2, 4, 8] %}
LEFT JOIN joined_{{ size }}
    ON side_by_side.of_{{ size }} = joined_{{ size }}.of_{{ size }}
    AND side_by_side.group_id = joined_{{ size }}.group_id
{%- endfor %};
{%- endmacro %}
