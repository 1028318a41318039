"""What Schemathesis is told of Tickwork beside the document."""

from http import HTTPStatus

import schemathesis

MEANING = "moment: "
"""How the message begins of what is refused by its meaning, as there is no schema for the years of calendars."""


@schemathesis.check
def what_the_schema_allows_is_not_refused_for_its_shape(ctx, response, case) -> None:
    """422 is fine for what no schema can say, and is then called by that name."""
    meta = case.meta
    if meta is None or not meta.generation.mode.is_positive or response.status_code != HTTPStatus.UNPROCESSABLE_ENTITY:
        return
    problem = response.json()
    if problem.get("type") != "/problems/invalid-request":
        return
    wrong = [error for error in problem["errors"] if MEANING not in error["message"]]
    assert not wrong, f"the schema allows it: {wrong}"
