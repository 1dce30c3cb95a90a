{# t-closeness with values as far apart as the height of what they have in common (Li et al. 2007): the sum over
   inner nodes of height / H * min(what its children have too much, what they have too little).
   In:      rule (t as numerator and denominator; levels: the column at each of its levels from 1 to the top, of one
            value); in scope: the CTEs of `class_shares`.
   Out:     CTEs, the last of them `near`: class_number of the classes that satisfy it.
   Promise: a node of which a class has nobody has no child with too many, so only those that it has are counted. #}
{% macro t_closeness_hierarchical(rule) -%}
{%- set column = rule.levels[0].name | identifier -%}
places AS (  -- what each value is under
    SELECT
        value_totals.{{ column }} AS level_0,
        {%- for level in rule.levels %}
        {{ generalized("value_totals", level) }} AS level_{{ loop.index }}{{ "," if not loop.last }}
        {%- endfor %}
    FROM (SELECT value_totals.sensitive_value AS {{ column }} FROM value_totals) AS value_totals
    {{- taxonomy_joins("value_totals", [rule.levels | selectattr("levels_alias") | first] if rule.levels | selectattr("levels_alias") | list else []) | indent(4) }}
),

nodes AS (  -- and how many people of everybody are there
    SELECT
        places.level_0,
        {%- for level in rule.levels %}
        dense_rank() OVER (ORDER BY places.level_{{ loop.index }}) AS node_{{ loop.index }},
        dense_rank() OVER (ORDER BY places.level_{{ loop.index }}, places.level_{{ loop.index0 }}) AS child_{{ loop.index }},
        CAST(sum(value_totals.value_people) OVER (PARTITION BY places.level_{{ loop.index }}) AS BIGINT) AS node_people_{{ loop.index }},
        CAST(sum(value_totals.value_people) OVER (PARTITION BY places.level_{{ loop.index }}, places.level_{{ loop.index0 }}) AS BIGINT) AS child_people_{{ loop.index }}{{ "," if not loop.last }}
        {%- endfor %}
    FROM places
    INNER JOIN value_totals
        ON places.level_0 IS NOT DISTINCT FROM value_totals.sensitive_value
),

placed AS (
    SELECT
        shares.class_number,
        shares.class_people,
        shares.everybody,
        shares.people,
        nodes.*
    FROM shares
    INNER JOIN nodes
        ON shares.sensitive_value IS NOT DISTINCT FROM nodes.level_0
),

moved AS (  -- below the nodes of each height, times all people
    {%- for level in rule.levels %}
    {%- if not loop.first %}
    UNION ALL
    {%- endif %}
    SELECT
        children.class_number,
        children.class_people,
        children.everybody,
        {{ loop.index }} * least(
            sum(greatest(children.people * children.everybody - children.child_people * children.class_people, 0)),
            sum(greatest(children.people * children.everybody - children.child_people * children.class_people, 0))
            - (sum(children.people) * children.everybody - children.node_people * children.class_people)
        ) AS class_moved
    FROM (
        SELECT
            placed.class_number,
            placed.class_people,
            placed.everybody,
            placed.node_{{ loop.index }} AS node,
            placed.node_people_{{ loop.index }} AS node_people,
            placed.child_people_{{ loop.index }} AS child_people,
            sum(placed.people) AS people
        FROM placed
        GROUP BY
            placed.class_number,
            placed.class_people,
            placed.everybody,
            placed.node_{{ loop.index }},
            placed.node_people_{{ loop.index }},
            placed.child_{{ loop.index }},
            placed.child_people_{{ loop.index }}
    ) AS children
    GROUP BY
        children.class_number,
        children.class_people,
        children.everybody,
        children.node,
        children.node_people
    {%- endfor %}
),

near AS (
    SELECT moved.class_number
    FROM moved
    GROUP BY
        moved.class_number,
        moved.class_people,
        moved.everybody
    HAVING sum(moved.class_moved) * {{ rule.denominator }} <= {{ rule.numerator * (rule.levels | length) }} * moved.class_people * moved.everybody
)
{%- endmacro %}
