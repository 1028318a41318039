"""The OpenAPI document: FastAPI's for requests, msgspec's for answers (the views), ours for errors and who may what.

`python -m tickwork.server.openapi` prints it.
"""

import re
import sys
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from tickwork.server.permissions import ANYBODY, On, rule_of
from tickwork.server.problems import MEDIA_TYPE, Problem
from tickwork.server.routing import Routes
from tickwork.server.shapes import SHAPES, with_references

_PLACE = re.compile(r"{(\w+)(?::\w+)?}")
_REF = "#/components/schemas/{name}"
_DESCRIPTION = """\
Jobs, their schedules, runs and the ledger of every due moment.

Times are ISO-8601 in UTC, durations seconds. Lists come in pages: `limit` and `cursor` in, `items` and `next` out.
Errors are problem details (RFC 9457) that name the field. What a caller may not see answers as what does not exist.
"""
_SECURITY: Mapping[str, Any] = {
    "key": {"type": "http", "scheme": "bearer", "description": "An API key, a worker's key, or the token of a run."},
    "session": {"type": "apiKey", "in": "cookie", "name": "tickwork_session", "description": "A signed-in browser."},
}
_EVERY_ROUTE = (HTTPStatus.UNAUTHORIZED, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE)
"""Unauthorized also where nobody is asked who they are: for a key that is not good."""
_HAS_BODY = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
)
_WAIT = {"Retry-After": {"description": "Seconds.", "schema": {"type": "string"}}}
_HEADERS: Mapping[HTTPStatus, Mapping[str, Any]] = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": {"description": "Bearer.", "schema": {"type": "string"}}},
    HTTPStatus.TOO_MANY_REQUESTS: _WAIT,
    HTTPStatus.SERVICE_UNAVAILABLE: _WAIT,
}


def describe(app: FastAPI, all_routes: Sequence[Routes]) -> dict[str, Any]:
    """The document of the app's routes."""
    document = get_openapi(
        title="Tickwork",
        version=version("tickwork"),
        openapi_version="3.1.0",
        description=_DESCRIPTION,
        routes=app.routes,
    )
    views = {operation: view for routes in all_routes for operation, view in routes.returns.items()}
    shapes, schemas = msgspec.json.schema_components(
        [Problem, *(view for view in views.values() if view is not None)], ref_template=_REF
    )
    problem, *answers = shapes
    shape_of = dict(zip((name for name, view in views.items() if view is not None), answers, strict=True))
    components = document.setdefault("components", {})
    shared = {name: make() for name, make in SHAPES.items()}
    components["schemas"] = {**_own_schemas(components.get("schemas", {})), **schemas, **shared}
    components["securitySchemes"] = dict(_SECURITY)
    for place, path in document["paths"].items():
        for method, operation in path.items():
            _name_places(operation, place)
            _complete(
                operation, place=place, method=method, shape=shape_of.get(operation["operationId"]), problem=problem
            )
    return dict(with_references(document))


def _own_schemas(schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Without FastAPI's idea of an error, which no route answers with."""
    return {name: schema for name, schema in schemas.items() if name not in {"HTTPValidationError", "ValidationError"}}


def _name_places(operation: dict[str, Any], place: str) -> None:
    """The parameters of a path of which no handler takes the text: the guard has found the object they name."""
    parameters = operation.setdefault("parameters", [])
    known = {parameter["name"] for parameter in parameters}
    parameters.extend(
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PLACE.findall(place)
        if name not in known
    )


def _complete(operation: dict[str, Any], *, place: str, method: str, shape: Any, problem: Any) -> None:
    rule = rule_of(operation["operationId"])
    responses = operation["responses"]
    responses.pop("422", None)
    if shape is not None:
        success = next(iter(responses.values()))
        success["content"] = {"application/json": {"schema": shape}}
    errors = [*_EVERY_ROUTE]
    if rule is not ANYBODY:
        errors.append(HTTPStatus.FORBIDDEN)
        operation["security"] = [{"key": []}, {"session": []}]
    else:
        operation["security"] = []
    if "{" in place or rule.on is On.BODY or any(one["in"] == "query" for one in operation["parameters"]):
        errors.append(HTTPStatus.NOT_FOUND)
    if method != "get":
        errors += _HAS_BODY
    for error in errors:
        responses.setdefault(str(int(error)), {"description": error.phrase})
    for status, response in responses.items():
        if int(status) >= HTTPStatus.BAD_REQUEST:
            response["content"] = {MEDIA_TYPE: {"schema": problem}}
            if (headers := _HEADERS.get(HTTPStatus(int(status)))) is not None:
                response["headers"] = dict(headers)
    operation["responses"] = dict(sorted(responses.items()))


def main() -> None:
    from tickwork.server.app import bare_app, openapi_of

    document = msgspec.json.encode(openapi_of(bare_app()))
    sys.stdout.write(msgspec.json.format(document, indent=2).decode())


if __name__ == "__main__":
    main()
