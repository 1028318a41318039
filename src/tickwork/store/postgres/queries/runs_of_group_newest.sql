SELECT tickwork.value(run.*) FROM tickwork.run
WHERE "group" = %(group)b
  AND (%(after)b::text IS NULL OR id < %(after)b)
  AND (%(project)b::text IS NULL OR project = %(project)b)
  AND (%(states)b::text[] IS NULL OR state = ANY (%(states)b))
  AND (%(schedule)b::text IS NULL OR schedule = %(schedule)b)
  AND (%(since)b::bigint IS NULL OR created >= %(since)b)
  AND (%(until)b::bigint IS NULL OR created < %(until)b)
  AND (%(job)b::text IS NULL OR job = %(job)b)
  AND (%(wait)b::text IS NULL OR wait = %(wait)b)
  AND (%(origin)b::text IS NULL OR origin = %(origin)b)
ORDER BY id DESC
LIMIT %(limit)b
