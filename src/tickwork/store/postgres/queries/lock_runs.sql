SELECT FROM tickwork.run
WHERE id = ANY (%(runs)b::text[])
   OR (job = ANY (%(of_jobs)b::text[]) AND finished IS NULL)
   OR session = ANY (%(of_sessions)b::text[])
ORDER BY id
FOR UPDATE
