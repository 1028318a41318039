DELETE FROM transition WHERE source = ?1 AND target = ?2 AND reason = ?3
