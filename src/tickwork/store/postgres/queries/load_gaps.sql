INSERT INTO tickwork.gap (id, schedule, job, project, revision, first, last, count, state, reason, note, created)
SELECT id, schedule, job, project, revision, first, last, count, state, reason, note, created
FROM json_populate_recordset(NULL::tickwork.gap, %(records)b)
ON CONFLICT DO NOTHING
