"""The OpenAPI document: what clients are generated from."""

import re

from tickwork.server.app import bare_app, openapi_of


def test_every_shape_has_a_name_of_its_own() -> None:
    """Two views of one name would be called by their modules, and every client would see them renamed."""
    names = openapi_of(bare_app())["components"]["schemas"]

    assert [name for name in names if not re.fullmatch(r"[A-Z]\w*", name)] == []
    assert names["Problem"]["properties"].keys() >= {"type", "title", "status", "detail", "errors"}


def test_every_operation_says_who_may_and_what_it_answers() -> None:
    for path, methods in openapi_of(bare_app())["paths"].items():
        for method, operation in methods.items():
            assert "security" in operation, (method, path)
            assert operation["responses"], (method, path)
