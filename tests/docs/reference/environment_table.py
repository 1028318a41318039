"""The variables that every run finds."""

from tests.docs.reference.tables import table
from tickwork.worker import environment

_SAID = {
    "TICKWORK_RUN_ID": "The run.",
    "TICKWORK_JOB": "Its job.",
    "TICKWORK_PROJECT": "The job's project.",
    "TICKWORK_SLOT": "The due instant, in UTC; empty where no schedule made the run.",
    "TICKWORK_ATTEMPT": "1 for the first attempt, then 2, …",
    "TICKWORK_FENCE": "The number of this claim: higher than that of every claim before. Hand it to what must refuse "
    "writes of a worker that was given up.",
    "TICKWORK_PARAMS": "The run's parameters, as a JSON object.",
    "TICKWORK_URL": "The server, where there is one that listens.",
    "TICKWORK_TOKEN": "Good for this run, at that server, while its claim holds.",
}


def given_table() -> str:
    import inspect
    import re

    named = re.findall(r'"(TICKWORK_\w+)"', inspect.getsource(environment.own_variables))
    return table(("variable", "meaning"), [(f"`{name}`", _SAID[name]) for name in named])


def kept_table() -> str:
    return ", ".join(f"`{name}`" for name in environment.KEPT)
