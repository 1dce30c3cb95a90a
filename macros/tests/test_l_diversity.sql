{# Equivalence classes whose sensitive values are too alike (Machanavajjhala 2007): fewer than l distinct ones;
   an entropy below ln(l); or, with people r1 >= r2 >= … per value, r1 >= c * (rl + … + rm).
   In:      model (a relation), columns (quasi-identifiers), column (sensitive), l, kind (distinct, entropy,
            recursive), c, people and how (see people_counted).
   Out:     a SELECT of the failing classes. A missing value is no value that could hide another. #}
{% macro test_l_diversity(model, columns, column, l, kind, c, people, how) -%}
WITH frequencies AS (  -- people of each value in each class
    SELECT
        {%- for name in columns %}
        {{ name | identifier }} AS class_{{ loop.index }},
        {%- endfor %}
        {{ column }} AS sensitive,
        {{ people_counted(people, how) }} AS people
    FROM {{ model }}
    GROUP BY ALL
),

ranked AS (  -- within its class, the most frequent value first
    SELECT
        *,
        row_number() OVER (class ORDER BY people DESC) AS nth,
        people / sum(people) OVER class AS share
    FROM frequencies
    WHERE
        sensitive IS NOT NULL
        AND people > 0
    WINDOW class AS (
        PARTITION BY {% for name in columns %}class_{{ loop.index }}{{ ", " if not loop.last }}{% endfor %}
    )
)

SELECT
    {%- for name in columns %}
    frequencies.class_{{ loop.index }}{{ "," if not loop.last }}
    {%- endfor %}
FROM frequencies
LEFT JOIN ranked
    ON
        frequencies.sensitive = ranked.sensitive
        {%- for name in columns %}
        AND frequencies.class_{{ loop.index }} IS NOT DISTINCT FROM ranked.class_{{ loop.index }}
        {%- endfor %}
GROUP BY ALL
{%- if kind == "distinct" %}
HAVING count(ranked.sensitive) < {{ l }}
{%- elif kind == "entropy" %}
HAVING coalesce(-sum(ranked.share * ln(ranked.share)), 0) < ln({{ l }}) - 1e-9
{%- else %}
HAVING
    coalesce(max(ranked.people), 0)
    >= {{ c }} * coalesce(sum(ranked.people) FILTER (WHERE ranked.nth >= {{ l }}), 0)
{%- endif %}
{%- endmacro %}
