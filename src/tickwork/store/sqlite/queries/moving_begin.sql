INSERT INTO meta (key, value) VALUES ('moving', '1')
