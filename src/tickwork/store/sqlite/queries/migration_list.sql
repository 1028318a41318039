SELECT number, stage, name FROM migration ORDER BY number
