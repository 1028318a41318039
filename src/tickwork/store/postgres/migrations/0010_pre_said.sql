-- Which documents have a member that few have and that is looked for (`Said`). As with tags it follows from their current
-- bodies, here and not in the code.
CREATE TABLE tickwork.said (
    kind text COLLATE "C" NOT NULL,
    member text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    PRIMARY KEY (kind, member, id)
);

CREATE FUNCTION tickwork.note_said() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM tickwork.said USING written JOIN tickwork.current USING (kind, id, revision)
    WHERE said.kind = written.kind AND said.member = 'keep' AND said.id = written.id;
    INSERT INTO tickwork.said (kind, member, id)
    SELECT written.kind, 'keep', written.id
    FROM written JOIN tickwork.current USING (kind, id, revision)
    WHERE CASE WHEN position('"keep":'::bytea IN written.body) > 0
          THEN convert_from(written.body, 'UTF8')::json -> 'keep' END IS NOT NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER document_said AFTER INSERT ON tickwork.document
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION tickwork.note_said();

INSERT INTO tickwork.said (kind, member, id)
SELECT kind, 'keep', id
FROM tickwork.current JOIN tickwork.document USING (kind, id, revision)
WHERE CASE WHEN position('"keep":'::bytea IN body) > 0 THEN convert_from(body, 'UTF8')::json -> 'keep' END IS NOT NULL;
