SELECT gender
FROM release.personas
GROUP BY gender
HAVING coalesce(sum(people), 0) < 100
