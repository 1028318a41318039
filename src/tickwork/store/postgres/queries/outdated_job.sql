-- The ended runs of a job, by id, and whether they may go.
SELECT id, job,
       state = %(state)b
       AND finished < %(before)b
       -- shared: outdated
FROM tickwork.run
WHERE finished IS NOT NULL AND job = %(job)b AND id > %(low)b AND id < %(high)b
ORDER BY id
LIMIT %(look)b
