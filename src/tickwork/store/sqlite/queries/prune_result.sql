DELETE FROM result WHERE run = ?1
