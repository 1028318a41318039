"""`@job` and `@task`: a function that stays a function, and is a job beside it."""

from collections.abc import Callable, Mapping, Sequence
from inspect import getdoc, isasyncgenfunction, iscoroutinefunction
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, overload

from tickwork.app import binding
from tickwork.app.places import code_folder, main_module
from tickwork.app.policies import Policies
from tickwork.app.registry import register
from tickwork.app.signature import read_signature, signature_of
from tickwork.app.timing import keyed
from tickwork.core.dependencies import of_project, results_of_project
from tickwork.core.ids import DEFAULT_PROJECT, JobId, job_id
from tickwork.core.model import Call, Job, Mode
from tickwork.core.parameters import check
from tickwork.core.timing.occurrences import validate
from tickwork.core.timing.schedule import Schedule
from tickwork.errors import InvalidDefinition, InvalidSchedule

if TYPE_CHECKING:
    from tickwork.app.binding import RunHandle

P = ParamSpec("P")
R = TypeVar("R")


class JobFunction(Generic[P, R]):
    """A decorated function or class. Calling it calls the function, here and now, as if it were not decorated."""

    def __init__(
        self,
        function: Callable[P, R],
        *,
        name: str | None = None,
        project: str = DEFAULT_PROJECT,
        schedules: tuple[Schedule, ...] = (),
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        mode: Mode | str = Mode.PROCESS,
        pickle: bool = False,
        policies: Policies,
    ) -> None:
        self.function = function
        self.name = name or function.__name__
        self.project = project
        self.schedules = schedules
        self.args = tuple(args)
        self.kwargs = dict(kwargs or {})
        self.mode = _mode(mode, job=self.name)
        self.pickle = pickle
        self.policies = policies
        self.module = function.__module__
        self.__doc__ = function.__doc__
        self.__name__ = function.__name__
        self.__wrapped__ = function
        """Where `inspect` looks for the signature."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self.function(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<job {self.id}>"

    @property
    def id(self) -> JobId:
        return job_id(self.project, self.name)

    @property
    def importable(self) -> str:
        """The name of its module for another process."""
        return main_module() if self.module == "__main__" else self.module

    @property
    def target(self) -> str:
        """`module:function`, by which a child process finds it."""
        name = self.function.__qualname__
        if "<locals>" in name:
            raise InvalidDefinition(
                f"job {self.id}: {name} stands inside another function, where no other process can import it; "
                "move it to the top of a module"
            )
        return f"{self.importable}:{name}"

    def job(
        self,
        name: str,
        *,
        schedule: Schedule | Sequence[Schedule] = (),
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        **policies: Any,
    ) -> "JobFunction[P, R]":
        """Another job of the same function, with schedules and arguments of its own; policies given here win."""
        made = JobFunction(
            self.function,
            name=name,
            project=self.project,
            schedules=keyed(schedule),
            args=args,
            kwargs=kwargs,
            mode=self.mode,
            pickle=self.pickle,
            policies=self.policies.but(job=name, **policies),
        )
        register(made)
        return made

    def definition(self, *, target: str | None = None, app: str | None = None) -> Job:
        """As a board would define it; `target`: under another name than its own; `app`: what it is part of. Raises
        `InvalidDefinition`."""
        signature = signature_of(self.function)
        self._check_mode()
        self._check_schedules()
        self._check_arguments()
        args, kwargs = results_of_project([list(self.args), self.kwargs], self.project)
        if self.schedules and signature is not None:  # nobody is there to give what is missing when it is due
            check(signature, self.kwargs, job=self.id, bound=len(self.args))
        return Job(
            id=self.id,
            name=self.name,
            project=self.project,
            description=getdoc(self.function) or "",
            schedules=self.schedules,
            task=Call(
                target=target or self.target,
                args=tuple(args),
                kwargs=kwargs,
                path=code_folder(self.module),
                mode=self.mode,
                signature=signature,
                pickle=self.pickle,
                app=app,
            ),
            **{field: of_project(value, self.project) for field, value in self.policies.fields.items()},
        )

    def _check_mode(self) -> None:
        function = self.function
        if self.mode is Mode.ASYNC and not (iscoroutinefunction(function) or isasyncgenfunction(function)):
            raise InvalidDefinition(f"job {self.id}: mode async needs `async def`; use mode thread for what blocks")
        if self.mode is not Mode.PROCESS and self.policies.fields.get("env"):
            raise InvalidDefinition(
                f"job {self.id}: env goes with mode process only: in mode {self.mode} calls share one environment"
            )

    def _check_schedules(self) -> None:
        for schedule in self.schedules:
            try:
                validate(schedule, self.id)
            except InvalidSchedule as error:
                raise InvalidSchedule(f"job {self.id}: schedule {schedule.key}: {error}") from None

    def _check_arguments(self) -> None:
        """What is missing may be given to a run; what is too much never fits."""
        if (signature := read_signature(self.function)) is None:
            return
        try:
            signature.bind_partial(*self.args, **self.kwargs)
        except TypeError as error:
            raise InvalidDefinition(f"job {self.id}: args and kwargs: {error}; it takes {signature}") from None

    # -- as runs, where a `Tickwork` is at work in this process --

    def submit(self, **params: Any) -> "RunHandle":
        """Queue a run. Raises `InvalidParameter` before anything is queued, `NotConnected` without a `Tickwork`."""
        return binding.active().submit(self, **params)

    def run(self, **params: Any) -> Any:
        """Queue a run, wait for its end, and return its result. Raises `RunFailed` where there is none."""
        return self.submit(**params).result()

    async def asubmit(self, **params: Any) -> "RunHandle":
        """`submit`, for coroutines."""
        return await binding.active().asubmit(self, **params)

    async def arun(self, **params: Any) -> Any:
        """`run`, for coroutines."""
        return await (await self.asubmit(**params)).aresult()


@overload
def task(function: Callable[P, R], /) -> JobFunction[P, R]: ...


@overload
def task(
    *,
    name: str | None = None,
    project: str = DEFAULT_PROJECT,
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    mode: Mode | str = Mode.PROCESS,
    pickle: bool = False,
    **policies: Any,
) -> Callable[[Callable[P, R]], JobFunction[P, R]]: ...


def task(function: Callable[P, R] | None = None, /, **options: Any) -> Any:
    """What runs when it is asked to: a job without a schedule.

    Options: name, project, args, kwargs, mode, and the policies of `app.policies`: timeout, retries, …
    `pickle=True`: its result may be anything that can be pickled, and it takes such results of others.
    """
    return _decorated(function, **options)


@overload
def job(function: Callable[P, R], /) -> JobFunction[P, R]: ...


@overload
def job(
    *,
    schedule: Schedule | Sequence[Schedule] = (),
    name: str | None = None,
    project: str = DEFAULT_PROJECT,
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    mode: Mode | str = Mode.PROCESS,
    pickle: bool = False,
    **policies: Any,
) -> Callable[[Callable[P, R]], JobFunction[P, R]]: ...


def job(
    function: Callable[P, R] | None = None, /, *, schedule: Schedule | Sequence[Schedule] = (), **options: Any
) -> Any:
    """`@job(schedule=every("5s"), timeout="1m")`: a task that also runs on a schedule, or on several.

    Options: as of `task`.
    """
    return _decorated(function, schedule=schedule, **options)


def _decorated(
    function: Callable[P, R] | None,
    *,
    schedule: Schedule | Sequence[Schedule] = (),
    name: str | None = None,
    project: str = DEFAULT_PROJECT,
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    mode: Mode | str = Mode.PROCESS,
    pickle: bool = False,
    **policies: Any,
) -> Any:
    def decorate(function: Callable[P, R]) -> JobFunction[P, R]:
        made = JobFunction(
            function,
            name=name,
            project=project,
            schedules=keyed(schedule),
            args=args,
            kwargs=kwargs,
            mode=mode,
            pickle=pickle,
            policies=Policies.read(job=name or function.__name__, **policies),
        )
        register(made)
        return made

    return decorate if function is None else decorate(function)


def _mode(mode: Mode | str, *, job: str) -> Mode:
    try:
        return Mode(mode)
    except ValueError:
        raise InvalidDefinition(f"job {job}: mode: {mode!r} is none of {', '.join(Mode)}") from None
