{# Recursive (c, l)-diversity (Machanavajjhala et al. 2007) of a class: r1 < c * (rl + … + rm), people of its values
   from the most frequent on; NULL may be the first and is none of the others.
   In:      rule (l, c as numerator and denominator); in scope: class_values (sensitive_value, people), grouped by
            class.
   Out:     a condition for HAVING. #}
{% macro l_diversity_recursive(rule) -%}
{%- set known = "CASE WHEN class_values.sensitive_value IS NOT NULL THEN class_values.people END" -%}
max(class_values.people) * {{ rule.denominator }} < {{ rule.numerator }} * (
    sum({{ known }})
    - list_sum(max({{ known }}, {{ rule.l - 1 }}))
)
{%- endmacro %}
