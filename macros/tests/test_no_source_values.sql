{# Text cells that are, or hold, a value of a source, whatever its case.
   In:      model (a relation), columns (its texts), values (pairs of relation and column), at_least
            (characters from which a value is looked for), substring (whether inside longer texts too).
   Out:     a SELECT of the failing cells. Inside texts every part as long as some value is looked up, so that
            the work grows with the number of cells, not with cells times values. #}
{% macro test_no_source_values(model, columns, values, at_least, substring) -%}
WITH source_values AS (
    {%- for relation, name in values %}
    SELECT DISTINCT lower(CAST({{ name | identifier }} AS VARCHAR)) AS known
    FROM {{ relation }}
    WHERE length(CAST({{ name | identifier }} AS VARCHAR)) >= {{ at_least }}
    {%- if not loop.last %}
    UNION
    {%- endif %}
    {%- endfor %}
),

cells AS (
    {%- for name in columns %}
    SELECT DISTINCT lower(CAST({{ name | identifier }} AS VARCHAR)) AS cell
    FROM {{ model }}
    WHERE length(CAST({{ name | identifier }} AS VARCHAR)) >= {{ at_least }}
    {%- if not loop.last %}
    UNION
    {%- endif %}
    {%- endfor %}
)
{%- if substring %},

lengths AS (
    SELECT DISTINCT length(known) AS characters
    FROM source_values
),

places AS (
    SELECT
        cells.cell,
        lengths.characters,
        unnest(range(1, length(cells.cell) - lengths.characters + 2)) AS place
    FROM cells
    INNER JOIN lengths ON length(cells.cell) >= lengths.characters
)

SELECT DISTINCT places.cell
FROM places
SEMI JOIN source_values ON substr(places.cell, places.place, places.characters) = source_values.known
{%- else %}

SELECT cells.cell
FROM cells
SEMI JOIN source_values ON cells.cell = source_values.known
{%- endif %}
{%- endmacro %}
