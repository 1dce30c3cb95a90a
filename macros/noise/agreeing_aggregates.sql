{# Totals that are the sums of their parts, by least squares over all grouping sets.
   In:      model (name), keys (names), sets (names of keys of each), agreeing (columns: name, weights of the sets,
            is_at_least_zero).
   Out:     private.<model>__agreeing: what is noisy, and <column>__agreed beside it.
   Promise: it reads noisy columns alone; whole numbers stay whole; totals are the sums of their parts, exactly. #}
{% macro agreeing_aggregates(model, keys, sets, agreeing) -%}
CREATE TABLE private.{{ (model.name ~ "__agreeing") | identifier }} AS
WITH numbered AS (
    SELECT
        *,
        row_number() OVER (ORDER BY pt_set{% for key in keys %}, {{ key | identifier }}{% endfor %}) AS pt_row,
        [{% for key in keys %}dense_rank() OVER (ORDER BY {{ key | identifier }}){{ ", " if not loop.last }}{% endfor %}] AS pt_codes
    FROM private.{{ (model.name ~ "__noisy") | identifier }}
),

agreed AS (
    SELECT
        unnest(list(pt_row ORDER BY pt_row)) AS pt_row
        {%- for column in agreeing %},
        unnest(pt_agreeing(list(pt_set ORDER BY pt_row), list(pt_codes ORDER BY pt_row), list({{ within_bigint(column.name | identifier) }} ORDER BY pt_row), [
            {%- for set in sets %}{% set outer = loop %}[{% for key in keys %}{{ "true" if key in set else "false" }}{{ ", " if not loop.last }}{% endfor %}]{{ ", " if not outer.last }}{% endfor -%}
        ], [{% for weight in column.weights %}{{ weight | literal }}{{ ", " if not loop.last }}{% endfor %}], {{ column.is_at_least_zero | literal }})) AS {{ (column.name ~ "__agreed") | identifier }}
        {%- endfor %}
    FROM numbered
)

SELECT * FROM numbered INNER JOIN agreed USING (pt_row);
{%- endmacro %}
