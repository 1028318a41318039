"""The OpenAPI document: what clients are generated from. It is complete, operation by operation, and true in itself."""

import json
import re
from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from typing import Any

import jsonschema_rs
import pytest

from tickwork.server.app import bare_app, openapi_of
from tickwork.server.document.errors import DESCRIBED
from tickwork.server.document.examples import Examples
from tickwork.server.document.requests import REQUESTS
from tickwork.server.permissions import ANYBODY, rule_of
from tickwork.server.problems import PLAIN

PROBLEM = "application/problem+json"


@cache
def document() -> dict[str, Any]:
    return openapi_of(bare_app())


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and what is said of it."""
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def resolved(value: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in value:
        _hash, *way = value["$ref"].split("/")
        value = document()
        for step in way:
            value = value[step]
    return value


def answers(operation: dict[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    for status, answer in operation["responses"].items():
        yield int(status), resolved(answer)


@cache
def validator(schema: str) -> jsonschema_rs.Draft202012Validator:
    """Schemas are kept by their text, as each validator carries all components."""
    return jsonschema_rs.Draft202012Validator({**json.loads(schema), "components": document()["components"]})


def flaws(example: Any, schema: dict[str, Any]) -> list[str]:
    """Why the schema does not allow it."""
    return [f"{one.instance_path}: {one.message}" for one in validator(json.dumps(schema)).iter_errors(example)]


def test_every_shape_has_a_name_of_its_own() -> None:
    """Two views of one name would be called by their modules, and every client would see them renamed."""
    names = document()["components"]["schemas"]

    assert [name for name in names if not re.fullmatch(r"[A-Z]\w*", name)] == []
    assert names["Problem"]["properties"].keys() >= {"type", "title", "status", "detail", "errors"}


def test_every_reference_leads_somewhere() -> None:
    def references(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                yield value["$ref"]
            for item in value.values():
                yield from references(item)
        elif isinstance(value, list):
            for item in value:
                yield from references(item)

    for reference in set(references(document())):
        assert resolved({"$ref": reference}), reference


def test_every_operation_has_a_name_for_clients_and_words_for_people() -> None:
    seen = [operation["operationId"] for _, _, operation in operations()]
    described = {tag["name"] for tag in document()["tags"] if tag["description"]}

    assert len(seen) == len(set(seen))
    for _, _, operation in operations():
        name = operation["operationId"]
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", name), name
        assert operation["summary"], name
        assert operation["description"], name
        assert len(operation["tags"]) == 1, name
        assert set(operation["tags"]) <= described, name


def test_every_operation_says_who_may() -> None:
    schemes = document()["components"]["securitySchemes"]
    for _, _, operation in operations():
        name = operation["operationId"]
        wanted = [] if rule_of(name) is ANYBODY else [{"key": []}, {"session": []}]
        assert operation["security"] == wanted, name
        assert {scheme for one in operation["security"] for scheme in one} <= schemes.keys(), name


def test_every_parameter_is_explained_and_those_of_paths_have_an_example() -> None:
    for path, _, operation in operations():
        name = operation["operationId"]
        assert {one["name"] for one in operation["parameters"] if one["in"] == "path"} == set(
            re.findall(r"{(\w+)}", path)
        ), name
        for parameter in operation["parameters"]:
            assert parameter["description"], (name, parameter["name"])
            if parameter["in"] == "path":
                assert parameter["required"]
                assert flaws(_typed(parameter), parameter["schema"]) == [], (name, parameter["name"])


def _typed(parameter: dict[str, Any]) -> Any:
    example = parameter["example"]
    assert example, parameter
    return int(example) if parameter["schema"].get("type") == "integer" else example


def test_every_body_has_an_example_that_its_schema_allows() -> None:
    bodies = {
        operation["operationId"]: operation["requestBody"] for _, _, operation in operations() if _sends(operation)
    }

    assert bodies.keys() == REQUESTS.keys()
    for name, body in bodies.items():
        media = body["content"]["application/json"]
        assert media["example"] == REQUESTS[name]
        assert flaws(media["example"], media["schema"]) == [], name


def _sends(operation: dict[str, Any]) -> bool:
    return "requestBody" in operation


def test_every_answer_has_an_example_that_its_schema_allows() -> None:
    for _, _, operation in operations():
        for status, answer in answers(operation):
            name = (operation["operationId"], status)
            assert answer["description"], name
            assert ("content" in answer) == (status != HTTPStatus.NO_CONTENT and not _is_bare(operation, status)), name
            for media, content in answer.get("content", {}).items():
                assert content["example"] is not None, (name, media)
                assert flaws(content["example"], content["schema"]) == [], (name, media)


def _is_bare(operation: dict[str, Any], status: int) -> bool:
    """What Jobsched answered with an empty body."""
    return operation["operationId"] in {"jobsched_create", "jobsched_delete"} and status < 300


def test_no_text_of_an_example_is_made_up() -> None:
    """Who adds a field to a view says in `document/examples.py` what it looks like."""
    examples = Examples(document()["components"]["schemas"])
    for _, _, operation in operations():
        for _, answer in answers(operation):
            if (content := answer.get("content", {}).get("application/json")) is not None:
                examples.of(operation["operationId"], content["schema"])

    assert examples.made_up == set()


def test_every_operation_documents_the_errors_that_any_can_answer_with() -> None:
    for path, method, operation in operations():
        documented = {status for status, _ in answers(operation) if status >= 400}
        name = operation["operationId"]
        assert documented >= {401, 421, 422, 503}, name
        assert 403 in documented or rule_of(name) is ANYBODY, name
        assert 404 in documented or "{" not in path, name
        assert method == "get" or documented >= {400, 403, 409, 413, 415}, name


def test_errors_are_problems_and_at_jobscheds_paths_its_own_words_too() -> None:
    for _, _, operation in operations():
        own = PLAIN in operation["tags"]
        for status, answer in answers(operation):
            if status < 400:
                continue
            content = answer["content"]
            assert content[PROBLEM]["schema"] == {"$ref": "#/components/schemas/Problem"}
            assert content[PROBLEM]["example"]["status"] == status
            words = {"$ref": f"#/components/schemas/{DESCRIBED}"}
            assert (content.get("application/json", {}).get("schema") == words) == own, operation["operationId"]


NO_WORD_OF_WHEN = {("get_ready", 503), ("probe_ready", 503)}
"""They tell how it is, and refuse nothing."""


def test_every_answer_names_its_headers() -> None:
    for _, _, operation in operations():
        for status, answer in answers(operation):
            name = (operation["operationId"], status)
            headers = {header: resolved(said) for header, said in answer["headers"].items()}
            assert "X-Request-Id" in headers, name
            assert ("WWW-Authenticate" in headers) == (status == 401), name
            assert "Retry-After" in headers or status not in {429, 503} or name in NO_WORD_OF_WHEN, name
            for header, said in headers.items():
                assert said["description"], header
                assert flaws(said["example"], said["schema"]) == [], header


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Link", {"list_jobs", "list_runs", "list_audit"}),
        (
            "Location",
            {"create_job", "create_user", "run_job", "submit_run", "retry_run", "rerun_group", "jobsched_create"},
        ),
        ("Set-Cookie", {"sign_in", "sign_in_by_link", "sign_out", "set_my_password"}),
        ("Content-Disposition", {"download_run_log"}),
        (
            "ETag",
            {
                *("create_job", "get_job", "get_job_definition"),
                *("put_job_definition", "patch_job_definition", "reset_job_definition"),
            },
        ),
    ],
)
def test_a_header_stands_at_the_operations_that_send_it(header: str, expected: set[str]) -> None:
    found = {
        operation["operationId"]
        for _, _, operation in operations()
        if any(header in answer["headers"] for status, answer in answers(operation) if status < 400)
    }
    assert found == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("idempotency-key", {"create_job", "run_job", "submit_run"}),
        ("if-match", {"put_job_definition", "patch_job_definition", "reset_job_definition", "delete_job"}),
    ],
)
def test_a_header_of_requests_stands_at_the_operations_that_read_it(header: str, expected: set[str]) -> None:
    found = {
        operation["operationId"]
        for _, _, operation in operations()
        if any(one["in"] == "header" and one["name"] == header for one in operation["parameters"])
    }
    assert found == expected
