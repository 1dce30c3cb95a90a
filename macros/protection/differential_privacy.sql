{# An aggregate with (ε, δ)-differential privacy for persons (Dwork et al. 2006).
   In:      model (name, path, line), aggregate (unit, keys, with_sql, rows_sql), columns (what is added up), released
            (the columns that leave: name, part: key, value, low, high or scale, and how it is computed), sets (names of keys), keys (relation
            of the public keys, or none), written_keys (key, and its values as SQL, where the model lists them),
            max_groups, max_rows_per_group, mechanism, scales, thresholds, people, spreads and rates (of quantiles),
            agreeing (columns whose totals are to be the sums of their parts), selections and chooser (how private
            keys are chosen, and by which exact count, where no noisy one does).
   Out:     private.<model>__exact and, after the charge, private.<model>__noisy and release.<model>.
   Promise: one person moves the exact columns by no more than the bounds say; each gets noise once, of the scale
            that the budget pays for; everything else reads the noisy columns alone; rows come in the order of keys. #}
{% macro differential_privacy(model, aggregate, columns, released, sets, keys, written_keys, max_groups, max_rows_per_group, mechanism, scales, thresholds=none, people=none, spreads=(), rates=(), agreeing=(), selections=none, chooser=none) -%}
{%- set names = aggregate.keys | map(attribute="name") | list -%}
{%- if written_keys %}-- the public keys, as the model lists them
{{ public_keys(keys, written_keys) }}

{% endif -%}
-- step 1 (private): exact sums of bounded contributions; they rest here, and never leave
{{ exact_aggregates(model, aggregate, columns + ((chooser,) if chooser else ()), sets, keys, max_groups, max_rows_per_group, spreads) }}

-- the ledger entry is on disk before this line

-- step 2 (private): noise, once for each cell
{{ noisy_aggregates(model, names, columns, mechanism, scales, thresholds, people, spreads, rates, selections, chooser) }}
{%- if agreeing %}

-- totals and their parts agree, by noisy columns alone
{{ agreeing_aggregates(model, names, sets, agreeing) }}
{%- endif %}

-- step 3 (release): computed of noisy columns alone
CREATE TABLE release.{{ model.name | identifier }} AS
SELECT
    {%- for column in released %}
    {%- if column.part == "value" %}
    {{ released_measure(column) }} AS {{ column.name | identifier }}
    {%- elif column.part == "scale" %}
    {{ noise_scale(column) }} AS {{ column.name | identifier }}
    {%- elif column.part != "key" %}
    {{ interval_end(column) }} AS {{ column.name | identifier }}
    {%- else %}
    {{ "CAST(" if column.is_whole }}noisy.{{ column.name | identifier }}{{ " AS BIGINT) AS " ~ (column.name | identifier) if column.is_whole }}
    {%- endif %}
    {{- "," if not loop.last }}
    {%- endfor %}
FROM private.{{ (model.name ~ ("__agreeing" if agreeing else "__noisy")) | identifier }} AS noisy
{%- if names %}
ORDER BY {{ "noisy.pt_set, " if sets | length > 1 }}{% for name in names %}noisy.{{ name | identifier }}{{ ", " if not loop.last }}{% endfor %}
{%- endif %};
{%- endmacro %}
