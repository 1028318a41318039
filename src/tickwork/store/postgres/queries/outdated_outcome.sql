-- What ended so in a project, by id, and whether it may go.
SELECT id, job,
       finished < %(before)b
       AND job <> ALL (%(spare)b::text[])
       -- shared: outdated
FROM tickwork.run
WHERE finished IS NOT NULL
  AND (project, state, id) > (%(project)b, %(state)b, %(low)b)
  AND (project, state, id) < (%(project)b, %(state)b, %(high)b)
ORDER BY project, state, id
LIMIT %(look)b
