{# Basic beta-likeness (Cao & Karras 2012) of a class: (p - q) / q <= beta for each value.
   In:      rule (bound); in scope: class_values (people, class_people, value_people, everybody), grouped by class.
   Out:     a condition for HAVING. #}
{% macro beta_likeness(rule) -%}
max(
    (class_values.people * class_values.everybody - class_values.value_people * class_values.class_people)
    / (class_values.value_people * class_values.class_people)
) <= {{ rule.bound }}
{%- endmacro %}
