"""Which code a worker has: labels of its session, by the apps that it was started with. They are for people: what runs
ask for are its tasks."""

import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path

from tickwork.worker.processes import Preload

_DIGITS = 10


def code_labels(preload: Preload | None) -> tuple[str, ...]:
    """`app:shop`, and `code:shop@<fingerprint>`, by which people see whether two workers have the same."""
    apps = () if preload is None else preload.apps
    labels: list[str] = []
    for app in apps:
        labels.append(f"app:{app}")
        labels += [f"code:{app}@{print_}" for print_ in fingerprint(app, preload.paths if preload else ())]
    return tuple(labels)


def fingerprint(module: str, paths: Iterable[str]) -> list[str]:
    """Of the source of the module's outermost package, which is not imported for it; none where there is no source."""
    root = _root(module.partition(".")[0], paths)
    if root is None:
        return []
    files = sorted(root.rglob("*.py")) if root.is_dir() else [root]
    whole = hashlib.sha256()
    for file in files:
        text = file.read_bytes()
        whole.update(f"{file.relative_to(root.parent)}\0{len(text)}\0".encode() + text)
    return [whole.hexdigest()[:_DIGITS]]


def _root(name: str, paths: Iterable[str]) -> Path | None:
    for folder in (*paths, *sys.path):
        for found in (Path(folder, name), Path(folder, f"{name}.py")):
            if found.is_file() or (found.is_dir() and any(found.glob("*.py"))):
                return found
    return None
