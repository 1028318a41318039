SELECT row_to_json(session), id FROM tickwork.session WHERE id > %(id)b ORDER BY id LIMIT %(limit)b
