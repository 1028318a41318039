"""A decorated function: it stays a function, and is a job beside it."""

from collections.abc import Callable, Mapping, Sequence
from inspect import getdoc, isasyncgenfunction, iscoroutinefunction
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar

from tickwork.app import binding, options
from tickwork.app.encoding import any_json
from tickwork.app.places import code_folder, main_module
from tickwork.app.policies import Policies
from tickwork.app.registry import register
from tickwork.app.signature import read_signature, signature_of
from tickwork.app.timing import keyed
from tickwork.core.codec import from_json
from tickwork.core.dependencies import of_project, results_of_project
from tickwork.core.ids import DEFAULT_PROJECT, JobId, job_id
from tickwork.core.model import Call, Job, Mode
from tickwork.core.parameters import Signature, check
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
        own = function.__name__
        self.function = function
        self.name = options.named(own if name is None else name, what="name", job=own)
        self.project = options.named(project, what="project", job=self.name)
        self.schedules = schedules
        self.args = options.placed(args, job=self.name)
        self.kwargs = options.by_name({} if kwargs is None else kwargs, job=self.name)
        self.mode = options.mode(mode, job=self.name)
        self.pickle = options.flag(pickle, what="pickle", job=self.name)
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
        if name == "<lambda>":
            raise InvalidDefinition(
                f"job {self.id}: a lambda has no name by which another process could import it; "
                "write a function at the top of a module"
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
            policies=self.policies.but(name, **policies),
        )
        register(made)
        return made

    def definition(self, *, target: str | None = None, app: str | None = None) -> Job:
        """As a board would define it; `target`: under another name than its own; `app`: what it is part of. Raises
        `InvalidDefinition`."""
        signature = signature_of(self.function)
        self._check_mode()
        self._check_schedules()
        args, kwargs = self._plain_arguments()
        if signature is not None:
            self._check_arguments(signature, args, kwargs)
        args, kwargs = results_of_project([args, kwargs], self.project)
        policies = {field: of_project(value, self.project) for field, value in self.policies.fields.items()}
        return Job(
            id=self.id,
            name=self.name,
            project=self.project,
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
            **{"description": getdoc(self.function) or "", **policies},
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

    def _plain_arguments(self) -> tuple[list[Any], dict[str, Any]]:
        """As a board would have them: other processes read them from the store."""
        try:
            args, kwargs = from_json(any_json((self.args, self.kwargs)), tuple[list[Any], dict[str, Any]])
        except Exception as error:  # noqa: BLE001 (whatever a value's own code raises when it is looked at)
            raise InvalidDefinition(f"job {self.id}: args and kwargs: {error}; give it what JSON can hold") from None
        return args, kwargs

    def _check_arguments(self, signature: Signature, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
        """What is too much, or of another type, never fits. What is missing may be given to a run, but nobody is there
        to give it when a schedule is due."""
        if (read := read_signature(self.function)) is None:
            return
        try:
            bound = read.bind_partial(*args, **kwargs).arguments
        except TypeError as error:
            raise InvalidDefinition(f"job {self.id}: args and kwargs: {error}; it takes {read}") from None
        known = {parameter.name for parameter in signature.parameters}
        given = {name: value for name, value in bound.items() if name in known}
        check(signature, given, job=self.id, complete=bool(self.schedules))

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
