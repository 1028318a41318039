INSERT INTO tickwork.meta (key, value) VALUES ('epoch', %(epoch)b) ON CONFLICT DO NOTHING
