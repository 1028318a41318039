"""Who is let in: keys, sessions, browsers, hosts; and how large a request may be."""

import pytest

from tests.server.conftest import HOST, PASSWORD, Site
from tickwork.core.roles import Permission, Role
from tickwork.server.permissions import RULES, rule_of


async def test_nobody_reads_without_a_key(site: Site) -> None:
    answer = await site.client().get("jobs")

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.headers["content-type"] == "application/problem+json"
    assert "sign in first" in answer.json()["detail"]


async def test_an_unknown_key_is_not_taken_for_nobodys(site: Site) -> None:
    answer = await site.client("twk_nobody_knows").get("jobs")

    assert answer.status_code == 401
    assert "not good" in answer.json()["detail"]


async def test_a_job_of_a_foreign_project_answers_as_one_that_is_not(site: Site) -> None:
    await site.job("etl:load", project="etl")
    ann = await site.person("ann", roles={"web": Role.ADMIN})

    foreign, missing = await ann.get("jobs/etl:load"), await ann.get("jobs/etl:gone")

    assert foreign.status_code == missing.status_code == 404
    assert foreign.json()["detail"].replace("load", "gone") == missing.json()["detail"]


async def test_a_viewer_sees_and_does_not_touch(site: Site) -> None:
    await site.job("etl:load", project="etl")
    ann = await site.person("ann", roles={"etl": Role.VIEWER})

    assert (await ann.get("jobs/etl:load")).status_code == 200
    refused = await ann.post("jobs/etl:load/run")
    assert refused.status_code == 403
    assert "operator" in refused.json()["detail"]


async def test_a_list_shows_what_the_caller_sees(site: Site) -> None:
    await site.job("etl:load", project="etl")
    await site.job("web:ping", project="web")
    await site.job("ops:tidy", project="ops")
    ann = await site.person("ann", roles={"etl": Role.VIEWER, "web": Role.EDITOR})

    listed = (await ann.get("jobs")).json()

    assert [item["id"] for item in listed["items"]] == ["etl:load", "web:ping"]
    assert listed["next"] is None


async def test_pages_follow_each_other_without_a_gap(site: Site) -> None:
    for n in range(5):
        await site.job(f"job{n}")
    root = await site.superuser()

    first = (await root.get("jobs", params={"limit": 2})).json()
    second = (await root.get("jobs", params={"limit": 2, "cursor": first["next"]})).json()
    third = (await root.get("jobs", params={"limit": 2, "cursor": second["next"]})).json()

    ids = [item["id"] for page in (first, second, third) for item in page["items"]]
    assert ids == [f"job{n}" for n in range(5)]
    assert third["next"] is None


async def test_a_key_does_only_what_its_scopes_name(site: Site) -> None:
    await site.job("backup")
    ann = await site.person("ann", superuser=True, scopes=[Permission.READ])

    assert (await ann.get("jobs/backup")).status_code == 200
    assert (await ann.post("jobs/backup/run")).status_code == 403


async def test_a_session_works_from_our_own_pages_only(site: Site) -> None:
    await site.job("backup")
    ann = await site.browser()

    assert (await ann.post("jobs/backup/run")).status_code == 202
    for origin in ("https://evil.example", "null", HOST.replace("http", "https") + ".evil.example"):
        refused = await ann.post("jobs/backup/run", headers={"origin": origin})
        assert refused.status_code == 403, origin
    del ann.headers["origin"]
    assert (await ann.post("jobs/backup/run")).status_code == 403
    assert (await ann.get("jobs/backup")).status_code == 200


async def test_signing_out_ends_the_session_for_its_token_too(site: Site) -> None:
    ann = await site.browser()
    stolen = dict(ann.cookies)

    assert (await ann.delete("session")).status_code == 204

    thief = site.client()
    thief.cookies.update(stolen)
    assert (await thief.get("me")).status_code == 401


async def test_a_changed_password_ends_every_other_session(site: Site) -> None:
    ann, elsewhere = await site.browser(), site.client()
    elsewhere.cookies.update(dict(ann.cookies))

    changed = await ann.put("me/password", json={"password": "another horse entirely", "current": PASSWORD})

    assert changed.status_code == 200
    assert (await ann.get("me")).status_code == 200
    assert (await elsewhere.get("me")).status_code == 401


async def test_somebody_sees_where_they_are_signed_in_and_signs_out_there(site: Site) -> None:
    here, there = await site.browser(), site.client()
    there.headers.update({"origin": HOST, "user-agent": "Elsewhere/1.0"})
    await there.post("session", json={"name": "ann", "password": PASSWORD})
    bob = await site.browser("bob")

    listed = (await here.get("me/sessions")).json()
    [other] = [one for one in listed if not one["here"]]
    assert len(listed) == 2
    assert (other["agent"], other["address"]) == ("Elsewhere/1.0", "127.0.0.1")
    assert not any(token in str(listed) for token in there.cookies.values())

    assert (await bob.delete(f"me/sessions/{other['id']}")).status_code == 404
    assert (await here.delete(f"me/sessions/{other['id']}")).status_code == 204
    assert (await there.get("me")).status_code == 401
    assert (await here.get("me")).status_code == 200


async def test_a_foreign_host_gets_nothing(site: Site) -> None:
    answer = await site.client().get("health/live", headers={"host": "rebound.example"})

    assert answer.status_code == 421


async def test_a_form_of_another_page_is_not_read(site: Site) -> None:
    root = await site.superuser()

    answer = await root.post("jobs", content=b"name=x", headers={"content-type": "text/plain"})

    assert answer.status_code == 415


@pytest.mark.parametrize(
    ("body", "told"), [(b"[" * 200 + b"]" * 200, "nested"), (b'"' + b"x" * 9_000_000 + b'"', "larger")]
)
async def test_what_is_too_deep_or_too_large_is_not_parsed(site: Site, body: bytes, told: str) -> None:
    root = await site.superuser()

    answer = await root.post("jobs", content=body, headers={"content-type": "application/json"})

    assert answer.status_code == 413
    assert told in answer.json()["detail"]


async def test_a_wrong_definition_names_every_field(site: Site) -> None:
    root = await site.superuser()

    answer = await root.post("jobs", json={"name": "x", "definition": {"shel": "true", "every": "5 mm"}})

    assert answer.status_code == 422
    fields = {error["field"] for error in answer.json()["errors"]}
    assert {"body.shel", "body.every"} <= fields


def test_an_operation_without_a_rule_is_refused_at_the_start() -> None:
    with pytest.raises(LookupError, match="forgotten has no rule"):
        rule_of("forgotten")
    assert rule_of("get_job") is RULES["get_job"]
