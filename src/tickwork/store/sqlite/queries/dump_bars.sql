SELECT run, attempt, path, current, total, status, began, at, place FROM progress WHERE place > ?1 ORDER BY place LIMIT ?2
