-- Waits for claims that are being given to the session, and keeps new ones away.
SELECT id FROM tickwork.session WHERE id = %(session)b AND ended IS NULL FOR UPDATE
