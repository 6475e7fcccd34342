"""A real browser for tests: headless Chromium, with all that it asks for and complains of."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESK, PHONE = {"width": 1100, "height": 800}, {"width": 360, "height": 740}


@dataclass
class Shown:
    """A page, what it asked for beside itself, and what it complained of."""

    page: Any
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def text(self, place: str) -> str:
        return " ".join(self.page.locator(place).inner_text().split())

    def move(self, name: str, value: float) -> None:
        """Set a slider of the form, as a hand does."""
        self.page.locator(f"#explore-{name}").fill(f"{value:g}")


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser; skipped where there is none, but in CI that is a failure."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        found = next(filter(None, map(shutil.which, NAMES)), None)
        if found is None and Path(play.chromium.executable_path).exists():
            found = play.chromium.executable_path
        if found is None:
            text = f"no Chromium on the PATH ({', '.join(NAMES)})"
            if os.environ.get("CI", "").lower() in ("true", "1"):
                pytest.fail(f"{text}; .ci/run installs it")
            pytest.skip(text)
        browser = play.chromium.launch(executable_path=found, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(browser: Any, file: Path, size: dict[str, int] = DESK, **how: Any) -> Iterator[Shown]:
    """The file in a fresh profile. It may ask for nothing and complain of nothing."""
    context = browser.new_context(viewport=size, **how)
    try:
        page = context.new_page()
        shown = Shown(page)
        page.on("request", lambda request: shown.asked.append(request.url))
        page.on("console", lambda said: shown.complaints.append(said.text))
        page.on("pageerror", lambda error: shown.complaints.append(str(error)))
        page.goto(file.as_uri())
        if how.get("java_script_enabled", True):
            page.wait_for_function("!document.querySelector('#explore-awake')?.hidden")
        yield shown
        assert shown.asked == [file.as_uri()]
        assert shown.complaints == []
    finally:
        context.close()


def first_page(html: str, picture: Path, height: int = 2_000) -> None:
    """What a reader sees first of a report, as a picture."""
    size = {"width": 1_000, "height": height}
    with chromium() as browser:
        page = browser.new_page(viewport=size)
        page.set_content(html)
        page.wait_for_timeout(500)
        page.screenshot(path=picture, clip={"x": 0, "y": 0, **size})
