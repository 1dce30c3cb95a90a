{{ config(protection='personas', within=ref('people_public')) }}
SELECT
<< persona_columns | columns >>
FROM {{ ref('stg_people') }}
