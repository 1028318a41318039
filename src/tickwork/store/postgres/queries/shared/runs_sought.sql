-- What no index tells.
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
