{# The exact sums with noise: the only place that reads them.
   In:      model (name), keys (names), columns (name), mechanism, scales (for each set, for each column: numerator,
            denominator), thresholds (for each set the least noisy count of people that may be released; none for
            public keys), people (the column that it is compared with).
   Out:     private.<model>__noisy: pt_set, the keys, the columns.
   Promise: one draw for each cell and column, of which everything that is released is computed; a private key is
            there only where its noisy count of people passes. #}
{% macro noisy_aggregates(model, keys, columns, mechanism, scales, thresholds=none, people=none) -%}
CREATE TABLE private.{{ (model.name ~ "__noisy") | identifier }} AS
WITH noisy AS MATERIALIZED (
    {%- for set in scales %}
    {%- set number = loop.index0 %}
    {%- if not loop.first %}
    UNION ALL
    {%- endif %}
    SELECT
        pt_set
        {%- for key in keys %},
        {{ key | identifier }}
        {%- endfor %}
        {%- for column in columns %},
        {{ column.name | identifier }} + {{ noise(mechanism, set[loop.index0]) }} AS {{ column.name | identifier }}
        {%- endfor %}
    FROM private.{{ (model.name ~ "__exact") | identifier }}
    WHERE pt_set = {{ number }}
    {%- endfor %}
)

SELECT * FROM noisy
{%- if thresholds %}
WHERE
    {%- for threshold in thresholds %}
    {{ "OR " if not loop.first }}(pt_set = {{ loop.index0 }} AND {{ people | identifier }} >= {{ threshold }})
    {%- endfor %}
{%- endif %};
{%- endmacro %}
