{{ config(protection='k_anonymity'<% if people.ages is not none %>, columns={'age': {'hierarchy': '<< people.ages.spec.hierarchy_name >>'}}<% endif %>) }}
SELECT
<< people_columns | columns >>
FROM {{ ref('stg_people') }}
