INSERT INTO tickwork.log (run, attempt, seq, at, stream, data)
SELECT run, attempt, seq, at, stream, decode(data, 'base64')
FROM json_to_recordset(%(lines)b) AS chunk (run text, attempt bigint, seq bigint, at bigint, stream text, data text)
ON CONFLICT (run, attempt, seq) DO UPDATE SET at = excluded.at, stream = excluded.stream, data = excluded.data
