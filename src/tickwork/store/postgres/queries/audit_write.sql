INSERT INTO tickwork.audit (at, actor_kind, actor_name, verb, kind, id, revision, note)
SELECT %(at)b, %(actor_kind)b, %(actor_name)b, %(verb)b, 'run', run, revision, note
FROM json_to_recordset(%(runs)b) AS touched (run text, revision bigint, note text)
