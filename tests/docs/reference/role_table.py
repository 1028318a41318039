"""What each role may, counted from the rules of the routes."""

from tests.docs.reference.tables import said_of_fields, table
from tickwork.core.roles import LEAST, Role
from tickwork.server.permissions import RULES


def role_table() -> str:
    said = said_of_fields(Role)
    permission_of = {role: permission for permission, role in LEAST.items()}
    rows = [
        (
            f"`{role}`",
            said[role.name],
            f"`{permission_of[role]}`",
            str(sum(rule.permission is permission_of[role] for rule in RULES.values())),
        )
        for role in Role
    ]
    return table(("role", "may, beside what stands above it", "its permission", "routes that ask for it"), rows)
