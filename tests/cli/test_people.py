"""Users, groups, keys, projects, secrets and the audit, as a person at a terminal meets them."""

import io
import sys

import pytest

from tests.cli.conftest import lines

PASSWORD = "correct horse battery"


@pytest.fixture
def typed(monkeypatch):
    """What comes from standard input."""

    def type_(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))

    return type_


def test_a_user_is_made_shown_changed_and_deleted(tickwork, typed):
    typed(PASSWORD + "\n")
    assert tickwork("user", "add", "Ann", "--display", "Ann A.", "--password").out == "created user ann\n"
    assert "`tickwork user link bob` lets them in" in tickwork("user", "add", "bob", "--superuser").out
    shown = tickwork("user", "ls", "--json").json
    assert [(user["name"], user["password"], user["superuser"]) for user in shown] == [
        ("ann", True, False),
        ("bob", False, True),
    ]
    assert tickwork("user", "set", "ann", "--inactive", "--email", "a@example.org").code == 0
    assert "nothing: inactive" in tickwork("user", "show", "ann").out
    assert tickwork("user", "rm", "ann").out == "deleted user ann\n"
    assert tickwork("user", "show", "ann").code == 3
    assert tickwork("user", "rm", "bob").code == 4


def test_a_password_is_never_an_argument_and_never_shown(tickwork, typed):
    tickwork("user", "add", "ann")
    typed("short\n")
    refused = tickwork("user", "passwd", "ann")
    assert (refused.code, "short" in refused.err.replace("shortest", "")) == (2, False)
    typed(PASSWORD)
    assert "signed out everywhere" in tickwork("user", "passwd", "ann").out
    assert tickwork("user", "passwd", "ann", PASSWORD).code == 2
    assert "no password any more" in tickwork("user", "passwd", "ann", "--remove").out


def test_a_link_lets_a_user_in_once(tickwork, monkeypatch):
    tickwork("user", "add", "ann")
    monkeypatch.setenv("TICKWORK_PUBLIC_URL", "https://jobs.example.org/")
    answer = tickwork("user", "link", "ann", "--lasts", "2h")
    assert answer.out.startswith("https://jobs.example.org/ui/#sign-in=")
    assert "within 2h" in answer.err
    assert tickwork("user", "link", "nobody").code == 3
    assert tickwork("user", "signout", "ann").out == "ann is signed out everywhere\n"


def test_groups_give_roles(tickwork):
    tickwork("user", "add", "ann")
    made = tickwork("group", "add", "devs", "ann", "--role", "etl=editor", "--role", "*=viewer")
    assert made.out == "group devs: ann; *=viewer, etl=editor\n"
    assert tickwork("group", "set", "devs", "--role", "etl=").out == "group devs: ann; *=viewer\n"
    assert tickwork("group", "ls", "--json").json == [{"name": "devs", "members": ["ann"], "roles": {"*": "viewer"}}]
    assert tickwork("group", "add", "x", "zoe").code == 3
    wrong = tickwork("group", "set", "devs", "--role", "etl=king")
    assert (wrong.code, "viewer, operator, editor, admin" in wrong.err) == (2, True)
    assert tickwork("group", "rm", "devs").out == "deleted group devs\n"
    assert "no groups" in tickwork("group", "ls").out


def test_the_secret_of_a_key_is_shown_once(tickwork):
    tickwork("user", "add", "ann")
    made = tickwork("key", "add", "ci", "--owner", "ann", "--scope", "read", "--lasts", "90d")
    secret = made.out.strip()
    assert secret.startswith("twk_")
    assert "not shown again" in made.err
    listed = tickwork("key", "ls")
    assert secret.rpartition("_")[2] not in listed.out
    [key] = tickwork("key", "ls", "--owner", "ann", "--json").json
    rotated = tickwork("key", "rotate", key["id"], "--json").json
    assert rotated["secret"] != secret
    assert tickwork("key", "revoke", key["id"]).out == f"revoked key {key['id']} (ci)\n"
    assert "revoked" in tickwork("key", "ls").out
    assert tickwork("key", "rotate", key["id"]).code == 4
    worker = tickwork("key", "add", "box", "--worker", "--json").json
    assert (worker["key"]["pools"], worker["secret"][:4]) == (["default"], "tww_")
    assert tickwork("key", "add", "k", "--scope", "read").code == 2


def test_projects_are_listed_shown_and_deleted(tickwork, tmp_path):
    (tmp_path / "b.yaml").write_text("project: etl\njobs: {load: {shell: x}}\n")
    tickwork("apply", "b.yaml")
    tickwork("user", "add", "ann")
    tickwork("group", "add", "devs", "ann", "--role", "etl=admin")
    assert tickwork("project", "put", "etl", "--description", "loads").out == "project etl: loads\n"
    assert [view["name"] for view in tickwork("project", "ls", "--json").json] == ["default", "etl"]
    assert lines(tickwork("project", "show", "etl").out)[-1].split() == ["ann", "admin", "devs"]
    assert tickwork("project", "rm", "etl").code == 4
    tickwork("rm", "etl:load")
    assert tickwork("project", "rm", "etl").out == "deleted project etl\n"


def test_a_secret_is_set_listed_and_deleted_but_never_shown(tickwork, typed, tmp_path):
    typed("hunter22\nand more\n")
    assert tickwork("secret", "set", "DB", "--project", "etl").out == "set secret DB of project etl\n"
    (tmp_path / "b.yaml").write_text("project: etl\njobs: {load: {shell: x, secrets: [DB]}}\n")
    tickwork("apply", "b.yaml")
    [shown] = tickwork("secret", "ls", "--json").json
    assert (shown["name"], shown["jobs"]) == ("DB", ["etl:load"])
    assert tickwork("secret", "rm", "DB", "--project", "etl").code == 4
    assert tickwork("secret", "rotate", "--forget").out == "sealed 1 secret by the current key; older keys are gone\n"
    answers = [tickwork("secret", "ls"), tickwork("audit"), tickwork("audit", "--json"), tickwork("show", "etl:load")]
    assert not any("hunter22" in answer.out + answer.err for answer in answers)
    tickwork("rm", "etl:load")
    assert tickwork("secret", "rm", "DB", "--project", "etl").code == 0
    assert tickwork("secret", "rm", "DB", "--project", "etl").code == 3
    typed("abc")
    assert tickwork("secret", "set", "DB").code == 2


def test_the_audit_says_who_did_what_and_what_was_different(tickwork):
    tickwork("user", "add", "ann", "--email", "a@example.org")
    tickwork("user", "set", "ann", "--email", "b@example.org")
    entries = tickwork("audit", "--kind", "user", "--id", "ann", "--json").json
    assert [entry["verb"] for entry in entries] == ["set", "create"]
    assert entries[0]["by"] == "person"
    assert entries[0]["where"]
    shown = tickwork("audit", str(entries[0]["seq"])).out
    assert 'email: "a@example.org" → "b@example.org"' in shown
    detail = tickwork("audit", str(entries[0]["seq"]), "--json").json
    assert detail["before"]["stamp"] == "[hidden]"
    assert tickwork("audit", "--by", entries[0]["who"], "--verb", "set", "--json").json == entries[:1]
    assert tickwork("audit", "--until", "2020-01-01").out == "nothing that fits\n"
    assert tickwork("audit", "--before", str(entries[0]["seq"]), "-n", "1", "--json").json == entries[1:]
    assert tickwork("audit", "12345").code == 3
