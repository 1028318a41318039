"""Who is told of what, as boards say it."""

from pathlib import Path

import pytest

from tickwork.boards.board import load_board
from tickwork.boards.crontab import parse_crontab
from tickwork.boards.write import write_board
from tickwork.core.rules import Occasion, Rule
from tickwork.errors import InvalidBoard

BOARD = """
defaults: {notify: ops}
tasks:
  dump: {shell: dump, notify: [{channels: dba, on: [failed, recovered]}]}
jobs:
  backup: {task: dump, cron: 0 2 * * *, notify: ["mail:ann@example.com", ops], late_after: 5m, too_long: 1h}
  other: {shell: "true", mailto: bob@example.com}
"""


def load(tmp_path: Path, text: str):
    (tmp_path / "board.yaml").write_text(text)
    return load_board(tmp_path / "board.yaml")


def test_what_defaults_task_and_job_say_is_added_up(tmp_path: Path):
    backup, other = load(tmp_path, BOARD).jobs
    assert backup.notify == (
        Rule(channels=("ops",)),
        Rule(channels=("dba",), on=(Occasion.FAILED, Occasion.RECOVERED)),
        Rule(channels=("mail:ann@example.com",)),
    )
    assert (backup.late_after, backup.too_long) == (300_000_000, 3_600_000_000)
    assert other.notify == (Rule(channels=("ops",)),)


def test_a_board_that_is_written_loads_back_to_the_same_rules(tmp_path: Path):
    jobs = load(tmp_path, BOARD).jobs
    again = load(tmp_path, write_board(jobs, folder=tmp_path)).jobs
    assert [job.notify for job in again] == [job.notify for job in jobs]


def test_an_unknown_occasion_is_named_with_its_line(tmp_path: Path):
    text = "jobs:\n  backup:\n    shell: dump\n    notify: {channels: ops, on: [burnt]}\n"
    with pytest.raises(InvalidBoard, match=r"board\.yaml:4: .*burnt"):
        load(tmp_path, text)


def test_a_rule_without_channels_is_refused(tmp_path: Path):
    with pytest.raises(InvalidBoard, match="needs its channels"):
        load(tmp_path, "jobs:\n  backup:\n    shell: dump\n    notify: {on: [failed]}\n")


def test_an_imported_crontab_goes_on_mailing_what_its_jobs_print():
    [job] = parse_crontab("MAILTO=a@b.c, d@e.f\n0 2 * * * dump\n", system=False, name="crontab", zone="UTC").jobs
    assert job.notify == (Rule(channels=("mail:a@b.c", "mail:d@e.f"), on=(Occasion.OUTPUT,)),)
    [silent] = parse_crontab('MAILTO=""\n0 2 * * * dump\n', system=False, name="crontab", zone="UTC").jobs
    assert silent.notify == ()
