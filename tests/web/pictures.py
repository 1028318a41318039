"""The pictures of the README, out of the screenshots that the tests left: `python -m tests.web.pictures`."""

import base64
import os

from playwright.sync_api import sync_playwright

from tests.web.browser import ROOT, find_chromium

SCREENSHOTS, IMAGES = ROOT / "screenshots", ROOT / "docs" / "images"
WANTED = {
    "today": "light/today",
    "run": "dark/run-live",
    "job": "light/job",
    "graph": "dark/graph",
}
LARGEST = 150_000
_WEBP = """async (png) => {
    const image = new Image();
    image.src = png;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), {width: image.width, height: image.height});
    canvas.getContext("2d").drawImage(image, 0, 0);
    return canvas.toDataURL("image/webp", 0.92);
}"""


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=arguments)
        page = chromium.new_page()
        for name, source in WANTED.items():
            png = base64.b64encode((SCREENSHOTS / f"{source}.png").read_bytes()).decode()
            webp = base64.b64decode(page.evaluate(_WEBP, f"data:image/png;base64,{png}").partition(",")[2])
            if len(webp) > LARGEST:
                raise SystemExit(f"{name}: {len(webp)} bytes are too many for a repository")
            (IMAGES / f"{name}.webp").write_bytes(webp)
        chromium.close()


if __name__ == "__main__":
    main()
