"""Who may do what, as a table."""

import itertools

import pytest

from tickwork.core.ids import RunId
from tickwork.core.model import Actor
from tickwork.core.people import ANONYMOUS, Principal, PrincipalKind, is_run, local, may, may_in, works_in
from tickwork.core.roles import EVERY, SCOPES, Permission, Role, highest, role_in

READ, OPERATE, EDIT, ADMIN = Permission.READ, Permission.OPERATE, Permission.EDIT, Permission.ADMIN
ME = Actor(kind="user", name="ann@here")


def user(*, superuser: bool = False, **roles: Role) -> Principal:
    return Principal(kind=PrincipalKind.USER, actor=ME, user="ann", superuser=superuser, roles=roles)


def key(*scopes: Permission, project: str | None = None, superuser: bool = False, **roles: Role) -> Principal:
    return Principal(
        kind=PrincipalKind.KEY,
        actor=ME,
        user="ann",
        superuser=superuser,
        roles=roles,
        scopes=frozenset(scopes),
        project=project,
    )


WORKER = Principal(kind=PrincipalKind.WORKER, actor=ME, pools=("gpu",))
RUN = Principal(kind=PrincipalKind.RUN, actor=ME, run=RunId("r1"))
NOBODY = {"anonymous": ANONYMOUS, "worker": WORKER, "run": RUN}


def test_roles_stand_in_the_order_of_what_they_can_do():
    assert list(Role) == sorted(Role)
    assert Role.OPERATOR < Role.VIEWER.EDITOR <= Role.EDITOR
    assert max(Role.VIEWER, Role.ADMIN, Role.EDITOR) is Role.ADMIN
    for one, other in itertools.pairwise(Role):
        assert one < other
        assert other > one
        assert one <= other
        assert other >= one
        assert not other <= one
        assert not one >= other
    with pytest.raises(TypeError, match="a role compares with a role"):
        assert Role.ADMIN > "operator"


def test_of_several_groups_the_highest_role_counts_in_each_project():
    assert highest([{"a": Role.VIEWER, "b": Role.ADMIN}, {"a": Role.EDITOR}, {}]) == {
        "a": Role.EDITOR,
        "b": Role.ADMIN,
    }
    roles = {"a": Role.EDITOR, EVERY: Role.OPERATOR, "b": Role.VIEWER}
    assert [role_in(roles, project) for project in "abc"] == [Role.EDITOR, Role.OPERATOR, Role.OPERATOR]
    assert role_in({"a": Role.ADMIN}, "b") is None


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.VIEWER, {READ}),
        (Role.OPERATOR, {READ, OPERATE}),
        (Role.EDITOR, {READ, OPERATE, EDIT}),
        (Role.ADMIN, {READ, OPERATE, EDIT, ADMIN}),
    ],
)
def test_a_role_has_its_permissions_in_its_project_only(role, allowed):
    who = user(a=role)
    assert {permission for permission in Permission if may(who, permission, "a")} == allowed | {
        Permission.SIGNED_IN,
        Permission.SELF,
    }
    for elsewhere in ("b", "", "A", None):
        found = {permission for permission in Permission if may(who, permission, elsewhere)}
        assert found == {Permission.SIGNED_IN, Permission.SELF}


def test_a_superuser_and_whoever_is_local_may_do_everything():
    for who in (user(superuser=True), local(ME)):
        assert all(may(who, permission, project) for permission in Permission for project in ("a", None))


@pytest.mark.parametrize("name", NOBODY)
def test_who_is_no_person_has_no_permission_anywhere(name):
    for superuser in (False, True):
        fields = {field: getattr(NOBODY[name], field) for field in Principal.__struct_fields__}
        who = Principal(**{**fields, "superuser": superuser, "roles": {EVERY: Role.ADMIN}})
        assert not any(may(who, permission, project) for permission in Permission for project in ("a", None))


def test_a_key_never_exceeds_its_owner():
    all_scopes = key(*SCOPES, a=Role.OPERATOR)
    assert {p for p in Permission if may(all_scopes, p, "a")} == {READ, OPERATE, Permission.SIGNED_IN}
    assert not any(may(all_scopes, p, None) for p in Permission if p is not Permission.SIGNED_IN)


def test_each_scope_stands_for_itself():
    for scope in (READ, OPERATE, EDIT, ADMIN):
        who = key(scope, a=Role.ADMIN)
        assert {p for p in Permission if may(who, p, "a")} == {scope, Permission.SIGNED_IN}


def test_a_key_of_one_project_is_good_nowhere_else_also_for_a_superuser():
    who = key(*SCOPES, project="a", superuser=True, b=Role.ADMIN)
    assert may(who, ADMIN, "a")
    assert may_in(who, READ, ["a", "b", "c"]) == ["a"]
    assert not any(may(who, p, None) for p in Permission if p is not Permission.SIGNED_IN)


def test_a_key_is_not_its_owner_where_they_act_about_themselves():
    assert not may(key(*SCOPES, superuser=True), Permission.SELF, None)


def test_the_instance_takes_a_superuser_and_for_a_key_the_scope_admin():
    assert may(key(ADMIN, superuser=True), Permission.INSTANCE, None)
    assert not may(key(EDIT, READ, superuser=True), Permission.INSTANCE, None)
    assert not may(key(ADMIN, a=Role.ADMIN), Permission.INSTANCE, None)
    assert may(key(Permission.METRICS, superuser=True), Permission.METRICS, None)
    assert not may(key(Permission.METRICS), Permission.METRICS, None)


def test_workers_have_their_pools_and_runs_themselves():
    assert works_in(WORKER, "gpu")
    assert not works_in(WORKER, "default")
    assert is_run(RUN, RunId("r1"))
    assert not is_run(RUN, RunId("r2"))
    for who in (ANONYMOUS, RUN, user(superuser=True), local(ME)):
        assert not works_in(who, "gpu")
    for who in (ANONYMOUS, WORKER, user(superuser=True), local(ME)):
        assert not is_run(who, RunId("r1"))
