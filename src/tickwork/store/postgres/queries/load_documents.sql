WITH new AS MATERIALIZED (
    SELECT kind, id, revision, decode(body, 'base64') AS body, project, name, owner, changed,
           by ->> 'kind' AS actor_kind, by ->> 'name' AS actor_name
    FROM json_to_recordset(%(records)b) AS new (
        kind text, id text, revision bigint, body text, project text, name text, owner text, changed bigint, by json
    )
),
heads AS (
    INSERT INTO tickwork.current (kind, id, revision, deleted, project, name, owner)
    SELECT DISTINCT ON (kind, id) kind, id, revision, body IS NULL, project, name, owner
    FROM new
    ORDER BY kind, id, revision DESC
    ON CONFLICT (kind, id) DO UPDATE SET
        revision = excluded.revision,
        deleted = excluded.deleted,
        project = excluded.project,
        name = excluded.name,
        owner = excluded.owner
    WHERE current.revision < excluded.revision
)
INSERT INTO tickwork.document (kind, id, revision, body, project, name, owner, changed, actor_kind, actor_name)
SELECT kind, id, revision, body, project, name, owner, changed, actor_kind, actor_name FROM new
ON CONFLICT DO NOTHING
