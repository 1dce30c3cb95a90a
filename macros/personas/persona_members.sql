{# Groups cut into personas: position i of n goes to persona floor(i * floor(n / k) / n), so each has at least k
   and fewer than 2 k people, neighbours in the order.
   In:      name (model), columns (quasi-identifiers), kept (other columns), within_block, unit, k.
   Out:     private.<name>__members: the unit, persona_id (random: keyed by the project's secret), round, columns.
   Promise: the last sort key is a keyed hash of the person, so there are no ties and no trace of the input's
            order. #}
{% macro persona_members(name, columns, kept, within_block, unit, k) -%}
{%- set names = columns | map(attribute="name") | list -%}
CREATE TABLE private.{{ (name ~ "__members") | identifier }} AS
WITH positioned AS (
    SELECT
        placed.*,
        groups.class_id AS group_id,
        groups.people AS group_people,
        row_number() OVER (
            PARTITION BY groups.class_id
            ORDER BY
                {%- for column in within_block %}
                placed.order_{{ loop.index }},
                {%- endfor %}
                sha256(concat(getvariable('release_secret'), '|', placed.{{ unit | identifier }}))
        ) - 1 AS position
    FROM private.{{ (name ~ "__placed") | identifier }} AS placed
    INNER JOIN private.{{ (name ~ "__groups") | identifier }} AS groups
    {{- same_values("placed", "groups", ["round", "within_class"] + names) | indent(4) }}
)

SELECT
    {{ unit | identifier }},
    'p' || left(sha256(concat_ws(
        '|', getvariable('release_secret'), '{{ name }}', group_id, position * (group_people // {{ k }}) // group_people
    )), 16) AS persona_id,
    round
    {%- for column in names %},
    {{ column | identifier }}
    {%- endfor %}
    {%- for column in kept %},
    {{ column.name | identifier }}
    {%- endfor %}
FROM positioned;
{%- endmacro %}
