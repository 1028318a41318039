INSERT OR REPLACE INTO transition (source, target, reason, held, terminal) VALUES (?1, ?2, ?3, ?4, ?5)
