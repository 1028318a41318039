INSERT INTO tickwork.audit (seq, at, actor_kind, actor_name, verb, kind, id, revision, note)
SELECT seq, at, by ->> 'kind', by ->> 'name', verb, kind, id, revision, note
FROM json_to_recordset(%(records)b) AS new (
    seq bigint, at bigint, by json, verb text, kind text, id text, revision bigint, note text
)
ON CONFLICT DO NOTHING
