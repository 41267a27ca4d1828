"""A browser to look at pages with."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import EditionError

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OPTIONS = ("--no-sandbox", "--disable-quic", "--disable-gpu", "--disable-software-rasterizer")


class NoBrowser(EditionError):
    """There is no browser; the message says how to have one."""


@contextmanager
def open_browser(**environment: str) -> Iterator[Browser]:
    """Start the Chromium on the PATH, or that of Playwright, with more variables of the environment.

    Raises NoBrowser where there is none.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        raise NoBrowser("playwright: not installed; expected pip install 'contre-enquete[tests]'") from None
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
        program = next(filter(None, map(shutil.which, PROGRAMS)), own if Path(own).is_file() else None)
        if not program:
            raise NoBrowser(
                "no Chromium on the PATH; expected one, as `apt-get install chromium libatomic1` or "
                "`.venv/bin/playwright install chromium` installs it"
            )
        browser = playwright.chromium.launch(executable_path=program, args=OPTIONS, env={**os.environ, **environment})
        yield browser
        browser.close()
