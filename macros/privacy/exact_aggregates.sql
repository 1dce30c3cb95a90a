{# Exact sums of bounded contributions: private, and nothing that leaves may read them but through noise.
   In:      model (name, path, line), aggregate, columns, sets (names of the keys of each grouping set, all keys
            first), keys (relation of the public keys, or none), max_groups, max_rows_per_group, spreads (columns of which
            quantiles are drawn).
   Out:     private.<model>__exact: pt_set (number of the set), the keys (NULL where a set has them not), and the
            columns as whole numbers, and the spreads as counts of values.
   Promise: one row for each public key of each set, or for each key of somebody; one person moves the columns by
            no more than the bounds say. #}
{% macro exact_aggregates(model, aggregate, columns, sets, keys, max_groups, max_rows_per_group, spreads=()) -%}
{%- set names = aggregate.keys | map(attribute="name") | list -%}
CREATE TABLE private.{{ (model.name ~ "__exact") | identifier }} AS
{{ bounded_contributions(model, aggregate, columns + spreads, keys, max_groups, max_rows_per_group) }}
{% for set in sets %}
{%- if not loop.first %}
UNION ALL BY NAME
{% endif %}
SELECT
    {{ loop.index0 }} AS pt_set
    {%- for name in set %},
    {{ "keys" if keys else "bounded" }}.{{ name | identifier }}
    {%- endfor %}
    {%- for name in names if name not in set %},
    NULL AS {{ name | identifier }}
    {%- endfor %}
    {%- for column in columns + spreads %},
    {{ exact_total(column, is_finest=set | length == names | length) }} AS {{ column.name | identifier }}
    {%- endfor %}
{%- if keys and set %}
FROM (
    SELECT DISTINCT
        {%- for name in set %}
        {{ name | identifier }}{{ "," if not loop.last }}
        {%- endfor %}
    FROM {{ keys }}
) AS keys
LEFT JOIN bounded
{{- same_values("keys", "bounded", set) }}
{%- else %}
FROM bounded
{%- endif %}
{%- if set %}
GROUP BY {% for name in set %}{{ "keys" if keys else "bounded" }}.{{ name | identifier }}{{ ", " if not loop.last }}{% endfor %}
{%- endif %}
{%- endfor %};
{%- endmacro %}
