"""Where another process finds what was decorated here, and what it does not find."""

import sys
from pathlib import Path

from tickwork.errors import InvalidDefinition


def code_folder(module: str) -> str | None:
    """The folder that must be on `sys.path` so that `module` can be imported in another process."""
    file = getattr(sys.modules.get(module), "__file__", None)
    if file is None:
        return None
    path = Path(file).absolute()
    name = main_module() if module == "__main__" else module
    depth = name.count(".") + (path.name == "__init__.py")
    return str(path.parents[depth])


def main_module() -> str:
    """The name under which another process can import what runs as a script here."""
    main = sys.modules["__main__"]
    if (spec := getattr(main, "__spec__", None)) is not None:
        return str(spec.name)
    file = getattr(main, "__file__", None)
    if file is None:
        raise InvalidDefinition("jobs that are typed into an interpreter cannot be imported by another process")
    return Path(file).stem


def absent_in(module: str, error: ModuleNotFoundError) -> str | None:
    """Which part of its name is not there; None where something is missing that the module imports."""
    name = error.name
    return name if name is not None and f"{module}.".startswith(f"{name}.") else None
