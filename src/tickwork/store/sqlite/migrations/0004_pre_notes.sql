-- Small values that end by themselves; `expires` NULL: they do not.
CREATE TABLE note (
    space TEXT NOT NULL,
    key TEXT NOT NULL,
    body BLOB NOT NULL,
    expires INTEGER,
    PRIMARY KEY (space, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX note_expires ON note (expires) WHERE expires IS NOT NULL;
