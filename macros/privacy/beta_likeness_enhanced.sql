{# Enhanced beta-likeness (Cao & Karras 2012) of a class: (p - q) / q <= min(beta, -ln q) for each value; the
   logarithm is compared at nine decimals.
   In:      rule (bound); in scope: class_values (people, class_people, value_people, everybody), grouped by class.
   Out:     a condition for HAVING. #}
{% macro beta_likeness_enhanced(rule) -%}
{%- set expected = "(class_values.value_people * class_values.class_people)" -%}
{%- set gain = "(class_values.people * class_values.everybody - class_values.value_people * class_values.class_people)\n            / " ~ expected -%}
{{ beta_likeness(rule) }}
AND max(CASE
    WHEN class_values.people * class_values.everybody > class_values.value_people * class_values.class_people
        THEN round({{ gain }} + ln(class_values.value_people / class_values.everybody), 9)
    ELSE -1
END) < 0
{%- endmacro %}
