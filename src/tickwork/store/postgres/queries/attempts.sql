SELECT row_to_json(attempt_value) FROM tickwork.attempt_value WHERE run = %(run)b ORDER BY (fence).n
