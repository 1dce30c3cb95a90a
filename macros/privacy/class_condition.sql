{# The condition of a privacy model on a class.
   In:      rule (macro, and what that takes); in scope: class_values, grouped by class.
   Out:     a condition for HAVING. #}
{% macro class_condition(rule) -%}
{%- if rule.macro == "l_diversity_distinct" -%}
{{ l_diversity_distinct(rule) }}
{%- elif rule.macro == "l_diversity_entropy" -%}
{{ l_diversity_entropy(rule) }}
{%- elif rule.macro == "l_diversity_recursive" -%}
{{ l_diversity_recursive(rule) }}
{%- elif rule.macro == "alpha_k" -%}
{{ alpha_k(rule) }}
{%- elif rule.macro == "most_present" -%}
{{ most_present(rule) }}
{%- elif rule.macro == "least_present" -%}
{{ least_present(rule) }}
{%- elif rule.macro == "t_closeness_equal" -%}
{{ t_closeness_equal(rule) }}
{%- elif rule.macro == "delta_disclosure" -%}
{{ delta_disclosure(rule) }}
{%- elif rule.macro == "beta_likeness" -%}
{{ beta_likeness(rule) }}
{%- else -%}
{{ beta_likeness_enhanced(rule) }}
{%- endif -%}
{%- endmacro %}
