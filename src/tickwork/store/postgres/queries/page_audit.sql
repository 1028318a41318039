SELECT row_to_json(audit_value), seq FROM tickwork.audit_value WHERE seq > %(seq)b ORDER BY seq LIMIT %(limit)b
