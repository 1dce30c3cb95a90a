{# Whether a group of the data is shown, drawn when it is called: the more people it has, the likelier.
   In:      chooser (name: the exact count of its people), selection (epsilon, delta: of this choice, in one group;
            each with numerator and denominator).
   Out:     SQL of a BOOLEAN: false for nobody, true for one person with a chance of δ.
   Source:  Desfontaines, Voss, Gipson & Mandayam 2022, by an exact integer sampler. #}
{% macro is_shown(chooser, selection) -%}
{{ chooser.name | identifier }} >= pt_least_people({{ selection.epsilon.numerator }}, {{ selection.epsilon.denominator }}, {{ selection.delta.numerator }}, {{ selection.delta.denominator }})
{%- endmacro %}
