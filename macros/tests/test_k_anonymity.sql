{# Equivalence classes of fewer than k people (Sweeney 2002).
   In:      model (a relation), columns (quasi-identifiers), k, people and how (see people_counted).
   Out:     a SELECT of the failing classes. #}
{% macro test_k_anonymity(model, columns, k, people, how) -%}
{{ test_class_size_at_least(model, columns, k, people, how) }}
{%- endmacro %}
