{# In which round each combination of values finds k people: 1 among its like, 2 among all who are left in its
   block, 3 among those of the blocks that stay too small, where the columns that never merge still agree. If
   even those are too few, the smallest block of round 2 beside them joins round 3.
   In:      name (model), people (relation, one row a person), ctes (that it needs, or none), columns
            (quasi-identifiers; never_merges), beside (within_class, where people have one), block, k; within and
            within_columns (a model and those of the columns that tell its class of a person, or none); left_alike
            (whether `within` left people out who are many alike: they find none here either, so that no persona
            tells which combination failed a privacy model there).
   Out:     private.<name>__tuples: within_class, given_1 …, the columns, people, round (NULL: left out).
   Promise: decided on combinations and counts of people alone, so the order of rows has no say. #}
{% macro persona_rounds(name, people, ctes, columns, beside, block, k, within=none, within_columns=none, left_alike=false) -%}
{%- set names = columns | map(attribute="name") | list -%}
{%- set never = columns | selectattr("never_merges") | map(attribute="name") | list -%}
{%- set class = "generalized.within_class" if beside else "classes.class_id" if within_columns else "CAST(NULL AS BIGINT)" -%}
CREATE TABLE private.{{ (name ~ "__tuples") | identifier }} AS
WITH {% if ctes %}{{ ctes }},

{% endif %}{{ people_alike(people, columns, beside) }},
{%- if within_columns %}

classes AS (  -- the class of each combination in {{ within }}
    {{ classes_of_combinations(within, within_columns) | indent(4) }}
),
{%- endif %}

tuples AS (
    SELECT
        TRUE AS everybody,
        {{ class }}{{ " AS within_class" if not beside }},
        {%- for column in names %}
        generalized.given_{{ loop.index }},
        {%- endfor %}
        {%- for column in names %}
        generalized.{{ column | identifier }},
        {%- endfor %}
        generalized.people,
        {% if left_alike %}CASE WHEN {{ class }} IS NOT NULL THEN {% endif %}sum(generalized.people) OVER (
            PARTITION BY
                {{ class }}
                {%- for column in names %},
                generalized.{{ column | identifier }}
                {%- endfor %}
        ) {% if left_alike %}ELSE 0 END {% endif %}AS people_alike
    FROM generalized
    {%- if within_columns %}
    LEFT JOIN classes
    {%- for column in within_columns %}
        {{ "ON" if loop.first else "AND" }} generalized.given_{{ names.index(column) + 1 }} IS NOT DISTINCT FROM classes.given_{{ loop.index }}
    {%- endfor %}
    {%- endif %}
),

blocks AS (  -- those who find no {{ k }} like them
    SELECT
        everybody,
        {%- for column in block %}
        {{ column | identifier }},
        {%- endfor %}
        sum(people) AS people
    FROM tuples
    WHERE people_alike < {{ k }}
    GROUP BY everybody{% for column in block %}, {{ column | identifier }}{% endfor %}
),

ordered_blocks AS (  -- large ones first by size, so that nth_large = 1 is the smallest large one
    SELECT
        *,
        row_number() OVER (
            PARTITION BY everybody{% for column in never %}, {{ column | identifier }}{% endfor %}
            ORDER BY people < {{ k }}, people{% for column in block %}, {{ column | identifier }}{% endfor %}
        ) AS nth_large,
        coalesce(sum(people) FILTER (WHERE people < {{ k }}) OVER (
            PARTITION BY everybody{% for column in never %}, {{ column | identifier }}{% endfor %}
        ), 0) AS people_in_small,
        coalesce(max(people) OVER (
            PARTITION BY everybody{% for column in never %}, {{ column | identifier }}{% endfor %}
        ), 0) >= {{ k }} AS has_large
    FROM blocks
),

block_rounds AS (
    SELECT
        *,
        CASE
            WHEN people >= {{ k }} AND NOT (nth_large = 1 AND people_in_small BETWEEN 1 AND {{ k - 1 }}) THEN 2
            WHEN has_large OR people_in_small >= {{ k }} THEN 3
        END AS round
    FROM ordered_blocks
)

SELECT
    tuples.within_class,
    {%- for column in names %}
    tuples.given_{{ loop.index }},
    {%- endfor %}
    {%- for column in names %}
    tuples.{{ column | identifier }},
    {%- endfor %}
    tuples.people,
    CASE WHEN tuples.people_alike >= {{ k }} THEN 1 ELSE block_rounds.round END AS round
FROM tuples
LEFT JOIN block_rounds
{{- same_values("tuples", "block_rounds", ["everybody"] + (block | list)) }};
{%- endmacro %}
