-- The two halves of a job's history, each in the order of its own index.
SELECT tickwork.value(run) FROM (
(
    SELECT run FROM tickwork.run
    WHERE job = %(job)b AND finished IS NOT NULL
      AND (%(after)b::text IS NULL OR id < %(after)b)
      AND (%(project)b::text IS NULL OR project = %(project)b)
      AND (%(states)b::text[] IS NULL OR state = ANY (%(states)b))
      AND (%(schedule)b::text IS NULL OR schedule = %(schedule)b)
      AND (%(since)b::bigint IS NULL OR created >= %(since)b)
      AND (%(until)b::bigint IS NULL OR created < %(until)b)
      AND (%(wait)b::text IS NULL OR wait = %(wait)b)
      AND (%(group)b::text IS NULL OR "group" = %(group)b)
      AND (%(origin)b::text IS NULL OR origin = %(origin)b)
    ORDER BY id DESC
    LIMIT %(limit)b
)
UNION ALL
(
    SELECT run FROM tickwork.run
    WHERE job = %(job)b AND finished IS NULL
      AND (%(after)b::text IS NULL OR id < %(after)b)
      AND (%(project)b::text IS NULL OR project = %(project)b)
      AND (%(states)b::text[] IS NULL OR state = ANY (%(states)b))
      AND (%(schedule)b::text IS NULL OR schedule = %(schedule)b)
      AND (%(since)b::bigint IS NULL OR created >= %(since)b)
      AND (%(until)b::bigint IS NULL OR created < %(until)b)
      AND (%(wait)b::text IS NULL OR wait = %(wait)b)
      AND (%(group)b::text IS NULL OR "group" = %(group)b)
      AND (%(origin)b::text IS NULL OR origin = %(origin)b)
    ORDER BY id DESC
    LIMIT %(limit)b
)
) AS half
ORDER BY (run).id DESC
LIMIT %(limit)b
