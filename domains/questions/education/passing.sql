{{ config(
    title='Passing in like subjects',
    question='Do students of one group pass less often?',
    groups=['ethnicity', 'gender'],
    among=['subject_area', 'grade_level', 'event_type'],
    of='decided assessments',
    counted='were passed',
) }}
SELECT
    {{ group }},
    {{ among }} AS among,
    sum(CASE WHEN outcome = 'passed' THEN events ELSE 0 END) AS counted,
    sum(events) AS total
FROM {{ ref('persona_events') }}
WHERE outcome IN ('passed', 'failed')
GROUP BY ALL
