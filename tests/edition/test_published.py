"""What is published is what the data, the notebooks, `article.toml` and `datapackage.json` say.

The site is read as it is built, never from its templates, and compared with those files, which are read here without
the
engine. What only a browser computes, what is seen, clicked and told to a screen reader, is asked of Chromium.
"""

import base64
import csv
import gzip
import hashlib
import io
import json
import re
import struct
import tomllib
from colorsys import rgb_to_hsv
from datetime import date
from functools import cache
from html import unescape
from itertools import pairwise
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
import yaml
from babel.dates import format_date
from babel.messages.pofile import read_po
from PIL import Image, ImageChops

from conftest import PROJECT, one_of_each, relative
from reading import FIGURE_PAGES, NOTEBOOK_PAGES, PAGES, PARTS, Page, language, template, template_and_language, text

LANGUAGES = {"fr": ("fr-CA", "Français"), "en": ("en-CA", "English")}
ARTICLE = tomllib.loads((PROJECT / "article/article.toml").read_text(encoding="utf-8"))
WORDS = ARTICLE["words"]
PACKAGE = json.loads((PROJECT / "data/datapackage.json").read_text(encoding="utf-8"))
CITATION = yaml.safe_load((PROJECT / "CITATION.cff").read_text(encoding="utf-8"))
(LICENCE,) = PACKAGE["licenses"]
HOME = PACKAGE["homepage"]
CHECKSUM = hashlib.sha256((PROJECT / "data/survey.csv").read_bytes()).hexdigest()
AUTHOR = {"@type": "Organization", "name": PACKAGE["contributors"][0]["title"], "url": HOME}
DAY = date.fromisoformat(PACKAGE["created"][:10])
OPENINGS, SUMMARIES, LOGS, METHODS = (
    [name for name in PAGES if name.startswith(kind)] for kind in ("index.", "summary.", "corrections.", "data/")
)


def each_of(pages, kind=template_and_language):
    """Return a decorator that tries a test with each page; without `make prove`, with the first of each kind."""
    return pytest.mark.parametrize("name", one_of_each(pages, kind))


each_page = each_of(PAGES)
# Those of figures too, which have neither header nor footer.
each_page_at_all = each_of([*PAGES, *FIGURE_PAGES])
each_figure_page = each_of(FIGURE_PAGES)
each_notebook_page = each_of(NOTEBOOK_PAGES)
# The style is one for all languages: what it does is looked at in one.
each_look = each_of([name for name in PAGES if not re.search("[/.]en[/.]", name)], template)
each_notebook_look = each_of([name for name in NOTEBOOK_PAGES if "/en/" not in name], template)
each_opening = pytest.mark.parametrize("name", OPENINGS)


def catalogue():
    """What the French edition says for each English sentence."""
    said = {}
    for path in ("src/contre_enquete/locale/fr.po", "article/locale/fr.po"):
        with (PROJECT / path).open("rb") as file:
            said |= {message.id: message.string for message in read_po(file) if message.id}
    return said


FRENCH = catalogue()


def say(sentence, name):
    return FRENCH[sentence] if language(name) == "fr" else sentence


def tag(name):
    return LANGUAGES[language(name)][0]


def address(name):
    return HOME + re.sub(r"(^|/)index\.html$", r"\1", name)


def editions(name):
    """The names of a page in each language, by its tag."""
    spoken = re.compile(r"[/.](?:en|fr)(?=[/.])")
    pages = [page for page in [*PAGES, *FIGURE_PAGES] if spoken.sub("", page) == spoken.sub("", name)]
    return {tag(page): page for page in pages}


def beside(pages, name):
    """Of the editions of a page, the one in the language of another."""
    (page,) = [page for page in pages if language(page) == language(name)]
    return page


@cache
def notebook(name):
    """The notebook of a page, texts in one piece, without the cells that are not shown."""
    told = json.loads((PROJECT / name.replace(".html", ".ipynb")).read_text(encoding="utf-8"))
    cells = [{**cell, "source": "".join(cell["source"])} for cell in told["cells"]]
    return [cell for cell in cells if "hide" not in cell["metadata"].get("tags", [])]


@cache
def shown(name, kind):
    """The charts, tables or registers that the notebook of a page shows, as data, each with its words."""
    data = [output["data"] for cell in notebook(name) for output in cell.get("outputs", [])]
    return [(each[PARTS][kind], plain("".join(each["text/plain"]))) for each in data if kind in each.get(PARTS, {})]


def shown_in_series(name):
    """The charts that the notebook of a page shows one below the other in one output, each with its words."""
    outputs = [output["data"] for cell in notebook(name) for output in cell.get("outputs", [])]
    return [
        (entry["chart"], plain(words))
        for each in outputs
        if "series" in each.get(PARTS, {})
        for entry, words in zip(each[PARTS]["series"]["entries"], "".join(each["text/plain"]).split("\n"), strict=True)
    ]


@cache
def chart_of(name):
    """The chart of a figure's page, its alternative text, and the page of the notebook that shows it."""
    (found,) = [
        (chart, words, page)
        for page in siblings(name)
        for chart, words in shown(page, "chart")
        if chart["name"] == PurePosixPath(name).stem
    ]
    return found


def plain(html):
    """The words of a piece of HTML, each run of white space as one space."""
    return " ".join(unescape(re.sub("<[^>]*>", "", html)).split())


def read(markdown):
    """The words of a Markdown text as they are read, each run of white space as one space."""
    markdown = re.sub(r"\]\([^()\s]*\)|^\s*#+\s|[*_`]|\[(?=[^\]]*\]\()", "", re.sub(r"<[^>]*>", "", markdown))
    return " ".join(markdown.replace("[", "").split())


@cache
def beginning(name):
    """The title of a page, its question and its answer, as its notebook gives them."""
    title, question, answer = notebook(name)[0]["source"].split("\n\n")[:3]
    return [read(re.sub(r"^\*\*[^*]+\*\*", "", part)) for part in (title, question, answer)]


@cache
def title(name):
    if name in OPENINGS:
        return WORDS["name"]
    if name in NOTEBOOK_PAGES:
        return beginning(name)[0]
    if name in LOGS:
        return say("Corrections", name)
    if name in FIGURE_PAGES:
        return plain(chart_of(name)[0]["title"])
    return read(document(name).split("\n")[0])


@cache
def document(name):
    """The Markdown text of a page that is no notebook."""
    if name in SUMMARIES:
        return (PROJECT / f"article/summary.{language(name)}.md").read_text(encoding="utf-8")
    file = "README.md" if language(name) == "en" else f"README.{language(name)}.md"
    return (PROJECT / "data" / file).read_text(encoding="utf-8")


@cache
def siblings(name):
    """The pages of the notebooks of a page's language, in order."""
    return [page for page in NOTEBOOK_PAGES if language(page) == language(name)]


@pytest.fixture(scope="module")
def pages(site):
    """Return a page of the site by its name, read once."""
    return cache(lambda name: Page((site / name).read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def trees(pages):
    """Return the element `html` of a page by its name."""
    return lambda name: pages(name).root.find("html")


def metas(tree, key="name"):
    """What the head of a page declares, once each."""
    found = [(meta.get(key), meta.get("content")) for meta in tree.iter("meta") if meta.get(key)]
    single = [each for each in found if each[0] != "theme-color"]
    assert len(dict(single)) == len(single)
    return {name: " ".join(content.split()) for name, content in single}


def linked(tree, rel):
    """The links of a page's head and body that stand in this relation to it."""
    return [link for link in tree.iter() if link.tag in ("link", "a") and rel in link.get("rel", "").split()]


def graph(tree):
    (script,) = tree.iter("script")
    told = json.loads(script.text)
    assert told["@context"] == "https://schema.org"
    return told["@graph"]


def node(tree, kind):
    """The one node of its kind, each run of white space in its texts as one space."""
    (found,) = [each for each in graph(tree) if each["@type"] == kind]
    return {key: " ".join(value.split()) if isinstance(value, str) else value for key, value in found.items()}


def differing(told, expected):
    """What is told otherwise than expected."""
    return {key: (told.get(key), value) for key, value in expected.items() if told.get(key) != value}


def target(name, href):
    """The name of the page or file that a link leads to, and the anchor in it; None if it is elsewhere."""
    path, _, anchor = href.partition("#")
    if re.match(r"\w+:", path):
        return None
    found = PurePosixPath(urljoin(f"/{name}", unquote(path))).relative_to("/").as_posix() if path else name
    return found, unquote(anchor)


def parts(tree):
    """The headings of a page's text below its title, by id."""
    (main,) = tree.iter("main")
    return {heading.get("id"): text(heading) for heading in main.iter("h2")}


LOGGED = "What was corrected in these pages, when, and what it changes; what was published, and when."


@each_page_at_all
def test_a_page_says_in_its_head_what_it_is(name, trees, site):
    tree = trees(name)
    assert tree.tag == "html" and tree.get("lang") == tag(name) and tree.get("dir", "ltr") == "ltr"
    assert b'<meta charset="utf-8">' in (site / name).read_bytes()[:1024]
    (head,), (h1,) = tree.iter("head"), tree.iter("h1")
    assert text(h1) == title(name)
    whole = text(head.find("title"))
    assert whole == title(name) if name in OPENINGS else whole == f"{title(name)} – {WORDS['name']}"
    described = metas(tree)["description"]
    assert 20 < len(described) < 300
    if name in OPENINGS:
        assert described == say(WORDS["description"], name)
    elif name in NOTEBOOK_PAGES:
        assert beginning(name)[2].startswith(read(described))
    elif name in LOGS:
        assert described == say(LOGGED, name)
    elif name in FIGURE_PAGES:
        assert described == text(next(tree.iter("figcaption"))) == plain(chart_of(name)[0]["subtitle"])
        assert described not in title(name)
    else:
        assert read(described) in read(document(name))
        assert read(described) not in title(name)
    assert metas(tree)["referrer"] == "no-referrer"
    assert metas(tree)["viewport"] == "width=device-width, initial-scale=1"
    assert [link.get("href") for link in linked(tree, "canonical")] == [address(name)]
    alternates = [link for link in linked(tree, "alternate") if "type" not in link.attrib]  # not the feeds
    assert {link.get("hreflang"): link.get("href") for link in alternates} == {
        code: address(page) for code, page in editions(name).items()
    }
    assert len(alternates) == len(editions(name)) == len(LANGUAGES)
    feeds = [link for link in linked(tree, "alternate") if "type" in link.attrib]
    assert [(link.get("type"), target(name, link.get("href"))) for link in feeds] == [
        ("application/atom+xml", (f"feed.{language(name)}.xml", ""))
    ]


@each_page_at_all
def test_links_say_the_language_that_they_lead_to(name, trees):
    tree = trees(name)
    for link in tree.iter("a"):
        found = target(name, link.get("href"))
        if found and found[0] in [*PAGES, *FIGURE_PAGES] and tag(found[0]) != tag(name):
            assert tag(found[0]).startswith(link.get("hreflang", "none")), link.attrib
        elif "hreflang" in link.attrib:
            assert found and tag(found[0]).startswith(link.get("hreflang")), link.attrib
    home = [link for link in tree.iter("a") if text(link) == WORDS["name"]]
    assert [target(name, link.get("href")) for link in home] == [(beside(OPENINGS, name), "")]
    if name in FIGURE_PAGES:
        return
    (header,) = [each for each in tree.find("body") if each.tag == "header"]
    assert home[0] in header.iter("a")
    others = {code: page for code, page in editions(name).items() if code != tag(name)}
    names = {code: spoken for code, spoken in LANGUAGES.values()}
    switch = [link for link in header.iter("a") if link.get("hreflang")]
    assert {link.get("hreflang"): target(name, link.get("href"))[0] for link in switch} == others
    assert [(link.get("lang"), text(link)) for link in switch] == [(code, names[code]) for code in others]


@each_page_at_all
def test_a_page_is_one_file_without_script_or_request(name, pages):
    page = pages(name)
    assert not page.faults
    assert [script.get("type") for script in page.all("script")] == ["application/ld+json"]
    for tag, attributes in page.elements:
        assert not any(key.startswith("on") or key == "style" for key in attributes), (tag, attributes)
        assert tag not in ("iframe", "object", "embed", "form", "base")
        assert tag != "link" or attributes["rel"] != "stylesheet"
        for key in ("src", "srcset", "poster", "xlink:href", "action"):
            assert attributes.get(key, "#").startswith(("#", "data:")), (tag, attributes)
    assert not re.search(r"url\((?!data:font/woff2;base64,)|@import", page.style)
    content = page.html.encode()
    assert len(content) < (30_000 if name in FIGURE_PAGES else 160_000) and len(gzip.compress(content)) < 40_000


@each_page_at_all
def test_content_policy_allows_the_pages_own_style_and_nothing_else(name, pages):
    page = pages(name)
    (policy,) = [meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    assert rules == {
        "default-src": "'none'",
        "style-src": f"'sha256-{digest}'",
        "img-src": "data:",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
    } | ({"font-src": "data:"} if page.all("svg") else {})


@each_page_at_all
def test_every_link_lands(name, trees, site):
    def ids(page):
        return [element.get("id") for element in trees(page).iter() if element.get("id")]

    assert len(ids(name)) == len(set(ids(name)))
    for link in trees(name).iter("a"):
        if there := target(name, link.get("href")):
            page, anchor = there
            assert (site / page).is_file(), link.attrib
            assert not anchor or anchor in ids(page), link.attrib


@each_page
def test_a_page_skips_to_its_one_text_whose_headings_go_down_by_one(name, trees):
    tree = trees(name)
    first = tree.find("body")[0]
    assert (first.tag, text(first), first.get("href")) == ("a", say("Skip to the text", name), "#main")
    assert [len(list(tree.iter(tag))) for tag in ("main", "header", "footer", "title", "h1")] == [1] * 5
    assert next(tree.iter("main")).get("id") == "main"
    levels = [int(element.tag[1]) for element in tree.iter() if re.fullmatch("h[1-6]", element.tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))


@each_notebook_page
def test_neighbours_are_the_notebooks_before_and_after(name, trees):
    order = siblings(name)
    place = order.index(name)
    around = {"prev": order[max(place - 1, 0) : place], "next": order[place + 1 : place + 2]}
    label = {"prev": say("Previous", name), "next": say("Next", name)}
    for rel, pages in around.items():
        found = linked(trees(name), rel)
        assert [(link.get("rel"), target(name, link.get("href"))) for link in found] == [
            (rel, (page, "")) for page in pages
        ]
        assert [text(link).removeprefix(label[rel]).strip() for link in found] == [title(page) for page in pages]
        assert all(text(link).startswith(label[rel]) for link in found)


@each_notebook_page
def test_contents_name_each_part_as_it_is_called(name, trees):
    headings = [read(line) for cell in notebook(name) for line in re.findall(r"^## .*", cell["source"], re.MULTILINE)]
    assert list(parts(trees(name)).values()) == headings
    lists = [[a for a in nav.iter("a") if a.get("href").startswith("#")] for nav in trees(name).iter("nav")]
    (contents,) = [links for links in lists if links]
    assert [(link.get("href").removeprefix("#"), text(link)) for link in contents] == [*parts(trees(name)).items()]


@each_opening
def test_the_opening_page_leads_to_each_notebook_in_order(name, trees):
    (main,) = trees(name).iter("main")
    said = text(main)
    assert all(" ".join(say(WORDS[key], name).split()) in said for key in ("description", "opening"))
    links = [(there[0], text(link)) for link in main.iter("a") if (there := target(name, link.get("href")))]
    leading = [(page, words) for page, words in links if page in siblings(name)]
    assert leading == [(page, beginning(page)[0]) for page in behind_doors(name)]
    assert {page for page, _ in leading} == {*siblings(name)}
    places = [said.index(words) for page, _ in leading for words in beginning(page)[:2]]
    assert places == sorted(places)


def behind_doors(name):
    """The pages of notebooks in the order of the doors that `article.toml` declares."""
    names = [stem for door in ARTICLE["doors"].values() for stem in door["notebooks"]]
    return [page for stem in names for page in siblings(name) if PurePosixPath(page).stem == stem]


@each_opening
def test_each_door_has_its_notebooks(name, trees):
    """A heading, a sentence, and the notebooks behind it, each with the time that it takes to read."""
    doors = [each for each in trees(name).iter("section") if each.get("class") == "door"]
    for door, declared in zip(doors, ARTICLE["doors"].values(), strict=True):
        assert text(door.find("h2")) == say(declared["title"], name)
        assert text(door.find("p")) == say(declared["words"], name)
        links = [target(name, link.get("href"))[0] for link in door.iter("a")]
        assert [PurePosixPath(page).stem for page in links] == declared["notebooks"]
        for page, words in zip(links, door.findall("p")[1:], strict=True):
            told = [word for cell in notebook(page) if cell["cell_type"] == "markdown" for word in read(cell["source"]).split()]  # fmt: skip
            minutes = -(-len([word for word in told if any(map(str.isalnum, word))]) // 238)
            reading = " ".join(say("Reading time: {minutes} min", name).format(minutes=minutes).split())
            assert text(words) == f"{beginning(page)[1]} {reading}"


@each_opening
def test_the_opening_page_shows_the_first_chart(name, trees, site):
    (main,) = trees(name).iter("main")
    (figure,) = main.iter("figure")
    assert_chart(figure, *shown(siblings(name)[0], "chart")[0], name, site)


def drawings(element):
    """The pictures within, without what lies upon them."""
    return [each for each in element.iter("svg") if each.get("class") != "marks"]


@each_figure_page
def test_the_page_of_a_figure_is_the_figure_of_its_notebook(name, trees, site):
    tree, (chart, words, page) = trees(name), chart_of(name)
    (figure,) = tree.iter("figure")
    assert_picture(figure, chart["narrow"], words, site / name)
    assert [text(each) for each in figure.findall("p")] == [plain(note) for note in chart["notes"]] != []
    assert [(text(a), target(name, a.get("href")), "download" in a.attrib) for a in tree.iter("a")] == [
        (say("Read it in its place", name), (page, f"figure-{chart['name']}"), False),
        (WORDS["name"], (beside(OPENINGS, name), ""), False),
        *((kind.upper(), (name.replace(".html", f".{kind}"), ""), True) for kind in ("svg", "png", "csv")),
        (LICENCE["name"], None, False),
    ]
    assert [link.get("href") for link in linked(tree, "license")] == [LICENCE["path"]]
    assert cited(name) in text(tree.find("body"))
    (code,) = tree.iter("code")
    (embedded,) = Page(code.text).root.iter("iframe")
    assert (embedded.get("src"), " ".join(embedded.get("title").split())) == (address(name), title(name))
    assert int(embedded.get("height")) > 300


@pytest.mark.parametrize("name", [*SUMMARIES, *METHODS])
def test_a_page_holds_every_text_of_its_document(name, trees):
    (main,) = trees(name).iter("main")
    said, place = words(" ".join(main.itertext())), 0
    for part in document(name).split("\n\n"):
        told = words(
            re.sub(
                r"\]\([^()\s]*\)",
                "] ",
                re.sub(r"^\s*\d+\.(?=\s)|[*_]|^\|[-| ]+$|^```.*$", " ", part, flags=re.MULTILINE),
            )
        )
        while said[place : place + len(told)] != told:
            place += 1
            assert place < len(said), part[:300]
        place += len(told)


@pytest.mark.parametrize("name", SUMMARIES)
def test_the_summary_shows_the_first_chart_and_the_verdicts(name, trees, site):
    (main,) = trees(name).iter("main")
    first, judged = siblings(name)[0], siblings(name)[3]
    with (PROJECT / "data/claims.csv").open(encoding="utf-8", newline="") as file:
        claims = {row["claim"]: read(row[f"claim_{language(name)}"]) for row in csv.DictReader(file)}
    (figure,) = main.iter("figure")
    assert_chart(figure, *shown(first, "chart")[0], name, site)
    found = [(item, link) for item in main.iter("li") for link in item.iter("a") if "#claim-" in link.get("href")]
    assert [target(name, link.get("href")) for _, link in found] == [
        (judged, f"claim-{claim}") for claim in ARTICLE["summary"]["claims"]
    ]
    for (item, link), claim in zip(found, ARTICLE["summary"]["claims"], strict=True):
        assert text(link) == claims[claim]
        for cell in verdicts(judged)[claim][:2]:
            assert re.split(r" \(|\. ", cell)[0].rstrip(".").lower() in text(item).lower(), claim


@pytest.mark.parametrize("name", LOGS)
def test_the_log_tells_each_edition_of_the_changelog(name, trees):
    changes = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## (\S+) \(([\d-]{10})\)$", changes, re.MULTILINE)
    items = [each for each in trees(name).iter("li") if each.get("id", "").startswith("edition-")]
    locale = tag(name).replace("-", "_")
    assert [(item.get("id"), text(item), item.find("time").get("datetime")) for item in items] == [
        (
            f"edition-{version}",
            " ".join(
                f"{say('Edition {edition}.', name).format(edition=version).rstrip('.')}, "
                f"{format_date(date.fromisoformat(day), 'long', locale=locale)}".split()
            ),
            day,
        )
        for version, day in released
    ]
    assert released and released[0][0] == str(CITATION["version"])


@pytest.mark.parametrize("name", LOGS)
def test_the_feed_speaks_the_language_of_its_log(name, site):
    feed = ElementTree.parse(site / f"feed.{language(name)}.xml").getroot()
    told = {part: feed.find(f"{{http://www.w3.org/2005/Atom}}{part}").text for part in ("title", "subtitle")}
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == tag(name)
    assert told == {"title": WORDS["name"], "subtitle": say(WORDS["description"], name)}


def test_robots_may_read_and_list_everything(site):
    robots = RobotFileParser()
    robots.parse((site / "robots.txt").read_text(encoding="utf-8").splitlines())
    assert all(robots.can_fetch("Anybot", address(name)) for name in PAGES)
    assert robots.default_entry  # what is said is said to all
    assert robots.site_maps() == [f"{HOME}sitemap.xml"]


@each_page_at_all
def test_a_page_keeps_no_robot_away(name, trees):
    tree = trees(name)
    assert not {"robots", "googlebot", "bingbot"} & {key.lower() for key in metas(tree)}
    assert {meta.get("http-equiv") for meta in tree.iter("meta")} == {None, "Content-Security-Policy"}
    assert not linked(tree, "nofollow")


def test_the_sitemap_lists_each_page_with_its_editions(site):
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    listed = {}
    for url in ElementTree.parse(site / "sitemap.xml").iterfind("s:url", space):
        links = url.findall("x:link[@rel='alternate']", space)
        listed[url.find("s:loc", space).text] = {link.get("hreflang"): link.get("href") for link in links}
    pages = [name for name in PAGES if not name.startswith("data/")]
    assert {page: others for page, others in listed.items() if not page.startswith(f"{HOME}data/")} == {
        address(name): {code: address(page) for code, page in editions(name).items()} for name in pages
    }


@each_page_at_all
def test_machines_read_of_a_page_what_readers_read(name, trees):
    tree = trees(name)
    kind = "WebSite" if name in OPENINGS else "CreativeWork" if name in FIGURE_PAGES else "Article"
    others = [address(page) for code, page in editions(name).items() if code != tag(name)]
    told = node(tree, kind)
    assert not differing(
        told,
        {
            "@id": address(name),
            "headline": title(name),
            "description": metas(tree)["description"],
            "inLanguage": tag(name),
            "datePublished": DAY.isoformat(),
            "version": str(CITATION["version"]),
            "author": AUTHOR,
            "publisher": AUTHOR,
            "image": metas(tree, "property")["og:image"],
            "license": LICENCE["path"],
            "isPartOf": HOME,
            "isBasedOn": f"{HOME}data/datapackage.json",
        },
    )
    assert told.get("workTranslation", []) == others
    assert told.get("name", title(name)) == title(name)
    if name in NOTEBOOK_PAGES:
        assert {each["@type"] for each in graph(tree)} <= {kind, "NewsArticle", "ClaimReview"}
        return
    if name in FIGURE_PAGES:
        assert len(graph(tree)) == 1
        return
    assert len(graph(tree)) == 2
    data = node(tree, "Dataset")
    assert not differing(
        data,
        {
            "@id": f"{HOME}data/datapackage.json",
            "name": " ".join(say(PACKAGE["title"], name).split()),
            "description": " ".join(say(WORDS["dataset"], name).split()),
            "version": PACKAGE["version"],
            "identifier": f"sha256:{CHECKSUM}",
            "license": LICENCE["path"],
            "creator": AUTHOR,
            "url": HOME,
            "isAccessibleForFree": True,
        },
    )
    assert data["distribution"] == [
        {
            "@type": "DataDownload",
            "name": resource["name"],
            "encodingFormat": resource["mediatype"],
            "contentUrl": f"{HOME}data/{resource['path']}",
        }
        for resource in PACKAGE["resources"]
    ]


@cache
def verdicts(name):
    """How the table of verdicts on a notebook's page judges each claim: its figure, its words, whom it speaks of."""
    (table,) = [table for table, _ in shown(name, "table") if table["anchors"]]
    columns = [table["columns"].index(say(head, name)) for head in ("The figure", "The words", "Speaks of")]
    return {
        anchor.removeprefix("claim-"): [plain(row[column]) for column in columns]
        for anchor, row in zip(table["anchors"], table["rows"], strict=True)
    }


def verdict(name, *sentences):
    """Some verdicts as a cell begins with them."""
    return tuple(plain(sentence[0].upper() + sentence[1:]) for sentence in (say(each, name) for each in sentences))


@pytest.mark.parametrize("name", [name for name in NOTEBOOK_PAGES if "/4-" in name])
def test_claim_reviews_are_the_rows_that_two_voices_allow(name, trees):
    """Each says its row's verdict, on what it is based, and nothing of the article's own voice alone."""
    with (PROJECT / "data/sources.csv").open(encoding="utf-8", newline="") as file:
        pages = {row["url"]: row for row in csv.DictReader(file)}
    (source,) = [row for row in pages.values() if row["source"] == ARTICLE["sources"]["article"]]
    with (PROJECT / "data/claims.csv").open(encoding="utf-8", newline="") as file:
        claims = {row["claim"]: read(row[f"claim_{language(name)}"]) for row in csv.DictReader(file)}
    rows = verdicts(name)
    assert list(rows) == list(claims)
    voices = {}
    for row in pages.values():
        voices.setdefault(row["publisher"], set()).add(row["voice"])
    heads = [
        plain(say(text, name).split("{")[0]) for text in ("Otherwise: {names}.", "With the groups exchanged: {names}.")
    ]
    ratings, publishers = {}, {}
    for claim, (figure, words, unit) in rows.items():
        also, *elsewhere = re.split("|".join(heads), figure)
        same, otherwise = (
            {each for each in voices if re.search(rf"(?<!\w){re.escape(each)}(?!\w)", part)}
            for part in (also, " ".join(elsewhere))
        )
        counted = re.search(r"\((\d+)?[^()]*(?:voix|voices?)\)", also)
        one, other = (set().union(*(voices[each] for each in names)) for names in (same, otherwise))
        enough = (int(counted[1] or 1) if counted else 0) + len(other - one) >= 2
        if enough and not words.startswith(verdict(name, "cannot be judged", "an opinion")):
            publishers[claim] = same | otherwise
            judged = figure if words.startswith(verdict(name, "no words to judge")) else words
            ratings[claim] = re.split(r" \(|\. |$", judged)[0].rstrip(".").lower()
            if unit.startswith(verdict(name, "companies, where employees answered", "people who were not asked")):
                sentence = say("{judgment}, but of {unit}", name)
                ratings[claim] = sentence.format(judgment=ratings[claim], unit=unit[0].lower() + unit[1:])
    reviews = {
        each["url"].partition("#claim-")[2]: each for each in graph(trees(name)) if each["@type"] == "ClaimReview"
    }
    assert {claim: plain(review["reviewRating"]["alternateName"]) for claim, review in reviews.items()} == ratings
    assert list(reviews) == list(ratings)
    told = {"@id": source["url"], "url": source["url"], "inLanguage": source["language"]}
    assert not differing(node(trees(name), "NewsArticle"), told)
    for claim, review in reviews.items():
        figure_alone = rows[claim][1].startswith(verdict(name, "no words to judge"))
        based = [pages[url] for url in review["isBasedOn"]]
        assert (
            len(based) == len(set(review["isBasedOn"])) and {each["publisher"] for each in based} == publishers[claim]
        )
        assert len({each["voice"] for each in based}) >= 2 and source not in based
        assert len(review["reviewBody"]) > 20 and plain(review["reviewBody"]) in " ".join(rows[claim])
        assert plain(review["claimReviewed"]) == claims[claim] and review["reviewRating"]["@type"] == "Rating"
        assert not differing(
            review,
            {
                "url": f"{address(name)}#claim-{claim}",
                "reviewAspect": say("The figure" if figure_alone else "The words", name),
                "itemReviewed": {
                    "@type": "Claim",
                    "author": {"@type": "Organization", "name": source["publisher"]},
                    "datePublished": source["date"],
                    "appearance": {"@id": source["url"]},
                },
                "author": AUTHOR,
                "datePublished": DAY.isoformat(),
                "inLanguage": tag(name),
            },
        )


@each_page
def test_a_link_to_a_file_of_data_has_its_name(name, trees):
    """And gives the file, rather than opening it."""
    found = 0
    for link in trees(name).iter("a"):
        there = target(name, link.get("href"))
        if there and there[0] not in [*PAGES, *FIGURE_PAGES] and not there[0].endswith(".xml"):
            assert "download" in link.attrib or name in NOTEBOOK_PAGES or name in METHODS, link.attrib
            if re.fullmatch(r"[\w.-]+\.(csv|json|svg|png)", text(link)):
                assert PurePosixPath(there[0]).name == text(link)
                found += 1
    assert found >= 2
    (footer,) = [each for each in trees(name).find("body") if each.tag == "footer"]
    led = {text(link): (target(name, link.get("href")) or ["", ""])[0] for link in footer.iter("a")}
    assert not differing(
        led,
        {
            "survey.csv": "data/survey.csv",
            "datapackage.json": "data/datapackage.json",
            say("description and method", name): beside(METHODS, name),
            say("Corrections", name): beside(LOGS, name),
        },
    )
    assert all(
        "download" in link.attrib for link in footer.iter("a") if text(link) in ("survey.csv", "datapackage.json")
    )


def cited(name):
    """How a page says that it is to be cited."""
    edition = say("Edition {edition}.", name).format(edition=CITATION["version"])
    citation = f"{WORDS['name']} ({DAY.year}). {title(name)}. {edition}"  # the address is a placeholder still
    return " ".join(say("To cite: {citation}", name).format(citation=citation).split())


@each_page
def test_the_colophon_tells_edition_data_licence_and_how_to_cite(name, trees):
    (footer,) = [each for each in trees(name).find("body") if each.tag == "footer"]
    said = text(footer)
    day = format_date(DAY, "long", locale=tag(name).replace("-", "_"))
    version = str(CITATION["version"])
    told = say("Edition {edition}, {date}.", name)
    assert " ".join(told.format(edition=version, date=day).split()) in said
    (licence,) = linked(trees(name), "license")
    assert (licence.get("href"), text(licence)) == (LICENCE["path"], LICENCE["name"])
    assert (PROJECT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License") and " MIT" in said
    assert cited(name) in said
    assert re.search(rf"\b{CHECKSUM}\b", said)
    assert re.search("Corrections", said)
    opening = beside(OPENINGS, name)  # whose words are approved
    (same,) = trees(opening).iter("footer")
    assert said.replace(cited(name), "") == text(same).replace(cited(opening), "")
    assert footer.find("h2").get("id") == "colophon"


def words(string):
    return re.findall(r"[^\W_]+", string)


@each_notebook_page
def test_a_page_holds_every_text_of_its_notebook_and_its_code(name, trees):
    (main,) = trees(name).iter("main")
    said, place = words(" ".join(main.itertext())), 0
    for cell in notebook(name):
        if cell["cell_type"] == "code":
            continue
        markdown = re.sub(
            r"\]\([^()\s]*\)", "] ", re.sub(r"<[^>]*>|^\s*\d+\.(?=\s)|[*_]", " ", cell["source"], flags=re.MULTILINE)
        )
        told = words(markdown)
        while said[place : place + len(told)] != told:
            place += 1
            assert place < len(said), cell["source"][:300]
        place += len(told)
    code = [cell["source"] for cell in notebook(name) if cell["cell_type"] == "code"]
    folds = [fold for fold in main.iter("details") if fold.get("class") == "code"]
    assert [(text(fold.find("summary")), fold.find("pre/code").text) for fold in folds] == [("Code", c) for c in code]
    assert [each.text for each in main.iterfind(".//pre/code")] == code  # and none that is hidden


@each_notebook_page
def test_links_lead_where_the_notebook_says(name, trees):
    (main,) = trees(name).iter("main")
    found = [(words(text(link)), link.get("href")) for link in main.iter("a")]
    for cell in notebook(name):
        for label, href in re.findall(
            r"\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^()\s]+)\)", cell["source"] if cell["cell_type"] == "markdown" else ""
        ):
            href = href.replace("../../data/README.md", f"../../{beside(METHODS, name)}")
            href = re.sub(r"^([\w-]+)\.ipynb", r"\1.html", href)
            assert (words(read(label)), href) in [(said, unquote(there)) for said, there in found], (label, href)


@each_notebook_page
def test_a_cell_is_where_its_name_leads(name, trees):
    """Other pages and notebooks link to a part by the name of its cell."""
    ids = [element.get("id") for element in trees(name).iter() if element.get("id")]
    cells = [cell["id"] for cell in notebook(name) if cell["cell_type"] == "markdown"]
    assert [each for each in ids if each in cells] == cells


@each_page
def test_headers_of_tables_are_headers(name, trees):
    """One row of them in each table, for columns; in a table that code made, one cell of each row, for it."""
    for table in trees(name).iter("table"):
        (head,), (body,) = table.findall("thead"), table.findall("tbody")
        (header,) = head
        assert [(cell.tag, cell.get("scope")) for cell in header] == [("th", "col")] * len(header)
        made = table.find("caption") is not None
        for row in body:
            first, *rest = row
            assert (first.tag, first.get("scope")) == (("th", "row") if made else ("td", None))
            assert len(row) == len(header) and {cell.tag for cell in rest} == {"td"}


def assert_picture(element, picture, words, path):
    """An element holds a picture as it is drawn, to the letter, and says its alternative text."""
    assert picture["svg"] in path.read_text(encoding="utf-8")
    assert [plain(each.get("aria-label")) for each in element.iter("svg") if each.get("role") == "img"] == [words]


def assert_table(element, table, where):
    """A table has the caption and cells of its data, and its rows their names."""
    assert text(element.find("caption")) == plain(table["caption"]), where
    cells = [[text(cell) for cell in row] for row in element.iter("tr")]
    assert cells == [[plain(cell) for cell in row] for row in (table["columns"], *table["rows"])], where
    assert [row.get("id") for row in element.find("tbody") if row.get("id")] == table["anchors"], where


def assert_chart(figure, chart, words, name, site, cited=()):
    """A figure has the words, pictures, table and files of a chart, and leads to the figures that its page cites.

    One in a series has no files, and no page of its own.
    """
    own = f"figures/{language(name)}/{chart['name']}.html"
    in_series = own not in FIGURE_PAGES
    assert figure.get("id") == f"figure-{chart['name']}"
    title, subtitle = figure.find("figcaption/strong"), figure.find("figcaption/br")
    assert (text(title), " ".join(subtitle.tail.split())) == (plain(chart["title"]), plain(chart["subtitle"]))
    assert [text(each) for each in figure.findall("p")] == [plain(note) for note in chart["notes"]]
    pictures = {each.get("class"): each for each in figure.iter("div") if "picture" in each.get("class", "")}
    drawn = {"wide": chart["wide"], "narrow": chart["narrow"]} if chart["wide"] else {"small": chart["narrow"]}
    assert list(pictures) == [f"picture {size}" for size in drawn]
    _, _, piece = (site / name).read_text(encoding="utf-8").partition(f'id="{figure.get("id")}"')
    places = [piece.index(picture["svg"]) for picture in drawn.values()]
    assert places == sorted(places) and places[-1] < piece.index("</figure>")
    for element, picture in zip(pictures.values(), drawn.values(), strict=True):
        assert_picture(element, picture, words, site / name)
        marks = [(link.get("href"), len(link)) for link in element.iter("a")]
        assert marks == [(f"#{reference}", 1) for reference, _ in picture["marks"] if reference in cited]
    (fold,) = figure.iter("details")
    assert text(fold.find("summary")) == say("Data" if in_series else "Data and sharing", name)
    (table,) = fold.iter("table")
    assert_table(table, chart["table"], chart["name"])
    references = [each for row in chart["table"]["references"] for each in row if each in cited]
    assert [link.get("href") for link in table.iter("a")] == [f"#{reference}" for reference in references]
    if in_series:
        return
    taken = [(text(a), target(name, a.get("href"))[0], "download" in a.attrib) for a in fold.find("p").iter("a")]
    assert taken == [
        *((kind.upper(), own.replace(".html", f".{kind}"), True) for kind in ("svg", "png", "csv")),
        (say("Page of the figure, to share or embed", name), own, False),
    ]


def addresses(element):
    """The addresses elsewhere that an element leads to."""
    return [link.get("href") for link in element.iter("a") if link.get("href").startswith("http")]


@pytest.mark.parametrize("name", [name for name in NOTEBOOK_PAGES if "/4-" in name])
def test_claims_are_cards_that_a_choice_filters(name, trees):
    """Each says its paragraph, its verdict and its words first; of each choice there are as many as it says."""
    (table,) = [table for table, _ in shown(name, "table") if "filters" in table]
    (cards,) = [each for each in trees(name).iter("ul") if each.get("class") == "claims"]
    assert cards.get("aria-label") == plain(table["caption"])
    for card, anchor, row, first in zip(cards, table["anchors"], table["rows"], table["filters"][0]["rows"], strict=True):  # fmt: skip
        assert card.get("id") == anchor
        verdict = table["filters"][0]["choices"][first]
        assert text(next(card.iter("summary"))) == plain(f"{row[0]}. {verdict}. {row[1]}")
        told = [(text(term), text(cell)) for term, cell in zip(card.iter("dt"), card.iter("dd"), strict=True)]
        assert told == [(plain(head), plain(cell)) for head, cell in zip(table["columns"][2:], row[2:], strict=True)]
        assert not list(next(card.iter("summary")).iter("a"))
    (fold,) = [each for each in trees(name).iter("fieldset") if each.get("class") == "filter"]
    for group, row_filter in zip(fold.iter("fieldset"), [None, *table["filters"]], strict=True):
        if row_filter:
            labels = [text(label) for label in group.iter("label")]
            counts = [row_filter["rows"].count(number) for number in range(len(row_filter["choices"]))]
            assert text(group.find("legend")) == plain(row_filter["label"])
            assert labels == [f"{plain(choice)} ({n})" for choice, n in zip(row_filter["choices"], counts, strict=True)]


@each_notebook_page
def test_each_output_is_shown_as_its_notebook_holds_it(name, trees, site):
    """A chart, a table, and the cards of a register."""
    (main,) = trees(name).iter("main")
    figures = list(main.iter("figure"))
    cited = {card["reference"] for register, _ in shown(name, "register") for card in register["cards"]}
    cited |= {anchor for table, _ in shown(name, "table") for anchor in table["anchors"]}
    for figure, (chart, words) in zip(figures, [*shown(name, "chart"), *shown_in_series(name)], strict=True):
        assert_chart(figure, chart, words, name, site, cited)
    within = {table for figure in figures for table in figure.iter("table")}
    made = [each for each in main.iter("table") if each.find("caption") is not None and each not in within]
    tables = [(table, words) for table, words in shown(name, "table") if "filters" not in table]
    for element, (table, words) in zip(made, tables, strict=True):
        assert_table(element, table, words)
    ((register, words),) = shown(name, "register")
    (fold,) = [each for each in main.iter("details") if each.get("id") == "cited"]
    (cards,) = [each for each in main.iter("ul") if each.get("class") == "cards"]
    assert text(fold) == plain(cards.get("aria-label")) == words
    for element, card in zip(cards, register["cards"], strict=True):
        assert element.get("id") == card["reference"]
        assert text(element).startswith(plain(card["html"])), card["reference"]
        assert addresses(element) == addresses(Page(card["html"]).root), card["reference"]
    if name in siblings(name)[:1]:
        found = [chart for page in siblings(name) for chart, _ in (*shown(page, "chart"), *shown_in_series(page))]
        names = [chart["name"] for chart in found]
        assert sorted(names) == [
            PurePosixPath(path).stem for path in relative(PROJECT, f"figures/{language(name)}/*.svg")
        ]


@each_notebook_page
def test_numbers_and_cards_lead_to_each_other(name, trees):
    """Each number that is cited has its card, and each card leads back to all that cite it, or to their list."""
    links = [(a.get("id", ""), a.get("href").removeprefix("#")) for a in trees(name).iter("a")]
    citing = [(place, reference) for place, reference in links if re.fullmatch(r"t\d+", place)]
    assert len(citing) > (1 if re.search("/[678]-", name) else 20)  # exercises, answers, a survey of one's own
    (cards,) = [each for each in trees(name).iter("ul") if each.get("class") == "cards"]
    assert {reference for _, reference in citing} <= {card.get("id") for card in cards}
    for card in cards:
        back = [
            href for _, href in ((a, a.get("href")[1:]) for a in card.iter("a")) if re.fullmatch(r"t\d+|cited", href)
        ]
        places = [place for place, reference in citing if reference == card.get("id")]
        assert back == (places or ["cited"]), card.get("id")


@each_notebook_page
def test_a_card_says_who_prints_the_figure_and_where(name):
    rows, printed = {}, {}
    for table in ("sources", "official-sources", "survey"):
        with (PROJECT / f"data/{table}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if table != "survey":
                    rows[row["source"]] = row
                elif row["percent"]:
                    printed[f"{row['question']}.{row['item']}.{row['segment']}.{row['source']}"] = row
    ((register, _),) = shown(name, "register")
    cards = {card["reference"]: card["html"] for card in register["cards"]}
    seen = 0
    for reference, row in printed.items():
        for card in (reference, reference.removesuffix(f".{row['source']}")):
            if re.match(rf"{float(row['percent']):g}\b", plain(cards.get(card, ""))):
                assert plain(rows[row["source"]]["publisher"]) in plain(cards[card]), card
                seen += 1
    assert seen > 0 or "8-yours" in name  # which cites the sample alone
    links = {address for html in cards.values() for address in addresses(Page(html).root)}
    assert links <= {row["url"] for row in rows.values()}


@each_page_at_all
def test_what_networks_show_of_a_page_is_the_pages(name, trees, site):
    tree = trees(name)
    told = metas(tree, "property")
    assert not differing(
        told,
        {
            "og:type": "article",
            "og:site_name": WORDS["name"],
            "og:title": title(name),
            "og:description": metas(tree)["description"],
            "og:url": address(name),
            "og:locale": tag(name).replace("-", "_"),
        },
    )
    assert metas(tree)["twitter:card"] == "summary_large_image"
    picture = told["og:image"].removeprefix(HOME)
    own = name in FIGURE_PAGES
    assert picture == (
        name.replace("figures", "social").replace(".html", ".png") if own else f"social/{language(name)}.png"
    )
    if not own or (site / picture).exists():
        content = (site / picture).read_bytes()
        assert content[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">II", content[16:24]) == (1200, 630)
    assert (told["og:image:width"], told["og:image:height"]) == ("1200", "630")
    assert told["og:image:alt"] == (title(name) if own else say(WORDS["card"], name))


def test_the_site_holds_these_pages_and_the_data_to_the_byte(site):
    assert relative(site, "**/*.html") == sorted([*PAGES, *FIGURE_PAGES])
    assert {"robots.txt", "sitemap.xml"} <= set(relative(site, "*"))
    for path in relative(PROJECT, "data/**/*"):
        assert (site / path).read_bytes() == (PROJECT / path).read_bytes()
    tables = [f"data/{each['path']}" for each in PACKAGE["resources"]]
    # What `tabulate` writes beside a table of groups, and checks itself when it is read.
    assert sorted([*tables, "data/yours-differences.csv"]) == relative(PROJECT, "data/**/*.csv")


def test_the_card_of_each_language_is_its_first_figure(site):
    cards = {
        code: [(site / path).read_bytes() for path in relative(site, f"social/{code}.png", f"social/{code}/*.png")]
        for code in LANGUAGES
    }
    assert all(len(found) == 2 and found[0] == found[1] for found in cards.values())
    assert len({found[0] for found in cards.values()}) == len(LANGUAGES)


def test_every_address_of_the_site_is_a_file_of_it(site):
    """In pages, in their data for machines, in maps and feeds."""
    files = [path for path in sorted(site.rglob("*")) if path.suffix in (".html", ".xml", ".txt")]
    told = [
        (path, found)
        for path in files
        for found in re.findall(rf'{HOME}([^\s"<>#]*)', path.read_text(encoding="utf-8"))
    ]
    assert len(told) > 100
    assert [
        (path.name, found)
        for path, found in told
        if not (site / (found or "index.html")).is_file()
        and not (site / found / "index.html").is_file()
        and found.replace("social", "figures").replace(".png", ".html") not in FIGURE_PAGES
    ] == []


def test_nothing_published_names_a_folder_of_its_maker(site):
    """No path, and no warning, which would name one."""
    names = re.compile(rb"site-packages|UserWarning|Traceback|" + re.escape(str(PROJECT).encode()))
    files = [*site.rglob("*"), *(PROJECT / path for path in relative(PROJECT, "figures/**/*", "notebooks/**/*.ipynb"))]
    assert len(files) > 50
    assert [path.name for path in files if path.is_file() and names.search(path.read_bytes())] == []


@pytest.fixture(scope="module")
def opened(browser, site):
    """Opens a page of the site with all that folds unfolded, in one window for each way of reading."""
    ways = {
        "desk": {"viewport": {"width": 1400, "height": 900}},
        "dark": {"viewport": {"width": 1400, "height": 900}, "color_scheme": "dark"},
        "phone": {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True},
    }
    windows = {}

    def opened(name, way="desk", folded=False):
        if way not in windows:
            windows[way] = browser.new_context(**ways[way]).new_page()
        windows[way].goto((site / name).as_uri())
        if not folded:
            windows[way].evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        return windows[way]

    yield opened
    for window in windows.values():
        window.context.close()


@pytest.mark.slow
@each_look
def test_a_phone_shows_a_page_at_its_own_width_and_lets_it_be_enlarged(name, opened):
    page = opened(name, "phone", folded=True)
    sizes = page.evaluate("[innerWidth, document.documentElement.clientWidth, visualViewport.scale]")
    assert sizes == [360, 360, 1]


# What a page declares as the colour of the browser around it, its own colour and that of its letters.
COLOURS = """() => {
  const probe = document.body.appendChild(document.createElement('i')), {backgroundColor, color} = getComputedStyle(document.body)
  const declared = [...document.querySelectorAll('meta[name=theme-color]')].filter(each => matchMedia(each.media || 'none').matches)
  return [declared.map(each => { probe.style.color = each.content; return getComputedStyle(probe).color }), backgroundColor, color]
}"""
# The colours of a page's icon.
ICON = """async () => {
  const icon = new Image(), canvas = document.createElement('canvas'), seen = new Set()
  icon.src = document.querySelector('link[rel=icon]').href
  await icon.decode()
  const paint = canvas.getContext('2d')
  paint.drawImage(icon, 0, 0, 32, 32)
  const dots = paint.getImageData(0, 0, 32, 32).data
  for (let n = 0; n < dots.length; n += 4) if (dots[n + 3] === 255) seen.add(`${dots.slice(n, n + 3)}`)
  return [...seen]
}"""


@pytest.mark.slow
@each_look
def test_the_browser_is_coloured_as_the_page_and_has_its_icon(name, opened):
    for way in ("desk", "dark"):
        page = opened(name, way, folded=True)
        declared, body, ink = page.evaluate(COLOURS)
        assert declared == [body], way
        light = sum(map(int, re.findall(r"\d+", body))) > sum(map(int, re.findall(r"\d+", ink)))
        assert light == (way == "desk")
        assert page.locator("meta[name=theme-color]").count() == 2
    assert len(page.evaluate(ICON)) > 1


# Texts of a page that are not seen where they stand, or not as they are written; not those of pictures, nor the link
# that shows itself only to the keyboard.
UNSEEN = """(kept) => {
  const unseen = [], wide = document.documentElement.clientWidth
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node; (node = walker.nextNode());) {
    const within = node.parentElement
    if (!node.data.trim() || within.closest('svg, style, script, body > a') || !within.closest(kept)) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    const lines = [...range.getClientRects()].filter(box => box.width > 0)
    const style = getComputedStyle(within)
    const asked = {opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true}
    let seen = lines.length > 0 && within.checkVisibility(asked)
    seen &&= parseFloat(style.fontSize) >= 9 && lines.every(box => box.height >= 7)
    seen &&= style.textTransform === 'none' && style.direction === 'ltr' && style.writingMode === 'horizontal-tb'
    let ground = ''  // the colour under the text; axe says nothing of text that has the very same
    for (let each = within; seen && each && each !== document.documentElement; each = each.parentElement) {
      const style = getComputedStyle(each), box = each.getBoundingClientRect()
      if (!ground && style.backgroundColor !== 'rgba(0, 0, 0, 0)') ground = style.backgroundColor
      seen = style.clipPath === 'none' && style.clip === 'auto' && style.opacity === '1' && style.filter === 'none'
        && style.transform === 'none' && style.userSelect !== 'none' && !style.textDecorationLine.includes('through')
      if (/hidden|clip/.test(style.overflowX + style.overflowY))
        seen &&= lines.every(line =>
          line.bottom <= box.bottom + 1 && line.top >= box.top - 1 && line.left >= box.left - 1)
    }
    seen &&= style.color !== ground
    if (!within.closest('[tabindex="0"]')) seen &&= lines.every(box => box.left >= 0 && box.right <= wide + 1)
    if (!seen) unseen.push(`${within.tagName} ${node.data.trim().slice(0, 60)}`)
  }
  return unseen
}"""


@pytest.mark.slow
@each_look
def test_every_text_is_seen(name, opened):
    """On a phone tables may be laid out otherwise, their headers told apart from their cells."""
    assert opened(name).evaluate(UNSEEN, "body") == []
    assert opened(name, "dark").evaluate(UNSEEN, "body") == []
    outside_tables = "header, footer, nav, h1, h2, h3, p, li, figcaption, pre, caption"
    assert opened(name, "phone").evaluate(UNSEEN, outside_tables) == []


@pytest.mark.slow
@each_notebook_look
def test_charts_and_their_words_are_printed(name, opened):
    page = opened(name, folded=True)
    page.emulate_media(media="print")
    try:
        assert page.evaluate(UNSEEN, "h1, h2:not(.fold h2), main > p, figure > p, figcaption, footer p") == []
        heights = page.locator("figure svg:not(.marks)").evaluate_all(
            "all => all.map(each => each.getBoundingClientRect().height)"
        )
        assert sum(height > 60 for height in heights) == page.locator("figure").count()
    finally:
        page.emulate_media(media="screen")


@pytest.mark.slow
@each_look
def test_what_stands_first_is_seen_first_and_nothing_is_added(name, opened):
    page = opened(name)
    # Columns are read one after the other, so that the second one begins anew at the top.
    page.evaluate("document.querySelectorAll('.doors').forEach(doors => doors.style.columns = 1)")
    for kind in ("main :is(h1, h2, h3, p, figure, table)", "main li", "tr", "nav li", "h1, h2"):
        tops = page.locator(kind).evaluate_all("all => all.map(each => each.getBoundingClientRect().top)")
        assert all(after >= before - 1 for before, after in pairwise(tops)), kind
    columns = page.locator("tr").evaluate_all(
        "all => all.map(row => [...row.cells].map(cell => cell.getBoundingClientRect().left))"
    )
    assert all(after > before for row in columns for before, after in pairwise(row))
    added = page.evaluate(
        """['::before', '::after'].flatMap(part => [...document.querySelectorAll('body *')]
             .map(each => getComputedStyle(each, part).content).filter(content => /[\\p{L}\\p{N}]/u.test(content)))"""
    )
    assert set(added) <= {"none", "normal", "open-quote", "close-quote"}


@pytest.mark.slow
@each_of(PAGES, template)
def test_a_screen_reader_is_told_the_headers_of_each_table(name, opened):
    page = opened(name)
    for table in page.locator("table").all():
        sizes = table.locator("tr").evaluate_all("all => all.map(row => row.cells.length)")
        caption = table.locator("caption")
        told = table.aria_snapshot()
        roles = re.findall(r"^\s*- '?(\w+)", told, re.MULTILINE)
        said = [roles.count(role) for role in ("columnheader", "rowheader", "cell")]
        rows, columns = len(sizes) - 1, sizes[0]
        headed = rows if caption.count() else 0
        assert said == [columns, headed, rows * columns - headed]
        if caption.count():
            named = " ".join(told.split("\n")[0].replace('\\"', '"').split())
            assert " ".join(caption.inner_text().split()) in named


def flat(content):
    return Image.open(io.BytesIO(content)).convert("RGB")


@pytest.mark.slow
@pytest.mark.parametrize("way", ["desk", "phone"])
@each_notebook_look
def test_a_chart_looks_as_it_does_alone(name, way, opened):
    """The style of a page neither hides, moves, cuts, turns nor recolours what is drawn."""
    page = opened(name, way, folded=True)
    alone = page.context.new_page()
    try:
        fonts = "".join(re.findall(r"@font-face\s*\{.*?\}", page.locator("style").text_content()))
        shown = page.locator("figure svg:not(.marks)").filter(visible=True).all()
        assert len(shown) == page.locator("figure").count()
        for svg in shown:
            box = svg.bounding_box()
            if box["width"] > page.viewport_size["width"]:  # it scrolls
                continue
            markup = svg.evaluate("each => each.outerHTML")
            viewed = [float(part) for part in re.search(r'viewBox="0 0 ([\d. ]+)"', markup)[1].split()]
            assert box["width"] / box["height"] == pytest.approx(viewed[0] / viewed[1], rel=0.01)
            left, top = box["x"] % 1, (box["y"] + page.evaluate("scrollY")) % 1
            place = f"position:absolute;left:{left}px;top:{top}px;width:{box['width']}px;height:{box['height']}px"
            sheet = f"<style>{fonts} svg {{ {place} }}</style><meta name=viewport content='width=device-width'>"
            alone.set_content(f"<!DOCTYPE html>{sheet}{markup}")
            alone.evaluate("document.fonts.ready")
            one, other = flat(svg.screenshot()), flat(alone.locator("svg").first.screenshot())
            assert one.size == other.size
            unlike = ImageChops.difference(one, other).convert("L").point(lambda value: 255 * (value > 64))
            assert unlike.histogram()[255] < 0.002 * one.width * one.height
    finally:
        alone.close()


# Part, colour as it is drawn and as it is shown, of all that a page's pictures colour.
COLOURED = """all => all.flatMap(each => ['fill', 'stroke'].filter(part => each.hasAttribute(part))
  .map(part => [part, each.getAttribute(part), getComputedStyle(each)[part]]))"""


@pytest.mark.slow
@each_notebook_look
def test_by_day_a_page_colours_no_picture_otherwise(name, opened):
    """Not even a ring or a hair line, too thin for the comparison of pictures."""
    for _, drawn, seen in opened(name).locator("figure svg:not(.marks) *").evaluate_all(COLOURED):
        if drawn.startswith("#"):
            assert seen == f"rgb({', '.join(str(int(drawn[place : place + 2], 16)) for place in (1, 3, 5))})"


@pytest.mark.slow
@each_notebook_look
def test_colours_that_differ_by_day_differ_by_night(name, opened):
    shown = {}
    for part, drawn, seen in opened(name, "dark").locator("figure svg *").evaluate_all(COLOURED):
        shown.setdefault((part, drawn), set()).add(seen)
    assert all(len(colours) == 1 for colours in shown.values())
    for part in ("fill", "stroke"):
        strong = [key for key in shown if key[0] == part and key[1] != "none" and saturation(key[1]) > 0.5]
        assert len(set().union(*map(shown.get, strong))) == len(strong)


def saturation(colour):
    return rgb_to_hsv(*(int(colour[place : place + 2], 16) for place in (1, 3, 5)))[1]


# What tells a link from the text around it, and what shows which row a link led to.
PLAIN = """each => [each, each.parentElement].map(part => getComputedStyle(part)).map(style =>
  [style.color, style.textDecorationLine, style.borderBottomStyle, style.borderBottomWidth, style.backgroundImage].join())"""
GROUND = "each => getComputedStyle(each).backgroundColor"
LOOKS = """each => [each, each.firstElementChild].map(part => getComputedStyle(part)).map(style =>
  [style.backgroundColor, style.outlineStyle, style.boxShadow, style.borderLeftColor].join()).join()"""


@pytest.mark.slow
@each_notebook_look
def test_a_number_that_is_followed_finds_its_row_marked(name, opened):
    """It is plainly a link, it can be hit, and what it leads to no longer looks as before. What is folded unfolds."""
    page = opened(name)
    link = page.locator("main p a[href^='#'], main li a[href^='#']").first
    own, around = link.evaluate(PLAIN)
    assert own != around
    row = page.locator(f"[id='{unquote(link.get_attribute('href')[1:])}']")
    before = row.evaluate(LOOKS)
    link.click(timeout=9000)
    assert row.evaluate("each => each.matches(':target')")
    assert row.evaluate(LOOKS) != before
    assert row.evaluate(GROUND) != "rgba(0, 0, 0, 0)"  # or the text under the card is seen through it
    row.locator(".back a").first.click(timeout=9000)
    assert page.locator("a:target").evaluate(GROUND) != "rgba(0, 0, 0, 0)"
    page = opened(name, folded=True)
    for fold in page.locator("main details").all():
        fold.locator("summary").first.click(timeout=9000)
        assert fold.evaluate("each => each.open")
