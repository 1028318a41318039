"""Jobs inside a Flask application: `pip install flask gunicorn`, then `gunicorn --workers 4 embedded_flask:web`.

Each of the four processes imports this, after it was forked (so do not use `--preload`). One of them works, the others
stand by; all of them submit. In Django the same two lines stand in the `ready` of an `AppConfig`.
"""

import atexit

from app import primes
from flask import Flask

from tickwork import Tickwork

tickwork = Tickwork("sqlite:///web.db", jobs=[primes]).start()
atexit.register(tickwork.stop)
web = Flask(__name__)


@web.post("/primes/<int:below>")
def count_primes(below: int) -> dict[str, int]:
    """Waits for the result; the work is done in another process."""
    return primes.run(below=below)
