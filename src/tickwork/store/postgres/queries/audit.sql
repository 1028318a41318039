SELECT row_to_json(audit_value) FROM tickwork.audit_value
WHERE (%(before)b::bigint IS NULL OR seq < %(before)b)
  AND (%(kind)b::text IS NULL OR kind = %(kind)b)
  AND (%(id)b::text IS NULL OR id = %(id)b)
  AND (%(by)b::text IS NULL OR by ->> 'name' = %(by)b OR starts_with(by ->> 'name', %(by)b || '@')
       OR starts_with(by ->> 'name', %(by)b || ' '))
  AND (%(verb)b::text IS NULL OR verb = %(verb)b)
  AND (%(since)b::bigint IS NULL OR at >= %(since)b)
  AND (%(until)b::bigint IS NULL OR at < %(until)b)
ORDER BY seq DESC
LIMIT %(limit)b
