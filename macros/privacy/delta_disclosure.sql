{# delta-disclosure privacy (Brickell & Shmatikov 2008) of a class: |log2(p / q)| < delta for each value that it has;
   compared at nine decimals.
   In:      rule (bound); in scope: class_values (people, class_people, value_people, everybody), grouped by class.
   Out:     a condition for HAVING. #}
{% macro delta_disclosure(rule) -%}
max(round(abs(log2(
    class_values.people * class_values.everybody
    / (class_values.value_people * class_values.class_people)
)), 9)) < {{ rule.bound }}
{%- endmacro %}
