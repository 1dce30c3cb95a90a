{# The class of each combination of values as given, in a table that publishes classes alone.
   In:      model (k_anonymity_of_classes), columns (its columns).
   Out:     a SELECT of given_1 … and class_id; no row where a combination is in no class.
   Promise: one row a combination, whatever the table holds. #}
{% macro classes_of_combinations(model, columns) -%}
SELECT
    {%- for column in columns %}
    placed.given_{{ loop.index }},
    {%- endfor %}
    max(placed.class_id) AS class_id
FROM private.{{ (model ~ "__placed") | identifier }} AS placed
GROUP BY
    {%- for column in columns %}
    placed.given_{{ loop.index }}{{ "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}
