INSERT INTO tickwork.transition (source, target, reason, held, terminal)
SELECT source, target, reason, held, terminal
FROM json_populate_recordset(NULL::tickwork.transition, %(rows)b)
ON CONFLICT (source, target, reason) DO UPDATE SET held = excluded.held, terminal = excluded.terminal
