{# A measure computed of noisy columns alone: nothing more is spent.
   In:      measure (kind, is_sample), columns (its columns: name, bounds, middle).
   Out:     SQL of a BIGINT for what is counted, of a DOUBLE for the rest; NULL where too few rows have a value. #}
{% macro released_measure(measure, columns) -%}
{%- set first = "noisy." ~ (columns[0].name | identifier) -%}
{%- if measure.kind in ("count", "people") -%}
{{ within_bigint(first) }}
{%- elif measure.kind == "sum" -%}
CAST({{ first }} AS DOUBLE) * {{ columns[0].bounds.granularity | literal }}
{%- else -%}
{%- set low, high = columns[0].bounds.low | literal, columns[0].bounds.high | literal -%}
{%- set granularity = columns[0].bounds.granularity | literal -%}
{%- set centred = "noisy." ~ (columns[1].name | identifier) -%}
{%- if measure.kind == "avg" -%}
CASE WHEN {{ first }} >= 1 THEN least(greatest(({{ columns[1].middle }} + CAST({{ centred }} AS DOUBLE) / CAST({{ first }} AS DOUBLE)) * {{ granularity }}, {{ low }}), {{ high }}) END
{%- else -%}
{%- set squares = "noisy." ~ (columns[2].name | identifier) -%}
{%- set rest = "CAST(" ~ first ~ " - 1 AS DOUBLE)" if measure.is_sample else "CAST(" ~ first ~ " AS DOUBLE)" -%}
{%- set variance = "greatest(CAST(" ~ squares ~ " AS DOUBLE) - CAST(" ~ centred ~ " AS DOUBLE) * (CAST(" ~ centred ~ " AS DOUBLE) / CAST(" ~ first ~ " AS DOUBLE)), 0) / " ~ rest -%}
CASE WHEN {{ first }} >= {{ 2 if measure.is_sample else 1 }} THEN {{ "sqrt(" if measure.kind == "stddev" }}{{ variance }}{{ ")" if measure.kind == "stddev" }} * {{ granularity }}{{ " * " ~ granularity if measure.kind == "variance" }} END
{%- endif -%}
{%- endif -%}
{%- endmacro %}
