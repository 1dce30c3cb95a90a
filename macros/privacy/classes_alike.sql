{# The classes of at least k people that satisfy models which compare them with everybody.
   In:      values (the relation that `class_values` makes), names (columns that make a class), k, near (CTEs that
            read those of `class_shares`, the last of them `near`: class_number of the classes that satisfy them).
   Out:     a SELECT of the columns of those classes. #}
{% macro classes_alike(values, names, k, near) -%}
WITH {{ class_shares(values, names, k) }},

{{ near }}

SELECT
    {%- for each in names %}
    sized_classes.{{ each | identifier }}{{ "," if not loop.last }}
    {%- endfor %}
FROM sized_classes
SEMI JOIN near
    ON sized_classes.class_number = near.class_number
{%- endmacro %}
