"""What people and programs are shown: one shape per object, everywhere (CLI, REST, client).

Keys are the glossary's words; times are ISO-8601 UTC strings, durations seconds. What makes them is in `viewing`.
"""

from tickwork.operations.views.fleet import PoolView, SwitchView, WorkerView
from tickwork.operations.views.graph import GraphNode, GraphView
from tickwork.operations.views.jobs import (
    CheckinView,
    JobDetailView,
    JobView,
    KeptView,
    NextView,
    RevisionView,
    ScheduleView,
    TaskView,
)
from tickwork.operations.views.ledger import Explanation, GapView, LedgerEntry
from tickwork.operations.views.overview import Overview
from tickwork.operations.views.runs import (
    AttemptView,
    ChunkView,
    FrameView,
    GroupView,
    ProgressView,
    RunDetailView,
    RunView,
)
from tickwork.operations.views.view import View

__all__ = [
    "AttemptView",
    "CheckinView",
    "ChunkView",
    "Explanation",
    "FrameView",
    "GapView",
    "GraphNode",
    "GraphView",
    "GroupView",
    "JobDetailView",
    "JobView",
    "KeptView",
    "LedgerEntry",
    "NextView",
    "Overview",
    "PoolView",
    "ProgressView",
    "RevisionView",
    "RunDetailView",
    "RunView",
    "ScheduleView",
    "SwitchView",
    "TaskView",
    "View",
    "WorkerView",
]
