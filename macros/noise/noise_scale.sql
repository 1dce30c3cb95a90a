{# The scale of the noise of what is counted or added up: b of Laplace, σ of Gaussian noise.
   In:      column (scales: for each set).
   Out:     SQL of a DOUBLE, in the measure's own units; it depends on nobody. #}
{% macro noise_scale(column) -%}
CAST({{ by_set(column.scales) }} AS DOUBLE)
{%- endmacro %}
