"""Telling how far a run is. Outside of a run all of this does nothing: a job's function stays a plain function."""

from collections.abc import Iterable, Iterator, Sequence
from math import isfinite, nan
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from tickwork.app.current import found
from tickwork.app.encoding import written
from tickwork.core.clock import Clock, SystemClock
from tickwork.core.progress import Bar

T = TypeVar("T")

_PAUSE = 0.1
"""Seconds between two reports of one loop."""
MAX_STATUS, MAX_NAME = 1000, 200
"""Characters of a status line, and of a name in the tree; what is longer is cut off."""


def report_progress(
    group: str | Sequence[str] | None, current: float, total: float = 0, status_line: str | None = None
) -> None:
    """The part `group` of this run (None: the run itself; names lead down a tree) is at `current` of `total`.

    A group that was not reported itself is the sum of the groups beneath it.
    """
    run = found()
    if run is not None:
        bar = Bar(
            group=_path(group),
            current=_number(current, "current"),
            total=_number(total, "total"),
            status=written(str(status_line or ""))[:MAX_STATUS],
        )
        run.progress(bar)


def _number(said: Any, what: str) -> float:
    """Whatever counts as one, of numpy, too. Raises `TypeError`."""
    try:
        number = float(said)
    except (TypeError, ValueError, OverflowError):
        number = nan
    if not isfinite(number):
        raise TypeError(f"report_progress: {what}={said!r} is not accepted: write a number")
    return number


def _path(group: str | Sequence[str] | None) -> tuple[str, ...]:
    if group is None:
        return ()
    return tuple(written(str(name))[:MAX_NAME] for name in ((group,) if isinstance(group, str) else group))


class tqdm(Generic[T]):  # noqa: N801 (a stand-in for the class of that name)
    """`for row in tqdm(rows, desc="load")`: the loop's progress as a bar of this run.

    Takes the arguments of tqdm that say what is counted (`iterable, desc, total, initial, disable`) and ignores
    those that say how it looks; `desc` is the bar's place in the tree, with `/` between the names.
    """

    def __init__(
        self,
        iterable: Iterable[T] | None = None,
        desc: str | None = None,
        total: float | None = None,
        *,
        initial: float = 0,
        disable: bool = False,
        clock: Clock | None = None,
        **_looks: Any,
    ) -> None:
        self.iterable = iterable
        self.desc = desc or ""
        self.n = initial
        self.total = total if total is not None else getattr(iterable, "__len__", lambda: 0)()
        self.disable = disable
        self._status = ""
        self._clock = clock or SystemClock()
        self._told_at = -_PAUSE
        self.refresh()

    def __iter__(self) -> Iterator[T]:
        for item in self.iterable or ():
            yield item
            self.update()
        self.close()

    def update(self, n: float | None = 1) -> None:
        """So much further."""
        self.n += 1 if n is None else n
        now = self._clock.monotonic()
        if now >= self._told_at + _PAUSE or self.n == self.total:
            self.refresh()

    def refresh(self) -> None:
        """Report it now, however little time has passed."""
        if not self.disable:
            self._told_at = self._clock.monotonic()
            group = tuple(part for part in self.desc.split("/") if part)
            total = self.total if self.total is not None and isfinite(self.total) else 0
            report_progress(group, self.n, total, self._status)

    def reset(self, total: float | None = None) -> None:
        self.n = 0
        self.total = self.total if total is None else total
        self.refresh()

    def set_description(self, desc: str | None = None, refresh: bool = True) -> None:
        self.desc = desc or ""
        if refresh:
            self.refresh()

    def set_postfix_str(self, s: str = "", refresh: bool = True) -> None:
        """The status line."""
        self._status = s
        if refresh:
            self.refresh()

    def set_postfix(self, ordered_dict: Any = None, refresh: bool = True, **kwargs: Any) -> None:
        facts = {**dict(ordered_dict or {}), **kwargs}
        self.set_postfix_str(", ".join(f"{name}={value}" for name, value in facts.items()), refresh)

    def close(self) -> None:
        self.refresh()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def trange(*args: int, **looks: Any) -> tqdm[int]:
    """`tqdm(range(…))`."""
    return tqdm(range(*args), **looks)
