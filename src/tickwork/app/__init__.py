"""The library half: what a module of jobs imports. Knows no store, no event loop and no process."""
