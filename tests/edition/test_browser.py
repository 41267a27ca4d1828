"""The pages in a real Chromium: no request, no complaint, everything reached, read aloud and printed."""

import csv
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from conftest import one_of_each
from reading import CHARTLESS, NOTEBOOK_PAGES, PAGES, language, template

pytestmark = pytest.mark.slow

WAYS = {
    "light": {"viewport": {"width": 1400, "height": 900}},
    "dark": {"viewport": {"width": 1000, "height": 800}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}, "has_touch": True},
    "zoom-400": {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4},
    "forced-colours": {"viewport": {"width": 1000, "height": 800}, "forced_colors": "active"},
}


@pytest.fixture
def visit(browser, site):
    """Opens a page of the site from its file; collects what it asks for and complains of."""
    contexts = []

    def visit(name, way="light"):
        contexts.append(browser.new_context(**WAYS[way]))
        return go(listened(contexts[-1].new_page()), site / name)

    yield visit
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def read(browser, site):
    """Opens a page of the site as `visit` does, for tests that change nothing but the page: one reader for each way
    goes through all.
    """
    readers = {}

    def read(name, way):
        if way not in readers:
            readers[way] = listened(browser.new_context(**WAYS[way]).new_page())
        return go(readers[way], site / name)

    yield read
    for page in readers.values():
        page.context.close()


def listened(page):
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


def go(page, path):
    page.asked, page.complaints = [], []
    page.goto(path.as_uri())
    return page


COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}  # all that night changes

# What is the same in both languages is looked at in one; and what has no chart, as a screen and as a phone.
READINGS = [
    (name, way)
    for name in PAGES
    for way in WAYS
    if way == "light" or not (re.search(r"\ben\b", name) or (name in CHARTLESS and way != "phone"))
]
FIRSTS = {template(name): name for name in reversed(PAGES) if language(name) == "fr"}


@pytest.mark.parametrize(
    ("name", "way"),  # each template by day, and the one with most in it by night and on a phone
    [
        pytest.param(
            name,
            way,
            marks=[]
            if name in FIRSTS.values() and way in ("light", *("dark", "phone") * (name == FIRSTS["notebooks"]))
            else pytest.mark.thorough,
        )
        for name, way in READINGS
    ],
)
def test_everyone_can_read_it(name, way, read):
    """axe-core finds nothing against WCAG 2.2 AA or its best practices; nothing is wider than the screen."""
    page = read(name, way)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    found = Axe().run(page, options=COLOURS if way == "dark" else None).response["violations"]
    assert not [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [address for address in page.asked if not address.startswith("data:")] == [page.url]
    assert page.complaints == []


# Of the links to rows: those that cannot be hit where they stand, or whose row is not shown whole once they are.
JUMPS = """async () => {
  const shown = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
  const wrong = []
  for (const link of document.querySelectorAll("main a[id][href^='#']")) {
    link.scrollIntoView({block: 'center'})
    const [line] = link.getClientRects(), x = line.left + line.width / 2, y = line.top + line.height / 2
    const hit = link.contains(document.elementFromPoint(x, y))
    link.click()
    await shown()
    const row = document.querySelector(':target'), box = row?.getBoundingClientRect()
    const right = row?.closest('.cards') && `#${row.id}` === decodeURIComponent(link.hash)
    const reached = right && box.height > 0 && box.top >= 0 && box.bottom <= innerHeight
    if (!hit || !reached) wrong.push([link.outerHTML, hit, reached])
  }
  return wrong
}"""


@pytest.mark.parametrize("name", one_of_each(NOTEBOOK_PAGES, template))
def test_every_number_jumps_to_its_row(name, read):
    page = read(name, "light")
    page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
    links = page.locator("main a[id][href^='#']")
    assert links.count() >= 2
    links.first.click()
    assert page.evaluate(JUMPS) == []


@pytest.mark.parametrize("way", ["light", "phone"])
def test_a_number_lights_its_mark_and_the_card_leads_back(way, visit):
    page = visit("notebooks/fr/1-article.html", way)
    link = page.locator("main p a[id][href='#tools.team-sites.large']").first
    link.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    mark = page.locator("svg a[href='#tools.team-sites.large'] > *").filter(visible=True)
    plain = mark.evaluate("each => getComputedStyle(each).stroke")
    others = page.locator("svg a[href='#tools.external-social-networks.large'] > *").filter(visible=True)
    link.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("scrollY") == before  # the reader stays in the sentence
    card = page.locator(":target")
    assert card.is_visible() and "61\u00a0%" in card.inner_text() and "Microsoft" in card.inner_text()
    assert mark.evaluate("each => getComputedStyle(each).stroke") != plain
    assert others.evaluate("each => getComputedStyle(each).stroke") == plain
    cell = page.locator("td a[href='#tools.team-sites.large']")
    assert cell.evaluate("each => getComputedStyle(each).backgroundColor") != "rgba(0, 0, 0, 0)"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.cards') !== null")  # the keyboard goes on in the card
    card.locator(".back a").first.click()
    assert page.evaluate("document.querySelector(':target').getAttribute('href')") == "#tools.team-sites.large"
    assert page.locator(":target").is_visible() and not page.locator(".cards > li").filter(visible=True).count()


def test_a_mark_leads_to_its_card(visit):
    page = visit("notebooks/fr/1-article.html")
    page.locator("svg a[href='#tools.external-social-networks.sme']").filter(visible=True).first.click()
    assert "35\u00a0%" in page.locator(".cards > li:target").inner_text()


def test_the_register_is_folded_until_asked_for(visit):
    page = visit("notebooks/fr/1-article.html")
    cards = page.locator(".cards > li")
    assert cards.count() > 40 and cards.filter(visible=True).count() == 0
    page.locator(".all summary").click()
    assert cards.filter(visible=True).count() == cards.count()


@pytest.mark.parametrize("name", one_of_each([name for name in NOTEBOOK_PAGES if "/4-" in name], template))
def test_claims_are_filtered_without_script_and_stay_short(name, visit):
    """On a phone, the part with all claims is four screens at most; a link shows its claim whatever is chosen."""
    page = visit(name, "phone")
    page.set_viewport_size({"width": 390, "height": 844})
    cards, buttons = page.locator(".claims > li"), page.locator(".filter input")
    heights = page.evaluate(
        """() => { const claims = document.querySelector('.claims'), heads = [...document.querySelectorAll('h2')]
        const after = heads.find(head => claims.compareDocumentPosition(head) & Node.DOCUMENT_POSITION_FOLLOWING)
        const before = heads[heads.indexOf(after) - 1]
        return after.getBoundingClientRect().top - before.getBoundingClientRect().top }"""
    )
    assert heights <= 4 * 844
    for button, label in zip(buttons.all(), page.locator(".filter label").all(), strict=True):
        button.check()
        assert f"({cards.filter(visible=True).count()})" in label.inner_text()
    buttons.nth(1).focus()
    page.keyboard.press("ArrowDown")
    assert buttons.nth(2).is_checked() and not cards.locator("dl").filter(visible=True).count()
    hidden = cards.filter(visible=False).first.get_attribute("id")
    page.goto(f"{page.url}#{hidden}")
    assert page.locator(f"#{hidden} dl").is_visible()


@pytest.mark.parametrize("language", ["fr", pytest.param("en", marks=pytest.mark.thorough)])
def test_what_to_try_is_folded_under_its_heading(language, visit):
    page = visit(f"notebooks/{language}/1-article.html")
    fold = page.locator("details.fold")
    assert fold.count() == 1 and not fold.locator("p").filter(visible=True).count()
    page.get_by_role("heading", name={"fr": "Essayez", "en": "Try"}[language], exact=True).click()
    assert fold.locator("p").first.is_visible() and fold.locator(".code").count() == 3
    assert fold.evaluate("each => each.nextElementSibling.tagName") == "H2"


def test_the_keyboard_reaches_everything(visit):
    page = visit("notebooks/fr/1-article.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    box = page.locator(".skip").bounding_box()
    assert box["x"] >= 0 and box["y"] >= 0  # it shows itself
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    page = visit("notebooks/fr/1-article.html")
    wanted = page.evaluate(
        """() => { const all = [...document.querySelectorAll('a[href]:not([tabindex="-1"]), summary, [tabindex="0"]')]
                   .filter(each => each.checkVisibility({contentVisibilityAuto: true}) && each.getClientRects().length);
                   all.forEach((each, n) => each.dataset.n = n); return all.length }"""
    )
    reached = set()
    for _ in range(wanted):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.dataset.n"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    assert reached >= {str(n) for n in range(wanted)}
    summary = page.locator("figure summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("figure table").first.is_visible()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_chart_and_table_are_read_aloud(language, visit):
    page = visit(f"notebooks/{language}/1-article.html")
    figure = page.locator("figure").first
    figure.locator("summary").click()
    tree = figure.aria_snapshot()
    picture = page.locator("figure svg").first.get_attribute("aria-label")
    assert f'img "{picture}"'.replace("\u00a0", " ") in tree.replace("\u00a0", " ")
    assert tree.count("- row ") == 12 and tree.count("- rowheader ") == 11
    assert page.locator("html").get_attribute("lang") == f"{language}-CA"


def test_the_table_of_a_chart_can_be_taken_away(visit, tmp_path):
    page = visit("notebooks/fr/2-sources.html")
    figure = page.locator("#figure-chain")
    figure.locator("summary").click()
    with page.expect_download() as download:
        figure.locator("a[download]", has_text="CSV").click()
    assert download.value.suggested_filename == "chain.csv"
    download.value.save_as(tmp_path / "table.csv")
    rows = list(csv.reader((tmp_path / "table.csv").read_text(encoding="utf-8-sig").splitlines()))
    cells = figure.locator("th, td").all_inner_texts()
    assert [cell for row in rows for cell in row] == cells


@pytest.mark.parametrize("name", one_of_each(NOTEBOOK_PAGES, template))
def test_printing(name, visit):
    """Light, without what only a screen can use, nothing cut at the right; on letter and A4 at most eight sheets, no
    heading at the foot of one.
    """
    page = visit(name, "dark")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 670, "height": 900})  # letter paper less its margins, at 96 dots per inch
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") in (
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    )
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(26, 26, 26)"
    for hidden in (".contents", ".neighbours", ".code", "figure details"):
        assert not page.locator(hidden).first.is_visible()
    assert page.locator("footer").is_visible()
    assert name in CHARTLESS or page.locator("figure svg").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for paper in ("A4", "Letter"):
        printed = page.pdf(format=paper, outline=True, tagged=True)
        assert 1 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 8, paper
        heights = [float(height) for height in re.findall(rb"/Dest\s*\[\d+ 0 R\s*/XYZ [\d.]+ ([\d.]+)", printed)]
        assert (
            len(heights) == page.locator("h1, h2, h3").filter(visible=True).count() and min(heights) > 85
        )  # points: a heading and two lines
    tallest = page.evaluate(
        "Math.max(0, ...[...document.querySelectorAll('figure')].map(f => f.getBoundingClientRect().height))"
    )
    assert tallest < 870  # a figure fits on one sheet


@pytest.mark.parametrize("name", [name for name in PAGES if name.startswith("summary")])
def test_the_summary_prints_on_one_sheet(name, visit):
    page = visit(name)
    for paper in ("A4", "Letter"):
        assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=paper))) == 1, paper


def test_readers_find_their_way(visit):
    page = visit("index.html")
    assert page.locator("figure svg").filter(visible=True).count() == 1
    first = page.locator("main h3 a").first
    title = first.inner_text()
    first.click()
    assert page.locator("h1").inner_text() == title
    page.locator("a[rel=next]").click()
    assert "/fr/2-sources.html" in page.url
    page.locator("header nav a", has_text="English").click()
    assert "/en/2-sources.html" in page.url
    page.locator(".brand").click()
    assert page.url.endswith("index.en.html")
    page.locator("footer a", has_text="method").click()
    assert page.locator("h1").inner_text() == "The data"


@pytest.mark.parametrize(
    "name", one_of_each([name for name in NOTEBOOK_PAGES if "/fr/" in name and name not in CHARTLESS], template)
)
def test_a_phone_gets_charts_of_its_own(name, visit):
    """All fit the screen as they are, with letters of nine pixels at least; on a wide one they are not shown."""
    for way in ("phone", "light"):
        page = visit(name, way)
        narrow, wide = page.locator(".narrow svg[role=img]"), page.locator(".wide svg[role=img]")
        assert narrow.count() == wide.count() > 0
        for one, other in zip(narrow.all(), wide.all(), strict=True):
            assert (one.is_visible(), other.is_visible()) == ((True, False) if way == "phone" else (False, True))
    page = visit(name, "phone")
    sizes = page.locator(".narrow svg text, .small svg text").evaluate_all(
        "all => all.map(each => each.getBoundingClientRect().height)"
    )
    assert min(sizes) >= 9
    assert page.locator(".narrow, .small").evaluate_all(
        "all => all.every(each => each.scrollWidth <= each.clientWidth)"
    )
