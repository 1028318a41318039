INSERT INTO tickwork.log (run, attempt, seq, at, stream, data)
SELECT run, attempt, (chunk ->> 'seq')::bigint, (chunk ->> 'at')::bigint, chunk ->> 'stream',
       decode(chunk ->> 'data', 'base64')
FROM json_to_recordset(%(records)b) AS new (run text, attempt bigint, chunk json)
ON CONFLICT DO NOTHING
