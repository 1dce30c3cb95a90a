{# What each person adds to each group, within bounds.
   In:      model (name, path, line), aggregate (unit, keys, with_sql, rows_sql), columns (what is added up: name,
            kind, value, only, bounds, middle), keys (relation of the public keys; none where keys are private),
            max_groups, max_rows_per_group.
   Out:     the WITH queries of a SELECT; the last one, `bounded`, has pt_person, the keys and the columns.
   Promise: one row a person and group; at most max_groups rows a person; each made of at most
            max_rows_per_group of that person's rows, whose values lie within bounds; which ones is decided by
            keyed orders of that person's groups and rows alone: no two groups tie (hash() is the same for equal
            values, as their texts need not be), and of rows only those that count alike (NULL has its own place,
            as concat_ws skips it); rows of nobody are gone. Only what is above a bound is put in order: to sort
            the rows of everybody costs ten times as much as to add them up. #}
{% macro bounded_contributions(model, aggregate, columns, keys, max_groups, max_rows_per_group) -%}
{%- set names = aggregate.keys | map(attribute="name") | list -%}
{%- set group = ["pt_person"] + names -%}
{{ aggregate.with_sql ~ "," if aggregate.with_sql else "WITH" }} contributions AS (  -- {{ model.path }}:{{ aggregate.line }}, its FROM and WHERE as written
    SELECT
        {{ aggregate.unit }} AS pt_person
        {%- for key in aggregate.keys %},
        {{ key.sql }}{{ " AS " ~ (key.name | identifier) if not key.is_named }}
        {%- endfor %}
        {%- for column in columns %}
        {%- if column.bounds %},
        CASE WHEN {{ column.only or "true" }} THEN {{ clamped_units(column.value, column.bounds, column.middle) }} END AS {{ column.name | identifier }}
        {%- elif column.only %},
        CASE WHEN {{ column.only }} THEN 1 END AS {{ column.name | identifier }}
        {%- else %},
        1 AS {{ column.name | identifier }}
        {%- endif %}
        {%- endfor %}
{{ aggregate.rows_sql | indent(4, first=true) }}
),

gathered AS MATERIALIZED (  -- one row a person and group, of all their rows
    SELECT
        {%- for name in group %}
        contributions.{{ name | identifier }},
        {%- endfor %}
        {%- for column in columns %}
        {{ per_person_total(column, "contributions") }} AS {{ column.name | identifier }},
        {%- endfor %}
        count(*) AS pt_rows
    FROM contributions
    {%- if keys %}
    SEMI JOIN {{ keys }} AS keys  -- rows of other groups count nowhere
    {{- same_values("contributions", "keys", names) | indent(4) }}
    {%- endif %}
    WHERE contributions.pt_person IS NOT NULL
    GROUP BY {% for name in group %}contributions.{{ name | identifier }}{{ ", " if not loop.last }}{% endfor %}
),

crowded AS (  -- people in more than {{ max_groups }} groups
    SELECT pt_person
    FROM gathered
    GROUP BY pt_person
    HAVING count(*) > {{ max_groups }}
),

ranked AS (  -- their groups in a secret order of each person's own
    SELECT
        gathered.*,
        row_number() OVER (
            PARTITION BY gathered.pt_person
            ORDER BY
                md5_number(concat_ws(
                    '|',
                    getvariable('release_secret'),
                    hash({% for name in group %}gathered.{{ name | identifier }}{{ ", " if not loop.last }}{% endfor %})
                ))
                {%- for name in names %},
                gathered.{{ name | identifier }}
                {%- endfor %}
        ) AS pt_nth_group
    FROM gathered
    SEMI JOIN crowded
    {{- same_values("gathered", "crowded", ["pt_person"]) | indent(4) }}
),

chosen AS MATERIALIZED (  -- at most {{ max_groups }} groups a person
    SELECT gathered.*
    FROM gathered
    ANTI JOIN crowded
    {{- same_values("gathered", "crowded", ["pt_person"]) | indent(4) }}
    UNION ALL
    SELECT * EXCLUDE (pt_nth_group)
    FROM ranked
    WHERE pt_nth_group <= {{ max_groups }}
),

numbered AS (  -- rows where a person has more than {{ max_rows_per_group }} in a group, in a secret order of their own
    SELECT
        contributions.*,
        row_number() OVER (
            PARTITION BY {% for name in group %}contributions.{{ name | identifier }}{{ ", " if not loop.last }}{% endfor %}
            ORDER BY md5_number(concat_ws(
                '|',
                getvariable('release_secret')
                {%- for name in group %},
                contributions.{{ name | identifier }}
                {%- endfor %}
                {%- for column in columns if column.bounds or column.only %},
                coalesce(CAST(contributions.{{ column.name | identifier }} AS VARCHAR), '')
                {%- endfor %}
            ))
        ) AS pt_nth_row
    FROM contributions
    SEMI JOIN chosen
    {{- same_values("contributions", "chosen", group) | indent(4) }}
        AND chosen.pt_rows > {{ max_rows_per_group }}
),

bounded AS (  -- each of at most {{ max_rows_per_group }} rows
    SELECT
        {%- for name in group %}
        {{ name | identifier }}{{ "," if not loop.last or columns }}
        {%- endfor %}
        {%- for column in columns %}
        {{ column.name | identifier }}{{ "," if not loop.last }}
        {%- endfor %}
    FROM chosen
    WHERE pt_rows <= {{ max_rows_per_group }}
    UNION ALL
    SELECT
        {%- for name in group %}
        {{ name | identifier }}{{ "," if not loop.last or columns }}
        {%- endfor %}
        {%- for column in columns %}
        {{ per_person_total(column) }} AS {{ column.name | identifier }}{{ "," if not loop.last }}
        {%- endfor %}
    FROM numbered
    WHERE pt_nth_row <= {{ max_rows_per_group }}
    GROUP BY {{ group | map("identifier") | join(", ") }}
)
{%- endmacro %}
