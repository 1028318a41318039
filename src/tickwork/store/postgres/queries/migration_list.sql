SELECT number, stage, name FROM tickwork.migration ORDER BY number
