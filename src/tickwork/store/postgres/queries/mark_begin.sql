INSERT INTO tickwork.mark (lane, n, at) VALUES (%(lane)b, 0, %(at)b) ON CONFLICT DO NOTHING
