"""What the operator's log says of a request that failed through a fault of ours."""

import logging

from starlette.requests import Request

CHECKIN = "/checkin/"
"""Where the paths of check-in URLs begin."""
log = logging.getLogger("tickwork.server")


def fault(request: Request, error: Exception) -> None:
    """With its traceback, under the request's id."""
    identity = request.scope.get("tickwork.request_id", "-")
    words = (identity, request.method, _shown(request.url.path))
    log.error("request %s, %s %s failed", *words, exc_info=error, extra={"request": identity})


def _shown(path: str) -> str:
    """Without the secret that a check-in URL is."""
    return f"{CHECKIN}…" if path.startswith(CHECKIN) else path
