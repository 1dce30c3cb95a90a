{# Noise for one cell, drawn when it is called: each call is another number.
   In:      mechanism (laplace or gaussian), scale (numerator, denominator: b of Laplace, σ of Gaussian noise).
   Out:     SQL of a BIGINT.
   Source:  Canonne, Kamath & Steinke 2020, by exact integer samplers. #}
{% macro noise(mechanism, scale) -%}
pt_discrete_{{ mechanism }}({{ scale.numerator }}, {{ scale.denominator }})
{%- endmacro %}
