"""The built pages under /ui/: files with a hash in their name for ever, the page itself always anew."""

from http import HTTPStatus
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER: Final = Path(__file__).parent / "static" / "ui"
"""Where `run.py` and the wheel's build put them."""
_FOR_EVER = "public, max-age=31536000, immutable"
_ANEW = "no-cache"
_WORTH_IT = 1400
"""Bytes: less fits one packet anyway."""
_NOT_BUILT = """\
The pages of this server have not been built.
`python3 run.py up` builds them, or says why it cannot. REST is below /api/v1, its description at /api/v1/openapi.json.
"""


class Pages(StaticFiles):
    """Files that are there; for every other path the one page, which finds its way by itself."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != HTTPStatus.NOT_FOUND or path.startswith("assets/"):
                raise
            response = await super().get_response("index.html", scope)
        response.headers["cache-control"] = _FOR_EVER if path.startswith("assets/") else _ANEW
        return response


def built() -> bool:
    """Whether there are pages: a checkout may lack them, a wheel never does."""
    return FOLDER.is_dir()


def install(app: FastAPI) -> None:
    """Serve the pages; where they have not been built, say so in their place."""
    routes = app.router.routes
    if built():
        routes.append(Mount("/ui", GZipMiddleware(Pages(directory=FOLDER, html=True), minimum_size=_WORTH_IT)))
        routes.append(Route("/", _to_pages, methods=["GET"]))
    else:
        routes += [Route(path, _not_built, methods=["GET"]) for path in ("/", "/ui", "/ui/{path:path}")]


async def _to_pages(_request: Request) -> Response:
    return RedirectResponse("/ui/")


async def _not_built(_request: Request) -> Response:
    return PlainTextResponse(_NOT_BUILT, HTTPStatus.SERVICE_UNAVAILABLE)
