INSERT INTO tickwork.audit (at, actor_kind, actor_name, verb, kind, id, note)
SELECT %(at)b, %(actor_kind)b, %(actor_name)b, verb, kind, id, note
FROM json_to_recordset(%(entries)b) AS audited (verb text, kind text, id text, note text)
