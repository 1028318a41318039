-- Which documents have which tag. It follows from their current bodies, here and not in the code: an older version that
-- writes beside this one knows no tags.
CREATE TABLE tickwork.tagged (
    kind text COLLATE "C" NOT NULL,
    tag text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    PRIMARY KEY (kind, tag, id)
);
CREATE INDEX tagged_document ON tickwork.tagged (kind, id);

-- At the end of a statement its documents and their heads are both there; older revisions, which only a copy writes,
-- change nothing here. Few bodies have tags: the others are not read as JSON.
CREATE FUNCTION tickwork.tag_documents() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM tickwork.tagged USING written JOIN tickwork.current USING (kind, id, revision)
    WHERE tagged.kind = written.kind AND tagged.id = written.id;
    INSERT INTO tickwork.tagged (kind, tag, id)
    SELECT DISTINCT written.kind, tag #>> '{}', written.id
    FROM written JOIN tickwork.current USING (kind, id, revision)
    CROSS JOIN LATERAL (
        SELECT convert_from(written.body, 'UTF8')::json -> 'tags' AS tags
        WHERE position('"tags":'::bytea IN written.body) > 0
    ) AS said
    CROSS JOIN LATERAL json_array_elements(CASE json_typeof(tags) WHEN 'array' THEN tags END) AS one (tag)
    WHERE json_typeof(tag) = 'string';
    RETURN NULL;
END $$;
CREATE TRIGGER document_tagged AFTER INSERT ON tickwork.document
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION tickwork.tag_documents();
