"""Check that an edition can be read on a desk and on a phone: its pictures by themselves, its pages in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ..article import list_edition_languages
from ..charts.axes import PHONE
from ..charts.chart import Chart, hide_words
from ..charts.layout import find_illegible_texts
from ..errors import EditionError
from ..plugin import call_checked, load_figures
from ..project import OPENING_PAGE, PACKAGE
from ..survey.model import load_survey
from .browser import open_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WIDTHS = {"desk": 1280, "phone": 390}  # of a screen, in pixels
WINDOW_HEIGHT = 900
FIND_FAULTS = (PACKAGE / "charts/layout.js").read_text(encoding="utf-8")
OVERFLOW = "document.documentElement.scrollWidth - innerWidth"
UNFOLD = "document.querySelectorAll('details').forEach(each => each.open = true)"


def check_layout(project: Path) -> Iterator[str]:
    """Yield a line for each fault of pictures, then of pages. Raises EditionError without pages or browser."""
    yield from check_pictures(project)
    if not (project / OPENING_PAGE).is_file():
        raise EditionError(f"{OPENING_PAGE}: not there; make builds it")
    with open_browser() as browser:
        yield from check_pages(project, browser)


def check_pictures(project: Path) -> Iterator[str]:
    """Yield a line for each text of a figure that overlaps another, leaves it or is too small, as matplotlib has it.

    Each figure of the article is drawn for a desk and for a phone, in each language, without a browser.
    """
    for language in list_edition_languages(project):
        survey = load_survey(language, project)
        for draw in load_figures(project).FIGURES:
            chart = call_checked(draw, survey, Chart, "a Chart")
            with hide_words(chart.drawn(PHONE)) as phone:
                faults = {"desk": find_illegible_texts(chart.figure), "phone": find_illegible_texts(phone)}
            for width, lines in faults.items():
                yield from (f"charts.{language}, {chart.name}, {width}: {line}" for line in lines)


def check_pages(project: Path, browser: Browser) -> Iterator[str]:
    """Yield a line for each label of a page that touches a label or mark, leaves its picture or is too small.

    Also for each page that is wider than the screen, a desk's or a phone's. Pages are as `make` has built them.
    """
    for name, width in WIDTHS.items():
        view = browser.new_page(viewport={"width": width, "height": WINDOW_HEIGHT})
        for path in sorted((project / "site").rglob("*.html")):
            view.goto(path.as_uri())
            view.evaluate("document.fonts.ready.then(() => true)")
            view.evaluate(UNFOLD)
            place = f"{path.relative_to(project).as_posix()}, {name}"
            yield from (f"{place}: {line}" for line in view.evaluate(FIND_FAULTS))
            if (excess := view.evaluate(OVERFLOW)) > 0:
                yield f"{place}: {excess} pixels wider than a screen of {width}; expected no scrolling sideways"
        view.close()
