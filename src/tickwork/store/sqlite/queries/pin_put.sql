INSERT INTO pin (run, pins) VALUES (?1, ?2) ON CONFLICT (run) DO UPDATE SET pins = excluded.pins
