INSERT INTO tickwork.pruned (job, through)
SELECT job, through FROM json_populate_recordset(NULL::tickwork.pruned, %(records)b)
ON CONFLICT DO NOTHING
