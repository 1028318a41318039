"""Below the seam `worker/processes.py`: launcher, supervisors, warm children. Knows no store and no event loop but the
agent's end of a socket (`launching`, `handles`)."""
