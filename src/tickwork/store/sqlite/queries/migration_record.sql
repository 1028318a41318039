INSERT INTO migration (number, stage, name, applied) VALUES (?1, ?2, ?3, ?4)
