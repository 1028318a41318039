-- The runs that one path leads to. What it does not ask for is null, and gone before PostgreSQL plans; what is left of
-- the first conditions is the index. (Those of an ending are compared as a row, and sorted so, and their ids in it only:
-- PostgreSQL would take a usual ending for frequent everywhere, and walk over days and years without one; for the same
-- reason what has not ended is sorted by what no index has.) What no index tells is looked for in the first `look` rows.
SELECT tickwork.value(run) FROM (
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
    ORDER BY
        CASE WHEN %(over)b::boolean IS FALSE THEN id || '' END,
        CASE WHEN %(amiss)b::text IS NOT NULL THEN job END,
        CASE WHEN %(project)b::text IS NOT NULL THEN project END,
        CASE WHEN %(state)b::text IS NOT NULL THEN state END,
        CASE WHEN %(reason)b::text IS NOT NULL THEN reason END,
        id
    LIMIT %(look)b
) AS found
WHERE (%(reasons)b::text[] IS NULL OR (run).reason = ANY (%(reasons)b))
  AND (%(lane)b::text IS NULL OR split_part((run).pool, '?', 1) = %(lane)b)
  AND (%(worker)b::text IS NULL OR (run).worker = %(worker)b)
  AND (
      %(text)b::text IS NULL
      OR strpos(lower((run).job), %(text)b) > 0
      OR strpos(lower((run).note COLLATE "C"), %(text)b) > 0
  )
  AND (%(sought_origin)b::text IS NULL OR (run).origin = %(sought_origin)b)
  AND (%(sought_schedule)b::text IS NULL OR (run).schedule = %(sought_schedule)b)
ORDER BY (run).id
LIMIT %(limit)b
