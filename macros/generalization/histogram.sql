{# A number as its bin: a key whose values are all written out, so that a differentially private model that says
   keys={'bin': 'written'} has a row for each, empty ones too.
   In:      value (SQL of a number), edges (rising; a bin has its lower edge, and not its upper one), below, above
            (whether what lies outside is a bin), missing (whether NULL and what is no number is one).
   Out:     a VARCHAR: edges 0, 10, 50 give `<0`, `0 to under 10`, `10 to under 50`, `50+` and `missing`; NULL for
            what is in no bin.
   Promise: each value is in one bin at most; no value makes it fail. #}
{% macro histogram(value, edges, below=true, above=true, missing=false) -%}
{%- if edges is string or edges is mapping or edges is not sequence or edges | length < 1 -%}
{{ exceptions.raise_compiler_error("histogram() takes a list of edges: [0, 10, 20, 50]") }}
{%- endif -%}
{%- for edge in edges -%}
{%- if edge is not number or edge is boolean or (not loop.first and not edge > loop.previtem) -%}
{{ exceptions.raise_compiler_error("the edges of a histogram are numbers, each larger than the one before") }}
{%- endif -%}
{%- endfor -%}
{%- if edges | length < 2 and not (below and above) -%}
{{ exceptions.raise_compiler_error("a histogram has two edges, or what lies below and above as bins") }}
{%- endif -%}
CASE
    WHEN {{ value }} IS NULL OR isnan(CAST({{ value }} AS DOUBLE)) THEN {{ "'missing'" if missing else "NULL" }}
    WHEN {{ value }} < {{ edges[0] | literal }} THEN {{ ("<" ~ edges[0]) | literal if below else "NULL" }}
    {%- for edge in edges[1:] %}
    WHEN {{ value }} < {{ edge | literal }} THEN {{ (edges[loop.index0] ~ " to under " ~ edge) | literal }}
    {%- endfor %}
    {%- if above %}
    ELSE {{ (edges[-1] ~ "+") | literal }}
    {%- endif %}
END
{%- endmacro %}
