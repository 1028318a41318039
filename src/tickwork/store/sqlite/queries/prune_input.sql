DELETE FROM input WHERE run = ?1
