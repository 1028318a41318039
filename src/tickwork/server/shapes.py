"""Shapes of the OpenAPI document that are no model's: named once, referred to wherever they stand."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from tickwork.boards.single import job_schema

SHARED: Final = "x-shared"
"""Marks where a shape by that name belongs."""
JOB_DEFINITION: Final = "JobDefinition"
SHAPES: Final[Mapping[str, Callable[[], dict[str, Any]]]] = {JOB_DEFINITION: job_schema}


def with_references(value: Any) -> Any:
    """The document with references in place of the marks."""
    if isinstance(value, dict):
        if SHARED in value:
            return {"$ref": f"#/components/schemas/{value[SHARED]}"}
        return {key: with_references(item) for key, item in value.items()}
    if isinstance(value, list):
        return [with_references(item) for item in value]
    return value
