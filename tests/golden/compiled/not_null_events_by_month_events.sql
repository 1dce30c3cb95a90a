SELECT events
FROM release.events_by_month
WHERE events IS NULL
