SELECT row_to_json(session) FROM tickwork.session
WHERE ended IS NULL OR ended >= %(ended_since)b::bigint
ORDER BY opened, id
