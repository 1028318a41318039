"""From a board's file to its outermost table: read, rendered where it is a template, parsed by its ending."""

from pathlib import Path
from typing import Any

from tickwork.boards.source import Mapping, described, read_text
from tickwork.boards.template import is_template, render
from tickwork.boards.toml_source import parse_toml
from tickwork.boards.yaml_source import parse_yaml
from tickwork.core.dependencies import RETVAL
from tickwork.errors import InvalidBoard

_FORM = "jobs: {name: {shell: …, cron: …}}"


def read_document(path: Path, *, shown: str) -> tuple[Mapping, str]:
    """The table, and what the file is called in problems with it (a template's lines are those of what it wrote).

    Raises `InvalidBoard`.
    """
    text = read_text(path, shown=shown)
    kind = Path(path.name.removesuffix(".j2")).suffix
    if kind not in {".yaml", ".yml", ".toml"}:
        raise InvalidBoard([f"{shown}: is not a board; a board ends in .yaml, .yml or .toml (a crontab is imported)"])
    if is_template(text, path.name):
        text, shown = render(text, shown=shown), f"{shown} (rendered)"
    document: Any = parse_toml(text, shown=shown) if kind == ".toml" else parse_yaml(text, shown=shown, tags=(RETVAL,))
    if document is None:
        raise InvalidBoard([f"{shown}: is empty; write {_FORM}"])
    if not isinstance(document, Mapping):
        raise InvalidBoard([f"{shown}:1: {described(document)} is not a board; write {_FORM}"])
    return document, shown
