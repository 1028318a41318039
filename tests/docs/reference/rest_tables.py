"""Every route of the OpenAPI document, with who may use it, as tables."""

from collections.abc import Iterator
from typing import Any

from tests.docs.reference.tables import table
from tickwork.core.roles import LEAST, Permission
from tickwork.server.app import bare_app, openapi_of
from tickwork.server.permissions import On, Rule, rule_of

_WHO = {
    Permission.METRICS: "a key with the scope `metrics`; superusers",
    Permission.SIGNED_IN: "whoever is signed in",
    Permission.SELF: "people, about themselves",
    Permission.INSTANCE: "superusers",
}


def rest_tables() -> str:
    sections: dict[str, list[tuple[str, str, str]]] = {}
    for tag, row in _rows(openapi_of(bare_app())):
        sections.setdefault(tag, []).append(row)
    return "\n\n".join(
        f"## {tag.capitalize()}\n\n{table(('request', 'what it does', 'who may'), rows)}"
        for tag, rows in sections.items()
    )


def _rows(document: dict[str, Any]) -> Iterator[tuple[str, tuple[str, str, str]]]:
    for place, path in document["paths"].items():
        for method, operation in path.items():
            said = (operation.get("description") or operation.get("summary") or "").strip().split("\n\n")[0]
            who = _who(rule_of(operation["operationId"]))
            yield operation["tags"][0], (f"`{method.upper()} {place}`", said, who)


def _who(rule: Rule) -> str:
    if rule.permission is None:
        return "anybody"
    allowed = [f"`{LEAST[rule.permission]}`" if rule.permission in LEAST else _WHO[rule.permission]]
    allowed += ["the run itself"] * (rule.run and rule.on is On.RUN) + ["a worker"] * rule.worker
    return ", ".join(allowed)
