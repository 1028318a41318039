"""Loading a board: the file, what it includes, its catalogue of tasks and its jobs, in that order."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from tickwork.boards.calendar_keys import CalendarSource
from tickwork.boards.document import read_document
from tickwork.boards.jobs import Surroundings, merged, prototype, read_job
from tickwork.boards.keys import BOARD
from tickwork.boards.kinds import Draft, read_table
from tickwork.boards.source import Mapping, Place, read_text
from tickwork.boards.tasks import read_task
from tickwork.core.ids import DEFAULT_PROJECT
from tickwork.core.model import Job
from tickwork.errors import InvalidBoard


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """One board file that is being read."""

    path: Path
    folder: Path
    """Where relative paths start from."""
    document: Mapping
    place: Place
    values: dict[str, Any]
    common: dict[str, Any]
    """What holds for its jobs: its own zone, env and defaults over those of the board that includes it."""


@dataclass(slots=True)
class Loading:
    """What has been gathered from a board and the files it includes."""

    name: str = ""
    project: str = DEFAULT_PROJECT
    jobs: dict[str, Job] = field(default_factory=dict)
    tasks: dict[str, Draft | None] = field(default_factory=dict)
    catalogue: list[Job] = field(default_factory=list)
    """What a job made from each task begins as."""
    calendars: dict[str, CalendarSource] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    _seen: dict[str, str] = field(default_factory=dict)
    """Where each job stands, by name."""

    def board(self, path: Path, *, shown: str, folder: Path) -> None:
        """Read the outermost file and everything it includes. Problems are gathered."""
        if file := self._read(path, shown, folder, {}):
            self.name = file.values.get("board", "")
            self.project = file.values.get("project", DEFAULT_PROJECT)
            self._contents(file, (path,))
            if not {"jobs", "tasks", "calendars", "include"} & set(file.document):
                file.place.report("has no jobs; write jobs: {name: {shell: …, cron: …}}")

    def _read(self, path: Path, shown: str, folder: Path, above: dict[str, Any]) -> _File | None:
        try:
            document, said = read_document(path, shown=shown)
        except InvalidBoard as error:
            self.problems.extend(error.problems)
            return None
        self.files.append(path)
        place = Place(said, problems=self.problems, warnings=self.warnings)
        values = read_table(BOARD, document, place)
        common = merged(above, {key: values[key] for key in ("zone", "env") if key in values})
        if "defaults" in values:
            common = merged(common, values["defaults"].values)
        return _File(path=path, folder=folder, document=document, place=place, values=values, common=common)

    def _contents(self, file: _File, chain: tuple[Path, ...]) -> None:
        self._calendars(file)
        self._tasks(file)
        for name in file.values.get("include", ()):
            self._include(file, name, chain)
        self._jobs(file)

    def _include(self, file: _File, name: str, chain: tuple[Path, ...]) -> None:
        place = file.place.key(file.document, "include")
        path = (file.folder / Path(name).expanduser()).resolve()
        if path in {step.resolve() for step in chain}:
            place.report(f"{name!r} includes itself: {' → '.join(step.name for step in (*chain, path))}")
            return
        if path in self.files:
            place.report(f"{name!r} is included twice")
            return
        shown = str(Path(file.place.file.removesuffix(" (rendered)")).parent / name)
        if included := self._read(path, shown, path.parent, file.common):
            self._check_heading(included)
            self._contents(included, (*chain, path))

    def _check_heading(self, file: _File) -> None:
        """An included file is part of the board that includes it."""
        if file.values.get("project", self.project) != self.project:
            file.place.key(file.document, "project").report(
                f"differs from the board's own, {self.project!r}; leave it out"
            )
        if "board" in file.values:
            file.place.key(file.document, "board").report("is for the board that includes this file; leave it out")

    def _calendars(self, file: _File) -> None:
        place = file.place.key(file.document, "calendars")
        for name, source in file.values.get("calendars", {}).items():
            spot = place.key(file.document["calendars"], name)
            if name in self.calendars:
                spot.report(f"the calendar {name!r} stands here a second time")
            elif source is not None:
                self.calendars[name] = self._with_text(source, file, spot)

    def _with_text(self, source: CalendarSource, file: _File, place: Place) -> CalendarSource:
        if source.ics is None:
            return source
        path = file.folder / Path(source.ics).expanduser()
        try:
            text = read_text(path, shown=source.ics)
        except InvalidBoard as error:
            for problem in error.problems:
                place.report(problem)
            return source
        self.files.append(path)
        return msgspec.structs.replace(source, ics=text)

    def _tasks(self, file: _File) -> None:
        tasks = file.values.get("tasks", Mapping())
        place = file.place.key(file.document, "tasks")
        around = self._around(file)
        for name, table in tasks.items():
            spot = place.key(tasks, name)
            if name in self.tasks:
                spot.report(f"the task {name!r} stands here a second time")
                continue
            task = self.tasks[name] = read_task(name, table, spot, folder=file.folder)
            if task is not None:
                self.catalogue.append(prototype(name, task, around))

    def _jobs(self, file: _File) -> None:
        jobs = file.values.get("jobs", Mapping())
        place = file.place.key(file.document, "jobs")
        around = self._around(file)
        for name, table in jobs.items():
            spot = place.key(jobs, name)
            if name in self._seen:
                spot.report(f"the job {name!r} stands here a second time (first in {self._seen[name]})")
                continue
            self._seen[name] = f"{spot.file}:{spot.line}"
            if job := read_job(name, table, spot, around):
                self.jobs[name] = job

    def _around(self, file: _File) -> Surroundings:
        return Surroundings(project=self.project, folder=file.folder, common=file.common, tasks=self.tasks)
