-- A question of this project's own, answered in its report beside those of the domain.
{{ config(
    title='Bail denied',
    question='Whom does the court keep in custody until trial?',
    groups=['ethnicity', 'gender'],
    of='bail hearings',
    counted='ended with bail denied',
) }}
SELECT
    {{ group }},
    sum(CASE WHEN outcome = 'denied' THEN events ELSE 0 END) AS counted,
    sum(events) AS total
FROM {{ ref('persona_events') }}
WHERE event_type = 'bail_hearing'
GROUP BY ALL
