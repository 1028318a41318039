"""Words that jobs are found by, as boards say them."""

from pathlib import Path

import pytest

from tickwork.boards.board import load_board
from tickwork.boards.edits import edited_job
from tickwork.boards.schema import board_schema
from tickwork.boards.single import job_said, said_of
from tickwork.boards.write import write_board
from tickwork.core.tags import MOST
from tickwork.errors import InvalidBoard, InvalidDefinition
from tickwork.operations.checking import check

BOARD = """
defaults: {tags: [nightly, eu]}
tasks:
  dump: {shell: dump, tags: database}
jobs:
  backup: {task: dump, cron: 0 2 * * *, tags: [team/billing, eu, nightly]}
  other: {shell: "true"}
"""


def load(tmp_path: Path, text: str):
    (tmp_path / "board.yaml").write_text(text)
    return load_board(tmp_path / "board.yaml").jobs


def test_what_defaults_task_and_job_say_is_added_up_each_once(tmp_path: Path):
    backup, other = load(tmp_path, BOARD)
    assert backup.tags == ("nightly", "eu", "database", "team/billing")
    assert other.tags == ("nightly", "eu")


def test_a_board_that_is_written_loads_back_to_the_same_tags(tmp_path: Path):
    jobs = load(tmp_path, BOARD)
    again = load(tmp_path, write_board(jobs, folder=tmp_path))
    assert [job.tags for job in again] == [job.tags for job in jobs]


@pytest.mark.parametrize(
    "tag", ["nightly", "PII", "2026", "team/billing", "cost-center:4711", "größe", "c++", "v1.2_b"]
)
def test_a_tag_is_a_word(tmp_path: Path, tag: str):
    (job,) = load(tmp_path, f"jobs: {{a: {{shell: a, tags: ['{tag}']}}}}")
    assert job.tags == (tag,)


@pytest.mark.parametrize("tag", ["two words", "a,b", "-x", "_x", "", "a\tb", "<b>", "a|b", "x" * 61, "🌙"])
def test_what_is_no_word_is_refused_with_its_line(tmp_path: Path, tag: str):
    with pytest.raises(InvalidBoard, match=r"board\.yaml:4: jobs\.a\.tags\[1\]: "):
        load(tmp_path, f'jobs:\n  a:\n    shell: a\n    tags: [good, "{tag}"]\n')


def test_a_number_is_to_be_quoted(tmp_path: Path):
    with pytest.raises(InvalidBoard, match='2026 is not a text; quote it: "2026"'):
        load(tmp_path, "jobs:\n  a:\n    shell: a\n    tags: [2026]\n")


def test_a_job_has_only_so_many_whoever_says_them(tmp_path: Path):
    many = [f"t{n}" for n in range(MOST)]
    (most,) = load(tmp_path, f"jobs: {{a: {{shell: a, tags: {many}}}}}")
    check(most)
    (more,) = load(tmp_path, f"defaults: {{tags: one-more}}\njobs: {{a: {{shell: a, tags: {many}}}}}")
    with pytest.raises(InvalidDefinition, match="job a: tags: 21 are too many; a job has 20 at most"):
        check(more)


def test_one_job_says_its_tags_and_is_edited_in_them(tmp_path: Path):
    job = job_said("a", {"shell": "a", "tags": ["x", "y", "x"]}, project="default")
    assert said_of(job)["tags"] == ["x", "y"]
    edited, fields = edited_job(job, ["tags=[y, z]"], folder=tmp_path)
    assert (edited.tags, fields) == (("y", "z"), ["tags"])
    assert edited_job(job, ["tags=billing"], folder=tmp_path)[0].tags == ("billing",)
    assert edited_job(job, ["tags=[]"], folder=tmp_path)[0].tags == ()


def test_the_schema_offers_them_wherever_a_job_is_described():
    properties = board_schema()["properties"]
    for place in (
        properties["defaults"],
        properties["jobs"]["additionalProperties"],
        properties["tasks"]["additionalProperties"],
    ):
        one, many = place["properties"]["tags"]["anyOf"]
        assert (one["type"], many["items"], many["maxItems"]) == ("string", one, MOST)
