"""The composition root: the only package that names concrete stores, and the one that puts a node together."""

from tickwork.node.making import collect_rarely, make_keyring, make_tracing, worker_name
from tickwork.node.node import Node
from tickwork.node.stores import make_store

__all__ = ["Node", "collect_rarely", "make_keyring", "make_store", "make_tracing", "worker_name"]
