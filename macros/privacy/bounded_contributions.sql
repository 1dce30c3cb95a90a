{# What each person adds to each group, within bounds.
   In:      model (name, path, line), aggregate (unit, keys, with_sql, rows_sql), columns (what is added up: name,
            kind, value, only, bounds, middle), keys (relation of the public keys; none where keys are private),
            max_groups, max_rows_per_group.
   Out:     the WITH queries of a SELECT; the last one, `bounded`, has pt_person, the keys and the columns.
   Promise: one row a person and group; at most max_groups rows a person; each made of at most
            max_rows_per_group of that person's rows, whose values lie within bounds; which ones is decided by a
            keyed order of that person's rows alone, in which only rows that count alike tie (NULL has its own
            place, as concat_ws skips it); rows of nobody are gone. #}
{% macro bounded_contributions(model, aggregate, columns, keys, max_groups, max_rows_per_group) -%}
{%- set names = aggregate.keys | map(attribute="name") | list -%}
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

ordered AS (  -- a secret order of each person's own rows
    SELECT
        contributions.*,
        md5_number(concat_ws(
            '|',
            getvariable('release_secret'),
            contributions.pt_person
            {%- for name in names %},
            contributions.{{ name | identifier }}
            {%- endfor %}
            {%- for column in columns if column.bounds or column.only %},
            coalesce(CAST(contributions.{{ column.name | identifier }} AS VARCHAR), '')
            {%- endfor %}
        )) AS pt_order
    FROM contributions
    {%- if keys %}
    SEMI JOIN {{ keys }} AS keys  -- rows of other groups count nowhere
    {{- same_values("contributions", "keys", names) | indent(4) }}
    {%- endif %}
    WHERE contributions.pt_person IS NOT NULL
),

numbered AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY pt_person{% for name in names %}, {{ name | identifier }}{% endfor %} ORDER BY pt_order) AS pt_nth_row
    FROM ordered
),

per_person AS (  -- one row a person and group, of at most {{ max_rows_per_group }} rows
    SELECT
        pt_person
        {%- for name in names %},
        {{ name | identifier }}
        {%- endfor %}
        {%- for column in columns %},
        {{ per_person_total(column) }} AS {{ column.name | identifier }}
        {%- endfor %},
        min(pt_order) AS pt_order
    FROM numbered
    WHERE pt_nth_row <= {{ max_rows_per_group }}
    GROUP BY pt_person{% for name in names %}, {{ name | identifier }}{% endfor %}
),

ranked AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY pt_person ORDER BY pt_order{% for name in names %}, {{ name | identifier }}{% endfor %}) AS pt_nth_group
    FROM per_person
),

bounded AS (  -- at most {{ max_groups }} groups a person
    SELECT *
    FROM ranked
    WHERE pt_nth_group <= {{ max_groups }}
)
{%- endmacro %}
