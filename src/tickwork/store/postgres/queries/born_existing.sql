SELECT asked.id, found.id, found.state, found.reason
FROM json_populate_recordset(NULL::tickwork.run_value, %(runs)b) AS asked
CROSS JOIN LATERAL (
    SELECT id, state, reason FROM tickwork.run WHERE run.id = asked.id
    UNION ALL
    SELECT id, state, reason FROM tickwork.run WHERE run.schedule = asked.schedule AND run.nominal = asked.nominal
    LIMIT 1
) AS found
