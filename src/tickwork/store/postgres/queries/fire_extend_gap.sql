UPDATE tickwork.gap SET last = more.last, count = gap.count + more.count
FROM json_populate_recordset(NULL::tickwork.gap, %(gaps)b) AS more
WHERE gap.id = more.id
