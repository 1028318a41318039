SELECT row_to_json(audit_value) FROM tickwork.audit_value
WHERE (%(before)b::bigint IS NULL OR seq < %(before)b)
  AND (%(kind)b::text IS NULL OR kind = %(kind)b)
  AND (%(id)b::text IS NULL OR id = %(id)b)
ORDER BY seq DESC
LIMIT %(limit)b
