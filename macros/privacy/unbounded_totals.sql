{# What everybody adds up to without bounds: by how much bounding moved the totals, for the owner alone.
   In:      aggregate (unit, keys, with_sql, rows_sql), columns (what is added up: name, kind, value, only, bounds,
            middle), keys (relation of the public keys; none where keys are private).
   Out:     one row with a DOUBLE for each column: its total over the groups of the finest set, were no row, group
            or value of anybody left out.
   Promise: none: nothing that leaves may read it. #}
{% macro unbounded_totals(aggregate, columns, keys) -%}
{%- set names = aggregate.keys | map(attribute="name") | list -%}
{{ aggregate.with_sql ~ "," if aggregate.with_sql else "WITH" }} contributions AS (
    SELECT
        {{ aggregate.unit }} AS pt_person
        {%- for key in aggregate.keys %},
        {{ key.sql }} AS {{ key.name | identifier }}
        {%- endfor %}
        {%- for column in columns %}
        {%- if column.bounds %},
        CASE WHEN ({{ column.only or "true" }}) AND isfinite(CAST({{ column.value }} AS DOUBLE)) THEN CAST({{ column.value }} AS DOUBLE) / {{ column.bounds.granularity | literal }} - {{ column.middle }}
            {%- if column.bounds.null_units is number %} WHEN ({{ column.only or "true" }}) AND isinf(CAST({{ column.value }} AS DOUBLE)) IS NOT TRUE THEN {{ column.bounds.null_units - column.middle }}{% endif %} END AS {{ column.name | identifier }}
        {%- else %},
        CASE WHEN {{ column.only or "true" }} THEN 1 END AS {{ column.name | identifier }}
        {%- endif %}
        {%- endfor %}
{{ aggregate.rows_sql | indent(4, first=true) }}
),

added AS (
    SELECT
        {%- for column in columns %}
        {{ per_person_total(column) }} AS {{ column.name | identifier }}{{ "," if not loop.last }}
        {%- endfor %}
    FROM contributions
    {%- if keys %}
    SEMI JOIN {{ keys }} AS keys
    {{- same_values("contributions", "keys", names) | indent(4) }}
    {%- endif %}
    WHERE pt_person IS NOT NULL
    {%- if columns | selectattr("kind", "equalto", "people") | list %}
    GROUP BY pt_person{% for name in names %}, {{ name | identifier }}{% endfor %}  -- a person counts once in a group
    {%- endif %}
)

SELECT
    {%- for column in columns %}
    CAST(coalesce(sum({{ column.name | identifier }}), 0) AS DOUBLE) AS {{ column.name | identifier }}{{ "," if not loop.last }}
    {%- endfor %}
FROM added
{%- endmacro %}
