SELECT asked.id, found.id, found.state, found.reason
FROM json_to_recordset(%(keys)b) AS asked (id text, schedule text, nominal text)
CROSS JOIN LATERAL (
    SELECT id, state, reason FROM tickwork.run WHERE run.id = asked.id
    UNION ALL
    SELECT id, state, reason FROM tickwork.run WHERE run.schedule = asked.schedule AND run.nominal = asked.nominal
    LIMIT 1
) AS found
