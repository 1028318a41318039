"""Build the documentation site: `python3 run.py docs` (or `python docs/build.py [--serve]` with the group `docs`).

The site has the pages of this folder, and those that stand elsewhere in the project under `project/`. They are copied
into `build/documentation` with their links turned to where they lie there, and built strictly into its folder `site`: a
link that leads nowhere fails.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
PLACE = ROOT / "build" / "documentation"
PROJECT = {
    "ARCHITECTURE.md": "architecture.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "SECURITY.md": "security.md",
    "benchmarks/README.md": "benchmarks.md",
    "web/README.md": "dashboard.md",
}
"""Pages beside this folder, and what they are called on the site."""
_LINK = re.compile(r"(\]\()([^)#\s]+)((?:#[^)]*)?\))")
_MANY = re.compile(r'"(?P<pattern>[\w/-]+\*\.md)"')
"""Where a page's place stands in the navigation: many pages."""
_TITLE = re.compile(r"^# (?P<title>.+)$", re.MULTILINE)
_CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.DOTALL)


def main() -> None:
    build(PLACE, serve="--serve" in sys.argv[1:])


def build(place: Path, *, serve: bool = False) -> None:
    """Everything that it needs and makes is in `place`. Raises `CalledProcessError`."""
    shutil.rmtree(place, ignore_errors=True)
    stage(place / "pages")
    (place / "zensical.toml").write_text(configuration(), encoding="utf-8")
    program = Path(sys.executable).with_name("zensical")
    subprocess.run([program, *(["serve"] if serve else ["build", "--strict"])], cwd=place, check=True)


def configuration() -> str:
    """`zensical.toml`, with the pages that a pattern in its navigation stands for."""
    text = (ROOT / "zensical.toml").read_text(encoding="utf-8")
    return _MANY.sub(lambda found: json.dumps(titled(found["pattern"])).replace('": "', '" = "'), text)


def titled(pattern: str) -> list[dict[str, str]]:
    """Those pages by their titles, in the order of their names."""
    found = sorted(DOCS.glob(pattern))
    return [{_TITLE.search(page.read_text(encoding="utf-8"))["title"]: str(place_of(page))} for page in found]


def stage(target: Path) -> None:
    """Put the pages as they are on the site into a folder of their own."""
    for source in pages():
        there = target / place_of(source)
        there.parent.mkdir(parents=True, exist_ok=True)
        if source.suffix == ".md":
            there.write_text(turned(source.read_text(encoding="utf-8"), source), encoding="utf-8")
        else:
            shutil.copy(source, there)


def pages() -> list[Path]:
    """Everything that is on the site, where it stands in the project."""
    own = [path for path in sorted(DOCS.rglob("*")) if path.suffix in {".md", ".webp", ".png", ".svg", ".css"}]
    return [*own, *(ROOT / name for name in PROJECT)]


def place_of(source: Path) -> Path:
    """Where a page or picture lies on the site."""
    if source.is_relative_to(DOCS):
        return source.relative_to(DOCS)
    return Path("project") / PROJECT[str(source.relative_to(ROOT))]


def turned(text: str, source: Path) -> str:
    """The page with its links leading to where their targets lie on the site. What is not on it loses its link."""
    here = place_of(source).parent

    def turn(found: re.Match[str]) -> str:
        before, link, rest = found.groups()
        if ":" in link:
            return found[0]
        target = Path(os.path.normpath(source.parent / link))
        on_site = target.is_relative_to(DOCS) or str(target.relative_to(ROOT)) in PROJECT
        return f"{before}{os.path.relpath(place_of(target), here)}{rest}" if on_site else f"{before}#{rest}"

    parts = _CODE.split(text)
    parts[::2] = [_LINK.sub(turn, part) for part in parts[::2]]
    return "".join(parts)


if __name__ == "__main__":
    main()
