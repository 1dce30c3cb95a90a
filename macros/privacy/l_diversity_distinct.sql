{# Distinct l-diversity (Machanavajjhala et al. 2007) of a class: at least l values; NULL is none.
   In:      rule (l); in scope: class_values (sensitive_value, people), grouped by class.
   Out:     a condition for HAVING. #}
{% macro l_diversity_distinct(rule) -%}
count(class_values.sensitive_value) >= {{ rule.l }}
{%- endmacro %}
