{{ config(protection='personas', within=ref('people_public')<% if people.ages is not none %>, columns={'age': {'hierarchy': '<< people.ages.spec.hierarchy_name >>'}}<% endif %>) }}
SELECT
<< persona_columns | columns >>
FROM {{ ref('stg_people') }}
