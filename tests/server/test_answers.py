"""What answers say beside their bodies: where the next page is, where what was made is found, what a path takes."""

from pathlib import Path

import httpx2
import pytest

from tests.server.conftest import HOST, Site
from tests.server.running import a_running_server, populate


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/api/v1/jobs", "GET, POST"),
        ("/api/v1/users/ann", "DELETE, GET, PATCH"),
        ("/api/v1/runs/x/progress", "GET, PUT"),
        ("/jobs/x", "DELETE, GET"),
    ],
)
@pytest.mark.parametrize("asked", ["OPTIONS", "TRACE"])
async def test_a_path_says_all_the_methods_that_it_takes(site: Site, path: str, methods: str, asked: str) -> None:
    answer = await site.client().request(asked, HOST + path)

    assert (answer.status_code, answer.headers["allow"]) == (405, methods)


async def test_a_page_links_to_the_next_one_until_the_last(site: Site) -> None:
    root = await site.superuser()
    for n in range(3):
        await site.job(f"job-{n}")

    first = await root.get("jobs", params={"limit": 2, "q": "job"})

    assert first.links["next"]["url"].startswith("/api/v1/jobs?limit=2&q=job&cursor=")
    last = await root.get(HOST + first.links["next"]["url"])
    assert [item["id"] for item in last.json()["items"]] == ["job-2"]
    assert "link" not in last.headers


async def test_a_run_of_what_is_in_no_list_says_where_it_is_found(site: Site) -> None:
    root = await site.superuser()

    answer = await root.post("runs", json={"name": "once", "definition": {"shell": "true"}})

    assert answer.status_code == 202
    assert (await root.get(HOST + answer.headers["location"])).json()["run"]["id"] == answer.json()["run"]["id"]


async def test_a_log_is_one_text_whether_it_is_followed_read_or_downloaded(tmp_path: Path) -> None:
    async with a_running_server(tmp_path) as running:
        await populate(running)
        await running.ops.people.users.create("root", superuser=True)
        headers = {"authorization": f"Bearer {await running.key('root')}"}
        log = f"{running.url}/api/v1/runs/{running.ids['run'][0]}/log"
        async with httpx2.AsyncClient(headers=headers, timeout=30) as client:
            followed = await client.get(log, params={"follow": "true"})
            read = await client.get(log, params={"format": "text"})
            downloaded = await client.get(f"{log}/download")

    lines = read.content.splitlines()
    assert lines[0] == b"18234 rows\xff loaded", "what the job wrote stays as it was"
    assert [line.split(maxsplit=1)[1] for line in lines[1:]] == [
        b"WARNING shop: slow",
        b"[tickwork: 5 bytes left out here]",
    ]
    assert downloaded.content == read.content
    assert followed.text == read.content.decode(errors="replace")


async def test_what_takes_one_value_is_not_given_two(site: Site) -> None:
    root = await site.superuser()

    answer = await root.get("jobs?q=a&q=b&tag=x&tag=y&limit=2")

    assert (answer.status_code, answer.json()["errors"]) == (
        422,
        [{"field": "query.q", "message": "it takes one value, and is given several times"}],
    )
