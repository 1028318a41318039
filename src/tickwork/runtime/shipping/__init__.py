"""Logs of runs, shipped elsewhere as structured lines. What waits stands in the store, not on the way of any run."""
