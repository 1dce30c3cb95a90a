{# The join that brings what each combination of values is published as, where classes differ in levels.
   In:      relation (alias), columns (quasi-identifiers; recoding, the model whose table says it, or none).
   Out:     an INNER JOIN of private.<model>__recoding, which has one row for each combination of values that
            somebody has; nothing where each column has one level. #}
{% macro recoding_join(relation, columns) -%}
{%- set recoded = columns | selectattr("recoding") | list -%}
{%- if recoded %}
INNER JOIN private.{{ (recoded[0].recoding ~ "__recoding") | identifier }} AS recoding
{{- given_values(relation, "recoding", recoded, []) }}
{%- endif -%}
{%- endmacro %}
