SELECT row_to_json(gap), id FROM tickwork.gap WHERE id > %(id)b ORDER BY id LIMIT %(limit)b
