{# t-closeness with all values equally far apart (Li et al. 2007) of a class: what its values have too much is at
   most a share t of its people, the reference being everybody.
   In:      rule (t as numerator and denominator); in scope: class_values (people, class_people, value_people,
            everybody), grouped by class.
   Out:     a condition for HAVING. #}
{% macro t_closeness_equal(rule) -%}
sum(greatest(
    class_values.people * class_values.everybody
    - class_values.value_people * class_values.class_people,
    0
)) * {{ rule.denominator }}
<= {{ rule.numerator }} * sum(class_values.people) * max(class_values.everybody)
{%- endmacro %}
