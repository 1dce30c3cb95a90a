{# t-closeness with values as far apart as the height of what they have in common (Li et al. 2007): the sum over
   inner nodes of height / H * min(what its children have too much, what they have too little).
   In:      name (model), number (of the sensitive column), names (columns that make a class), rule (t as numerator
            and denominator; levels: the column at each of its levels from 1 to the top, of one value).
   Out:     a SELECT of the classes that satisfy it. #}
{% macro t_closeness_hierarchical(name, number, names, rule) -%}
{%- set shares = "private." ~ ((name ~ "__class_shares_" ~ number) | identifier) -%}
{%- set column = rule.levels[0].name | identifier -%}
WITH class_sizes AS (
    SELECT
        {%- for each in names %}
        class_values.{{ each | identifier }},
        {%- endfor %}
        max(class_values.class_people) AS class_people,
        max(class_values.everybody) AS everybody
    FROM {{ shares }} AS class_values
    GROUP BY
        {%- for each in names %}
        class_values.{{ each | identifier }}{{ "," if not loop.last }}
        {%- endfor %}
),

value_totals AS (
    SELECT
        class_values.sensitive_value AS {{ column }},
        CAST(sum(class_values.people) AS BIGINT) AS people
    FROM private.{{ (name ~ "__class_values_" ~ number) | identifier }} AS class_values
    GROUP BY class_values.sensitive_value
),

places AS (  -- what each value is under
    SELECT
        value_totals.{{ column }} AS level_0,
        value_totals.people,
        {%- for level in rule.levels %}
        {{ generalized("value_totals", level) }} AS level_{{ loop.index }}{{ "," if not loop.last }}
        {%- endfor %}
    FROM value_totals
    {{- taxonomy_joins("value_totals", [rule.levels | selectattr("levels_alias") | first] if rule.levels | selectattr("levels_alias") | list else []) | indent(4) }}
),

differences AS (  -- what each class has too much of each value, times all people
    SELECT
        class_sizes.*,
        {%- for level in rule.levels %}
        places.level_{{ loop.index }},
        {%- endfor %}
        places.level_0,
        coalesce(class_values.people, 0) * class_sizes.everybody - places.people * class_sizes.class_people AS class_difference
    FROM class_sizes
    CROSS JOIN places
    LEFT JOIN {{ shares }} AS class_values
    {{- same_values("class_sizes", "class_values", names) }}
    AND places.level_0 IS NOT DISTINCT FROM class_values.sensitive_value
),

moved AS (  -- below the nodes of each height
    {%- for level in rule.levels %}
    {%- set above = "level_" ~ loop.index %}
    {%- if not loop.first %}
    UNION ALL
    {%- endif %}
    SELECT
        {%- for each in names %}
        {{ each | identifier }},
        {%- endfor %}
        class_people,
        everybody,
        {{ loop.index }} * least(sum(greatest(class_difference, 0)), sum(greatest(-class_difference, 0))) AS class_moved
    FROM (
        SELECT
            {%- for each in names %}
            {{ each | identifier }},
            {%- endfor %}
            class_people,
            everybody,
            {{ above }},
            sum(class_difference) AS class_difference
        FROM differences
        GROUP BY
            {%- for each in names %}
            {{ each | identifier }},
            {%- endfor %}
            class_people,
            everybody,
            {{ above }},
            level_{{ loop.index0 }}
    ) AS children
    GROUP BY
        {%- for each in names %}
        {{ each | identifier }},
        {%- endfor %}
        class_people,
        everybody,
        {{ above }}
    {%- endfor %}
)

SELECT
    {%- for each in names %}
    {{ each | identifier }}{{ "," if not loop.last }}
    {%- endfor %}
FROM moved
GROUP BY
    {%- for each in names %}
    {{ each | identifier }},
    {%- endfor %}
    class_people,
    everybody
HAVING sum(class_moved) * {{ rule.denominator }} <= {{ rule.numerator * (rule.levels | length) }} * class_people * everybody
{%- endmacro %}
