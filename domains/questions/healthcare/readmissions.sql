{{ config(
    title='Readmissions',
    question='Who comes back to hospital?',
    groups=['ethnicity', 'gender', 'age'],
    of='ends of a stay',
    counted='were followed by a readmission',
) }}
SELECT
    {{ group }},
    sum(CASE WHEN outcome = 'readmitted' THEN events ELSE 0 END) AS counted,
    sum(events) AS total
FROM {{ ref('persona_events') }}
WHERE outcome IN ('discharged', 'transferred', 'readmitted')
GROUP BY ALL
