INSERT INTO tickwork.pin (run, pins)
SELECT run, decode(pins, 'base64') FROM json_to_recordset(%(pinned)b) AS new (run text, pins text)
