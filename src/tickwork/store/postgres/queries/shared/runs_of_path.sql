-- What a path does not ask for is null, and gone before PostgreSQL plans; what is left of the first conditions is the
-- index. (Those of an ending are compared as a row, and sorted so, and their ids in it only: PostgreSQL would take a usual
-- ending for frequent everywhere, and walk over days and years without one; for the same reason what has not ended is
-- sorted by what no index has.)
SELECT run FROM tickwork.run
WHERE (%(over)b::boolean IS NOT TRUE OR finished IS NOT NULL)
  AND (%(over)b::boolean IS NOT FALSE OR finished IS NULL)
  AND (%(outcome)b::text IS NULL OR (project, state, id) > (%(outcome)b, %(state)b::text, %(low)b))
  AND (%(outcome)b::text IS NULL OR (project, state, id) < (%(outcome)b, %(state)b::text, %(high)b))
  AND (%(reason)b::text IS NULL OR reason IS NOT NULL)
  AND (
      %(reason)b::text IS NULL
      OR (project, state, reason, id) > (%(project)b::text, %(state)b::text, %(reason)b, %(low)b)
  )
  AND (
      %(reason)b::text IS NULL
      OR (project, state, reason, id) < (%(project)b::text, %(state)b::text, %(reason)b, %(high)b)
  )
  AND (%(amiss)b::text IS NULL OR reason IS NOT NULL)
  AND (%(amiss)b::text IS NULL OR (job, state, id) > (%(amiss)b, %(state)b::text, %(low)b))
  AND (%(amiss)b::text IS NULL OR (job, state, id) < (%(amiss)b, %(state)b::text, %(high)b))
  AND (%(job)b::text IS NULL OR job = %(job)b)
  AND (%(wait)b::text IS NULL OR wait = %(wait)b)
  AND (%(group)b::text IS NULL OR "group" = %(group)b)
  AND (%(state)b::text IS NOT NULL OR (id > %(low)b AND id < %(high)b))
  AND (%(projects)b::text[] IS NULL OR project = ANY (%(projects)b))
  AND (%(states)b::text[] IS NULL OR state = ANY (%(states)b))
  AND (%(origin)b::text IS NULL OR origin = %(origin)b)
  AND (%(schedule)b::text IS NULL OR schedule = %(schedule)b)
  AND (%(since)b::bigint IS NULL OR created >= %(since)b)
  AND (%(until)b::bigint IS NULL OR created < %(until)b)
