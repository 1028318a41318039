INSERT INTO current (kind, id, revision, deleted, project, name, owner) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT DO UPDATE SET
    revision = excluded.revision,
    deleted = excluded.deleted,
    project = excluded.project,
    name = excluded.name,
    owner = excluded.owner
WHERE excluded.revision > revision
