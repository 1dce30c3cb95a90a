-- One row an event, under the domain's names. What stays inside is not read at all.
SELECT
<< events.staged | columns >>
FROM {{ source('<< project.name >>', 'events') }}
