INSERT INTO audit (seq, at, actor_kind, actor_name, verb, kind, id, revision, note)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
ON CONFLICT DO NOTHING
