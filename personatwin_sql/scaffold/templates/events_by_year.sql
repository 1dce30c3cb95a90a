{{ config(protection='differential_privacy', epsilon=1, max_groups=3, max_rows_per_group=1, keys='private') }}
-- Counts with noise: one person counts with three events at most, in different years or of different kinds.
-- Groups are shown where enough people are in them; months (month(date) AS month) need many more people.
SELECT
    year(events.date) AS year,
    events.event_type,
    people.<< project.county | quoted >>,
    count(*) AS events
FROM {{ ref('stg_events') }} AS events
JOIN {{ ref('stg_people') }} AS people ON events.<< events.unit | quoted >> = people.<< people.unit | quoted >>
GROUP BY year(events.date), events.event_type, people.<< project.county | quoted >>
