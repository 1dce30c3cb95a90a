{{ config(
    title='Outcomes for like conditions',
    question='Do patients of one group recover less often from what is alike?',
    groups=['ethnicity', 'gender', 'age'],
    among=['condition_type', 'treatment_type', 'event_type'],
    of='events with a known outcome',
    counted='ended in recovery or improvement',
) }}
SELECT
    {{ group }},
    {{ among }} AS among,
    sum(CASE WHEN outcome IN ('recovered', 'improved') THEN events ELSE 0 END) AS counted,
    sum(events) AS total
FROM {{ ref('persona_events') }}
WHERE outcome IN ('recovered', 'improved', 'stable', 'declined', 'deceased')
GROUP BY ALL
