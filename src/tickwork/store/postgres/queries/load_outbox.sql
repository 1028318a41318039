INSERT INTO tickwork.outbox (seq, run, job, state, at)
SELECT seq, run, job, state, at FROM json_populate_recordset(NULL::tickwork.outbox, %(records)b)
ON CONFLICT DO NOTHING
