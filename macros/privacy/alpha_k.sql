{# (alpha, k)-anonymity (Wong et al. 2006) of a class: no value, NULL among them, of more than a share of its people.
   In:      rule (alpha as numerator and denominator); in scope: class_values (people), grouped by class.
   Out:     a condition for HAVING. #}
{% macro alpha_k(rule) -%}
max(class_values.people) * {{ rule.denominator }} <= {{ rule.numerator }} * sum(class_values.people)
{%- endmacro %}
