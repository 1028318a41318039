-- Which documents have a member that few have and that is looked for (`Said`). As with tags it follows from their current
-- bodies, here and not in the code.
CREATE TABLE said (
    kind TEXT NOT NULL,
    member TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (kind, member, id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER document_said AFTER INSERT ON document
WHEN (
    instr(NEW.body, CAST('"keep":' AS BLOB)) > 0
    OR EXISTS (SELECT 1 FROM said WHERE kind = NEW.kind AND member = 'keep' AND id = NEW.id)
)
AND NEW.revision >= (SELECT coalesce(max(revision), 0) FROM current WHERE kind = NEW.kind AND id = NEW.id)
BEGIN
    DELETE FROM said WHERE kind = NEW.kind AND member = 'keep' AND id = NEW.id;
    INSERT INTO said (kind, member, id)
    SELECT NEW.kind, 'keep', NEW.id
    WHERE NEW.body IS NOT NULL AND json_type(CAST(NEW.body AS TEXT), '$.keep') IS NOT NULL;
END;

INSERT INTO said (kind, member, id)
SELECT kind, 'keep', id
FROM current JOIN document USING (kind, id, revision)
WHERE json_type(
    CASE WHEN instr(body, CAST('"keep":' AS BLOB)) > 0 THEN CAST(body AS TEXT) ELSE '{}' END, '$.keep'
) IS NOT NULL;
