-- One row a person, under the domain's names. A private model: what it selects leaves through release models only.
SELECT
<< people.staged | columns >>
FROM {{ source('<< project.name >>', 'people') }}
