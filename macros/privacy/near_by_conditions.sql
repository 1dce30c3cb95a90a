{# The classes that satisfy conditions which compare them with everybody.
   In:      rules (as `class_condition` takes them); in scope: the CTEs of `class_shares`.
   Out:     the CTE `near`: class_number of the classes that satisfy them all. #}
{% macro near_by_conditions(rules) -%}
near AS (
    SELECT class_values.class_number
    FROM shares AS class_values
    GROUP BY class_values.class_number
    HAVING
        {%- for rule in rules %}
        {{ "AND " if not loop.first }}{{ class_condition(rule) | indent(8) }}
        {%- endfor %}
)
{%- endmacro %}
