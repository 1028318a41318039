-- Which documents have which tag. It follows from their current bodies, here and not in the code: an older version that
-- writes beside this one knows no tags.
CREATE TABLE tagged (
    kind TEXT NOT NULL,
    tag TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (kind, tag, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX tagged_document ON tagged (kind, id);

-- A save writes the document before its head, a copy behind it; of older revisions a copy changes nothing here. Few
-- bodies have tags: the others are not read as JSON.
CREATE TRIGGER document_tagged AFTER INSERT ON document
WHEN NEW.revision >= (SELECT coalesce(max(revision), 0) FROM current WHERE kind = NEW.kind AND id = NEW.id)
BEGIN
    DELETE FROM tagged WHERE kind = NEW.kind AND id = NEW.id;
    INSERT OR IGNORE INTO tagged (kind, tag, id)
    SELECT NEW.kind, value, NEW.id
    FROM json_each(
        CASE WHEN instr(NEW.body, CAST('"tags":' AS BLOB)) > 0 THEN CAST(NEW.body AS TEXT) ELSE '{}' END, '$.tags'
    )
    WHERE type = 'text' AND typeof(key) = 'integer';  -- the texts of a list
END;
