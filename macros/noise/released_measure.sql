{# A measure computed of noisy columns alone: nothing more is spent.
   In:      column (measure: kind, is_sample; of: its columns: name, bounds, middle; is_whole, is_at_least_zero,
            is_agreed).
   Out:     SQL of a BIGINT for what is counted, and for sums and quantiles of whole units; of a DOUBLE for the rest.
            Averages are NULL where the noisy number of values is below 1, variances of samples where it is below 2. #}
{% macro released_measure(column) -%}
{%- set measure, columns = column.measure, column.of -%}
{%- set first = "noisy." ~ (columns[0].name | identifier) -%}
{%- if column.is_agreed -%}
{{ counted_units(column, "noisy." ~ ((columns[0].name ~ "__agreed") | identifier)) }}
{%- elif measure.kind in ("count", "people", "sum", "quantile") -%}
{{ counted_units(column, first) }}
{%- else -%}
{%- set bounds = columns[0].bounds -%}
{%- set centred = "noisy." ~ (columns[1].name | identifier) -%}
{%- if measure.kind == "avg" -%}
CASE WHEN {{ first }} >= 1 THEN least(greatest({{ of_units("(" ~ columns[1].middle ~ " + CAST(" ~ centred ~ " AS DOUBLE) / CAST(" ~ first ~ " AS DOUBLE))", bounds.granularity) }}, {{ bounds.low | literal }}), {{ bounds.high | literal }}) END
{%- else -%}
{%- set squares = "noisy." ~ (columns[2].name | identifier) -%}
{%- set rest = "CAST(" ~ first ~ " - 1 AS DOUBLE)" if measure.is_sample else "CAST(" ~ first ~ " AS DOUBLE)" -%}
{%- set variance = "greatest(CAST(" ~ squares ~ " AS DOUBLE) - CAST(" ~ centred ~ " AS DOUBLE) * (CAST(" ~ centred ~ " AS DOUBLE) / CAST(" ~ first ~ " AS DOUBLE)), 0) / " ~ rest -%}
CASE WHEN {{ first }} >= {{ 2 if measure.is_sample else 1 }} THEN {{ of_units("sqrt(" ~ variance ~ ")", bounds.granularity) if measure.kind == "stddev" else of_units(variance, bounds.granularity, 2) }} END
{%- endif -%}
{%- endif -%}
{%- endmacro %}
