SELECT person_id
FROM private.stg_people
WHERE person_id IS NOT NULL
GROUP BY person_id
HAVING count(*) > 1
