"""The OpenAPI document: FastAPI's for requests, msgspec's for answers (the views), ours for errors and who may what.

`python -m tickwork.server.openapi` prints it. The words and examples in it stand in `document/`.
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

from tickwork.server.document import errors, headers, words
from tickwork.server.document.examples import TEXTS, Examples
from tickwork.server.document.requests import REQUESTS
from tickwork.server.permissions import ANYBODY, On, rule_of
from tickwork.server.problems import PLAIN, Problem
from tickwork.server.routing import Answers, Routes
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
_TEXT: Mapping[str, Any] = {"type": "string"}


def describe(app: FastAPI, all_routes: Sequence[Routes]) -> dict[str, Any]:
    """The document of the app's routes."""
    document = get_openapi(
        title="Tickwork",
        version=version("tickwork"),
        openapi_version="3.1.0",
        description=_DESCRIPTION,
        license_info={"name": "Apache 2.0", "identifier": "Apache-2.0"},
        servers=[{"url": "/"}],
        tags=[{"name": name, "description": about} for name, about in words.TAGS.items()],
        routes=app.routes,
    )
    answers = {operation: one for routes in all_routes for operation, one in routes.answers.items()}
    shapes = _components(document, answers)
    examples = Examples(document["components"]["schemas"])
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            writer = _Operation(operation, path=path, method=method, answers=answers[operation["operationId"]])
            writer.complete(shapes.get(operation["operationId"]), examples)
    return dict(with_references(document))


def _components(document: dict[str, Any], answers: Mapping[str, Answers]) -> dict[str, Any]:
    """Fills them, and gives the shape that each operation answers with."""
    views = {operation: one.view for operation, one in answers.items() if one.view is not None}
    (_problem, *shapes), schemas = msgspec.json.schema_components([Problem, *views.values()], ref_template=_REF)
    components = document.setdefault("components", {})
    shared = {name: make() for name, make in SHAPES.items()}
    own = _own_schemas(components.get("schemas", {}))
    components["schemas"] = {**own, **schemas, **shared, errors.DESCRIBED: dict(errors.DESCRIBED_SCHEMA)}
    components["securitySchemes"] = dict(_SECURITY)
    components["headers"] = dict(headers.HEADERS)
    components["responses"] = errors.shared()
    return dict(zip(views, shapes, strict=True))


def _own_schemas(schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Without FastAPI's idea of an error, which no route answers with."""
    return {name: schema for name, schema in schemas.items() if name not in {"HTTPValidationError", "ValidationError"}}


class _Operation:
    """Completes what FastAPI has said of one."""

    def __init__(self, operation: dict[str, Any], *, path: str, method: str, answers: Answers) -> None:
        self._operation = operation
        self._path = path
        self._method = method
        self._answers = answers
        self._rule = rule_of(operation["operationId"])

    def complete(self, shape: Any, examples: Examples) -> None:
        operation = self._operation
        operation["security"] = [] if self._rule is ANYBODY else [{"key": []}, {"session": []}]
        self._name_places()
        if (body := operation.get("requestBody")) is not None:
            content = body["content"]["application/json"]
            content["example"] = REQUESTS.get(operation["operationId"])
        content = self._content(shape, examples)
        responses = {str(int(status)): self._answer(status, content) for status in self._statuses()}
        for status in self._errors():
            responses.setdefault(str(int(status)), self._error(status))
        operation["responses"] = dict(sorted(responses.items()))

    def _name_places(self) -> None:
        """The parameters of a path of which no handler takes the text: the guard has found the object they name."""
        parameters = self._operation.setdefault("parameters", [])
        known = {parameter["name"] for parameter in parameters}
        parameters.extend(
            {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
            for name in _PLACE.findall(self._path)
            if name not in known
        )
        for parameter in parameters:
            if parameter["in"] == "path":
                parameter.update(words.place(self._path, parameter["name"]))

    def _statuses(self) -> tuple[HTTPStatus, ...]:
        return (self._answers.status, *self._answers.also)

    def _content(self, shape: Any, examples: Examples) -> dict[str, Any]:
        content: dict[str, Any] = {}
        name = self._operation["operationId"]
        if shape is not None:
            content["application/json"] = {"schema": shape, "example": examples.of(name, shape)}
        if self._answers.text is not None:
            example = TEXTS.get(name) or examples.of(name, _TEXT)
            content[self._answers.text] = {"schema": dict(_TEXT), "example": example}
        return content

    def _answer(self, status: HTTPStatus, content: Mapping[str, Any]) -> dict[str, Any]:
        if status >= HTTPStatus.BAD_REQUEST:
            return errors.with_view(status, content)
        told = {"description": status.phrase, "headers": headers.referred(self._answers.headers)}
        return told | ({"content": dict(content)} if content else {})

    def _errors(self) -> list[HTTPStatus]:
        found = [*errors.EVERY_ROUTE, *self._answers.errors]
        if self._rule is not ANYBODY:
            found.append(HTTPStatus.FORBIDDEN)
        asks = any(one["in"] == "query" for one in self._operation["parameters"])
        if "{" in self._path or self._rule.on is On.BODY or asks:
            found.append(HTTPStatus.NOT_FOUND)
        return found if self._method == "get" else [*found, *errors.HAS_BODY]

    def _error(self, status: HTTPStatus) -> dict[str, Any]:
        plain = PLAIN in self._operation["tags"]
        return errors.described(status) if plain else errors.referred_error(status)


def main() -> None:
    from tickwork.server.app import bare_app, openapi_of

    document = msgspec.json.encode(openapi_of(bare_app()))
    sys.stdout.write(msgspec.json.format(document, indent=2).decode())


if __name__ == "__main__":
    main()
