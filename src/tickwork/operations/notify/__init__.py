"""Notices: channels, who is told of what, and what became of it."""

from tickwork.operations.notify.verbs import Notify as Notify
