INSERT INTO tickwork.progress (run, attempt, path, current, total, status, began, at)
SELECT run, attempt, "row" -> 'bar' ->> 'group', ("row" -> 'bar' ->> 'current')::double precision,
       ("row" -> 'bar' ->> 'total')::double precision, "row" -> 'bar' ->> 'status', ("row" ->> 'began')::bigint,
       ("row" ->> 'at')::bigint
FROM json_to_recordset(%(records)b) AS new (run text, attempt bigint, "row" json)
ON CONFLICT DO NOTHING
