DELETE FROM progress WHERE run = ?1
