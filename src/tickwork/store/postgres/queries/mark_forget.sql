DELETE FROM tickwork.mark WHERE at < %(before)b
