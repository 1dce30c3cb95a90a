{# The exact sums with noise: the only place that reads them.
   In:      model (name), keys (names), columns (name), mechanism, scales (for each set, for each column: numerator,
            denominator), thresholds (for each set the least noisy count of people that may be released, or none
            where there is one group whatever the data; none for public keys), people (the column that it is
            compared with), spreads (what quantiles are drawn of: name, share, bounds), rates (of each), selections
            and chooser (where no noisy count is compared: for each set ε and δ of the choice, or none; the
            exact count of people that groups are chosen by).
   Out:     private.<model>__noisy: pt_set, the keys, the columns.
   Promise: one draw for each cell and column, of which everything that is released is computed; a private key is
            there only where its noisy count of people passes, or chance chose it by the exact one; only then its
            quantiles are drawn. #}
{% macro noisy_aggregates(model, keys, columns, mechanism, scales, thresholds=none, people=none, spreads=(), rates=(), selections=none, chooser=none) -%}
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
        {%- for spread in spreads %},
        {{ spread.name | identifier }}
        {%- endfor %}
        {%- if selections %},
        {{ is_shown(chooser, selections[number]) if selections[number] else "true" }} AS {{ chooser.name | identifier }}
        {%- endif %}
    FROM private.{{ (model.name ~ "__exact") | identifier }}
    WHERE pt_set = {{ number }}
    {%- endfor %}
)

{% if spreads -%}
SELECT
    * REPLACE (
        {%- for spread in spreads %}
        {{ drawn_quantile(spread, rates[loop.index0]) }} AS {{ spread.name | identifier }}{{ "," if not loop.last }}
        {%- endfor %}
    )
FROM noisy
{%- else -%}
SELECT * FROM noisy
{%- endif %}
{%- if thresholds %}
WHERE
    {%- for threshold in thresholds %}
    {{ "OR " if not loop.first }}(pt_set = {{ loop.index0 }}{% if threshold is not none %} AND {{ people | identifier }} >= {{ threshold }}{% endif %})
    {%- endfor %}
{%- endif %}
{%- if selections %}
WHERE
    {%- for selection in selections %}
    {{ "OR " if not loop.first }}(pt_set = {{ loop.index0 }}{% if selection %} AND {{ chooser.name | identifier }}{% endif %})
    {%- endfor %}
{%- endif %};
{%- endmacro %}
