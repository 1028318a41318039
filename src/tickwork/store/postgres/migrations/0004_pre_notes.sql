-- Small values that end by themselves; `expires` NULL: they do not.
CREATE TABLE tickwork.note (
    space text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    body bytea NOT NULL,
    expires bigint,
    PRIMARY KEY (space, key)
);
CREATE INDEX note_expires ON tickwork.note (expires) WHERE expires IS NOT NULL;
