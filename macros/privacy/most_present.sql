{# The upper bound of delta-presence (Nergiz et al. 2007) of a class: the share of those who are, or may be, in the
   subset.
   In:      rule (the bound as numerator and denominator); in scope: class_values (sensitive_value: whether they
            are in it, people), grouped by class.
   Out:     a condition for HAVING. #}
{% macro most_present(rule) -%}
sum(CASE WHEN NOT class_values.sensitive_value THEN 0 ELSE class_values.people END) * {{ rule.denominator }}
<= {{ rule.numerator }} * sum(class_values.people)
{%- endmacro %}
