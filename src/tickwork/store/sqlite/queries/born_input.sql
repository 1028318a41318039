INSERT INTO input (run, params) VALUES (?1, ?2)
