{# The lower bound of delta-presence (Nergiz et al. 2007) of a class: the share of those who surely are in the
   subset.
   In:      rule (the bound as numerator and denominator); in scope: class_values (sensitive_value: whether they
            are in it, people), grouped by class.
   Out:     a condition for HAVING. #}
{% macro least_present(rule) -%}
sum(CASE WHEN class_values.sensitive_value THEN class_values.people ELSE 0 END) * {{ rule.denominator }}
>= {{ rule.numerator }} * sum(class_values.people)
{%- endmacro %}
