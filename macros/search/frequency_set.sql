{# How many people share each combination of quasi-identifiers as given: all that the search of levels reads.
   In:      model (name, path, line, sql), unit, columns (quasi-identifiers), one_row_per_unit.
   Out:     private.<model>__frequencies: the columns and people.
   Promise: that of `people_by_columns`. #}
{% macro frequency_set(model, unit, columns, one_row_per_unit) -%}
{{ people_by_columns(model.name ~ "__frequencies", model, unit, columns, one_row_per_unit) }}
{%- endmacro %}
