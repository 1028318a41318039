SELECT row_to_json(gap) FROM tickwork.gap
WHERE (%(job)b::text IS NULL OR job = %(job)b)
  AND (%(schedule)b::text IS NULL OR schedule = %(schedule)b)
  AND last >= coalesce(%(since)b::bigint, 0)
  AND (%(until)b::bigint IS NULL OR first < %(until)b)
  AND (%(projects)b::text[] IS NULL OR project = ANY (%(projects)b))
ORDER BY last DESC, id DESC
LIMIT %(limit)b
