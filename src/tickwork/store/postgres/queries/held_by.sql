SELECT tickwork.value(run) FROM tickwork.run WHERE session = %(session)b ORDER BY id
