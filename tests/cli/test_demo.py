"""What `up --demo` tells a person to type must work when they type it."""

import sys
from pathlib import Path

import pytest

from tickwork.cli.demo import things_to_try, typed_program


@pytest.fixture
def program(tmp_path, monkeypatch) -> Path:
    """A program in a virtual environment below the current folder."""
    program = tmp_path / ".venv" / "bin" / "tickwork"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [str(program)])
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    return program


def test_a_program_that_no_shell_finds_is_called_by_its_path(program, tmp_path, monkeypatch):
    assert typed_program() == ".venv/bin/tickwork"
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert typed_program() == str(program)


def test_a_program_that_was_called_by_a_relative_path_is_too(program, monkeypatch):
    monkeypatch.setattr(sys, "argv", [".venv/bin/tickwork"])
    assert typed_program() == ".venv/bin/tickwork"


def test_an_environment_that_is_active_here_is_not_so_in_a_second_terminal(program, monkeypatch):
    monkeypatch.setenv("VIRTUAL_ENV", str(program.parents[1]))
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    assert typed_program() == ".venv/bin/tickwork"


def test_a_program_on_the_path_is_called_by_its_name(program, monkeypatch):
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    assert typed_program() == "tickwork"


def test_what_has_a_blank_in_it_is_quoted(program, tmp_path, monkeypatch):
    odd = tmp_path / "my tools" / "tickwork"
    odd.parent.mkdir()
    odd.write_bytes(b"")
    monkeypatch.setattr(sys, "argv", [str(odd)])
    export, first, *_ = things_to_try("sqlite:////tmp/a b/demo.db")
    assert export == "export TICKWORK_STORE='sqlite:////tmp/a b/demo.db'"
    assert first == "'my tools/tickwork' ls"
