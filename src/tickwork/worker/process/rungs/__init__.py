"""The ladder of containment: what holds the processes of a run together, so that ending them is certain.

`choosing` takes the highest rung that works here; `rung` is what they have in common.
"""
