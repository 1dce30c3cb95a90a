{# Entropy l-diversity (Machanavajjhala et al. 2007) of a class: exp(-sum p ln p) >= l, of everybody and of those
   who have a value; compared at nine decimals.
   In:      rule (bound); in scope: class_values (sensitive_value, people), grouped by class.
   Out:     a condition for HAVING. #}
{% macro l_diversity_entropy(rule) -%}
{%- set known = "CASE WHEN class_values.sensitive_value IS NOT NULL THEN class_values.people END" -%}
round(exp(
    ln(sum(class_values.people))
    - sum(class_values.people * ln(class_values.people)) / sum(class_values.people)
), 9) >= {{ rule.bound }}
AND round(exp(
    ln(sum({{ known }}))
    - sum({{ known }} * ln(class_values.people))
    / sum({{ known }})
), 9) >= {{ rule.bound }}
{%- endmacro %}
