{# A quantile of one group, drawn by the exponential mechanism when it is called (Smith 2011).
   In:      spread (name, share, bounds: lowest, highest), rate (numerator, denominator: ε / (2 · sensitivity)).
   Out:     SQL of a BIGINT from lowest to highest, whatever the group; of empty groups any of them, alike likely.
   Source:  McSherry & Talwar 2007, by an exact integer sampler. #}
{% macro drawn_quantile(spread, rate) -%}
{%- set name = spread.name | identifier -%}
pt_quantile(map_keys({{ name }}), map_values({{ name }}), {{ spread.share.numerator }}, {{ spread.share.denominator }}, {{ rate.numerator }}, {{ rate.denominator }}, {{ spread.bounds.lowest }}, {{ spread.bounds.highest }})
{%- endmacro %}
