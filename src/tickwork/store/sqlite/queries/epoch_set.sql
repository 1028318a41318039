INSERT INTO meta (key, value) VALUES ('epoch', ?1) ON CONFLICT DO NOTHING
