{# Numbered groups, without the smallest where fewer than k people would be left out otherwise: a few who are
   missing from a table of known size are a class of fewer than k by subtraction.
   In:      groups (a CTE with keys and people), everybody (a relation whose `people` sum up to all), keys, k,
            first (a key, or none: groups without a value there go before all others).
   Out:     two CTEs and a SELECT of keys, people and class_id.
   Promise: the people outside the groups are none or at least k. #}
{% macro all_but_a_lone_few(groups, everybody, keys, k, first=none) -%}
numbered AS (  -- smallest first
    SELECT
        {%- for name in keys %}
        {{ name | identifier }},
        {%- endfor %}
        people,
        row_number() OVER (
            ORDER BY
                {%- if first %}
                {{ first | identifier }} IS NOT NULL,
                {%- endif %}
                people
                {%- for name in keys %},
                {{ name | identifier }}
                {%- endfor %}
        ) AS class_id
    FROM {{ groups }}
),

left_out AS (
    SELECT (
        SELECT sum(everybody.people)
        FROM {{ everybody }} AS everybody
    ) - coalesce(sum({{ groups }}.people), 0) AS people
    FROM {{ groups }}
)

SELECT
    {%- for name in keys %}
    numbered.{{ name | identifier }},
    {%- endfor %}
    numbered.people,
    numbered.class_id
FROM numbered
CROSS JOIN left_out
WHERE numbered.class_id > 1 OR left_out.people NOT BETWEEN 1 AND {{ k - 1 }}
{%- endmacro %}
