INSERT INTO tickwork.input (run, params)
SELECT run, decode(params, 'base64') FROM json_to_recordset(%(inputs)b) AS new (run text, params text)
