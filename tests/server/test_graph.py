"""The graph of a project over REST."""

from tests.house import job
from tests.server.conftest import Site
from tests.server.test_today import ran
from tickwork.core.dependencies import After, Need, On
from tickwork.core.ids import JobId
from tickwork.core.roles import Role
from tickwork.core.states import Reason, State
from tickwork.operations.project_graph import project_graph


async def test_the_graph_of_a_project_says_what_waits_for_what_and_how_each_stands(site: Site) -> None:
    await site.job("a:report", project="a", needs=(Need(job=JobId("a:load")), Need(job=JobId("c:rates"))))
    await site.job("a:load", project="a")
    await site.job("a:mail", project="a", after=(After(job=JobId("a:report"), on=On.FAILURE),))
    await site.job("a:alone", project="a")
    await site.job("c:rates", project="c")
    failed = await ran(site, "a:load", State.FAILED, Reason.EXIT)
    await site.house.ops.runs.run("a:alone")
    ann = await site.person("ann", roles={"a": Role.VIEWER})

    graph = (await ann.get("projects/a/graph")).json()

    nodes = {node["job"]: node for node in graph["nodes"]}
    assert [node["job"] for node in graph["nodes"]][-1] == "a:alone"
    assert list(nodes).index("a:load") < list(nodes).index("a:report") < list(nodes).index("a:mail")
    assert nodes["a:report"]["needs"] == ["a:load", "c:rates"]
    assert nodes["a:mail"]["after"] == {"a:report": "failure"}
    assert (nodes["a:load"]["state"], nodes["a:load"]["last"], nodes["a:load"]["run"]) == ("idle", "failed", failed)
    assert nodes["a:alone"]["state"] == "queued"
    assert graph["left_out"] == 0


async def test_of_jobs_in_other_projects_the_graph_has_the_name_alone(site: Site) -> None:
    await site.job("a:report", project="a", needs=(Need(job=JobId("c:rates")),))
    await site.job("c:rates", project="c")
    await ran(site, "c:rates")
    ann = await site.person("ann", roles={"a": Role.VIEWER})

    graph = (await ann.get("projects/a/graph")).json()

    assert [(node["job"], node["state"], node["run"]) for node in graph["nodes"]] == [
        ("c:rates", None, None),
        ("a:report", "idle", None),
    ]


async def test_a_graph_too_large_to_look_at_leaves_out_jobs_without_edges_first(site: Site) -> None:
    jobs = [
        *(job(f"alone-{n}") for n in range(3)),
        job("first"),
        job("second", needs=(Need(job=JobId("first")),)),
    ]

    graph = await project_graph(site.house.store, "default", jobs, switches={}, now=site.house.clock.now(), most=3)

    assert [node.job for node in graph.nodes] == ["first", "second", "alone-0"]
    assert graph.left_out == 2
