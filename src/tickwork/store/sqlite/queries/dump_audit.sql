SELECT seq, at, actor_kind, actor_name, verb, kind, id, revision, note, seq
FROM audit WHERE seq > ?1 ORDER BY seq LIMIT ?2
