{{ config(protection='k_anonymity') }}
SELECT
<< people_columns | columns >>
FROM {{ ref('stg_people') }}
