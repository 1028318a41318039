"""What goes into a call, and what comes out of it, in the form that its spec asks for."""

from collections.abc import Sequence
from typing import Any

from tickwork.app.pickling import unpickled
from tickwork.core.codec import from_json
from tickwork.errors import LaunchFailed, PickleRefused
from tickwork.worker.process.calling import JSON, Form, signed_pickle
from tickwork.worker.process.loading import Loaded
from tickwork.worker.processes import CallSpec


def form_of(call: CallSpec) -> Form:
    """The form of its result."""
    return JSON if call.key is None else signed_pickle(call.key, job=call.env["TICKWORK_JOB"])


def arguments_of(call: CallSpec, loaded: Loaded) -> tuple[Sequence[Any], dict[str, Any]]:
    """Its arguments as the function's annotations say. Raises `LaunchFailed`."""
    args, kwargs = _given(call)
    if call.key is not None:
        args, kwargs = opened(args, kwargs, key=call.key)
    return loaded.fit(args, kwargs)


def _given(call: CallSpec) -> tuple[Sequence[Any], dict[str, Any]]:
    if call.plain is None:
        return call.args, call.kwargs
    return from_json(call.plain, tuple[list[Any], dict[str, Any]])


def opened(args: Sequence[Any], kwargs: dict[str, Any], *, key: bytes) -> tuple[Any, Any]:
    """With the pickled results among them made anew. Raises `LaunchFailed`."""
    try:
        return unpickled(args, key=key), unpickled(kwargs, key=key)
    except PickleRefused as error:
        raise LaunchFailed(str(error)) from error
