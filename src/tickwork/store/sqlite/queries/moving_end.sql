DELETE FROM meta WHERE key = 'moving'
