"""Each page is one file that anyone can open, read, check and use, and that no data can break."""

import csv
import io
import json
import re
import subprocess
import sys
from xml.etree import ElementTree

import nbformat
import pytest
from jinja2 import Environment

from conftest import PROJECT, copy_invented, relative, replace_text
from contre_enquete.__main__ import main
from contre_enquete.charts.spreadsheet import escape_formulas, format_cell
from contre_enquete.edition.build import build
from contre_enquete.edition.html import PageError, estimate_reading_minutes, summarize
from contre_enquete.edition.imprint import Publication
from contre_enquete.edition.log import render_feed, render_log_page
from contre_enquete.edition.outputs import read_parts
from contre_enquete.edition.pages import render_notebook_page
from contre_enquete.errors import DataError
from contre_enquete.survey.model import load_survey
from reading import Page

HOME = "https://contre-enquete.example/"


ATOM = {"a": "http://www.w3.org/2005/Atom"}
LOG = "date,reference,before_fr,before_en,after_fr,after_en,changes_fr,changes_en\n"


@pytest.fixture
def corrected(copy):
    """The edition of a project in which two things were corrected."""
    rows = (
        "2026-12-01,barriers.security.large,70 %,70%,71 %,71%,Un écart passe à 11 points.,One gap becomes 11 points.",
        "2026-12-03,notebooks/fr/1-article.html,<b>avant</b>,before,après,after,Rien d’autre.,Nothing else.",
    )
    (copy / "data/corrections.csv").write_text(LOG + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return Publication(copy)


def entries(edition, language):
    """The feed of a language, and its entries, each as its parts by name."""
    root = ElementTree.fromstring(render_feed(edition, language))
    return root, [{part.tag.split("}")[1]: part for part in entry} for entry in root.iterfind("a:entry", ATOM)]


def log(edition, language):
    return Page(render_log_page(edition, language).decode())


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.slow
def test_the_feed_is_what_rfc_4287_asks(language, corrected, site):
    """Each thing that must be there is there once, ids are absolute and of one entry, links lead to the log."""
    assert render_feed(Publication(PROJECT), language) == (site / f"feed.{language}.xml").read_bytes()
    for edition in (Publication(PROJECT), corrected):
        root, told = entries(edition, language)
        assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == f"{language}-CA"
        for node in (root, *root.iterfind("a:entry", ATOM)):
            for tag in ("id", "title", "updated"):
                assert len(node.findall(f"a:{tag}", ATOM)) == 1 and node.findtext(f"a:{tag}", namespaces=ATOM), tag
            assert node.findtext("a:id", namespaces=ATOM).startswith(HOME)
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", node.findtext("a:updated", namespaces=ATOM))
        assert root.findtext("a:author/a:name", namespaces=ATOM) == "Contre-enquête"
        links = {link.get("rel"): link.get("href") for link in root.iterfind("a:link", ATOM)}
        assert links["self"] == root.findtext("a:id", namespaces=ATOM) == f"{HOME}feed.{language}.xml"
        assert links["alternate"] == f"{HOME}{'' if language == 'fr' else 'index.en.html'}"
        dates = [entry["updated"].text for entry in told]
        assert dates == sorted(dates, reverse=True) and root.findtext("a:updated", namespaces=ATOM) == dates[0]
        places = [attributes.get("id") for _, attributes in log(edition, language).elements]
        for entry in told:
            address, _, anchor = entry["link"].get("href").partition("#")
            assert address == f"{HOME}corrections.{language}.html" and anchor in places and entry["summary"].text
        assert len({entry["id"].text for entry in told}) == len(told)


@pytest.mark.parametrize(
    ("language", "none", "before", "after", "changes"),
    [
        ("fr", "Aucune correction n’a été faite.", "Avant\u00a0: 70 %", "Après\u00a0: 71 %", "Rien d’autre."),
        ("en", "No correction has been made.", "Before: 70%", "After: 71%", "Nothing else."),
    ],
)
@pytest.mark.slow
def test_the_log_says_what_was_corrected_or_that_nothing_was(language, none, before, after, changes, corrected):
    empty, full = log(Publication(PROJECT), language), log(corrected, language)
    assert none in empty.text and none not in full.text
    assert before in full.text and after in full.text and changes in full.text and not full.all("b")
    _, told = entries(corrected, language)
    assert [entry["updated"].text[:10] for entry in told] == ["2026-12-03", "2026-12-01", "2026-11-26"]
    assert told[0]["summary"].text.endswith(changes) and told[1]["summary"].text.startswith(f"{before}. {after}. ")


@pytest.mark.slow
def test_a_correction_of_nothing_is_told(copy, capsys):
    row = "2026-12-01,barriers.security,70,70,71,71,Tout.,All."
    (copy / "data/corrections.csv").write_text(f"{LOG}{row}\n", encoding="utf-8")
    assert main(["validate"]) == 1
    told = (
        "data/corrections.csv, row 2, column reference: found 'barriers.security'; expected the reference of a figure"
    )
    assert told in capsys.readouterr().err


def test_reading_takes_a_minute_for_238_words():
    def minutes(*texts):
        cells = [nbformat.v4.new_markdown_cell(text) for text in texts]
        return estimate_reading_minutes(
            nbformat.v4.new_notebook(cells=[*cells, nbformat.v4.new_code_cell("word " * 999)])
        )

    assert (minutes("# A"), minutes("word " * 238), minutes("word " * 238, "one")) == (1, 1, 2)
    assert minutes("[word](#a.b) | – " * 238) == 1


@pytest.mark.parametrize("told", [{"email": "who@where.example"}, {"path": "https://where.example/issues"}, {}])
@pytest.mark.slow
def test_who_to_tell_of_an_error_is_as_the_data_package_says(told, copy):
    package = json.loads((copy / "data/datapackage.json").read_text(encoding="utf-8"))
    package["contributors"][0] |= told
    (copy / "data/datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    page = log(Publication(copy), "en")
    address = {"email": "mailto:who@where.example", "path": "https://where.example/issues"}
    links = [link["href"] for link in page.all("a")]
    for kind in told:
        assert address[kind] in links
    assert page.text.count("To report an error: ") == (2 if told else 0)


def test_every_way_gives_the_same_page(site, tmp_path):
    path = PROJECT / "notebooks/fr/4-verdicts.ipynb"
    command = [sys.executable, "-m", "nbconvert", "--to", "contre-enquete", "--log-level", "ERROR"]
    subprocess.run([*command, "--output-dir", str(tmp_path), str(path)], cwd=tmp_path, check=True)
    made = (tmp_path / "4-verdicts.html").read_bytes()
    assert made == render_notebook_page(path.read_bytes(), path) == (site / "notebooks/fr/4-verdicts.html").read_bytes()


def test_another_address_is_followed_everywhere(site):
    path = PROJECT / "notebooks/fr/4-verdicts.ipynb"
    page = render_notebook_page(path.read_bytes(), path, "https://elsewhere.example/edition").decode()
    assert HOME not in page and "https://elsewhere.example/edition/notebooks/en/4-verdicts.html" in page


def test_the_templates_of_notebooks_are_compiled_once_for_all_pages(monkeypatch):
    one, other = (PROJECT / f"notebooks/{name}.ipynb" for name in ("en/1-article", "fr/6-exercises"))
    assert render_notebook_page(one.read_bytes(), one)
    monkeypatch.delattr(Environment, "_generate")
    assert render_notebook_page(other.read_bytes(), other)


def test_a_notebook_without_title_is_told():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("No title here")])
    with pytest.raises(PageError, match="begins with 'No title here'; expected a title"):
        render_notebook_page(nbformat.writes(notebook).encode(), PROJECT / "notebooks/fr/9-new.ipynb")


def test_a_page_that_would_leave_through_a_table_is_refused(project):
    path = project / "notebooks/fr/2-sources.ipynb"
    notebook = nbformat.read(path, as_version=4)
    table = next(parts["table"] for _, parts in read_parts(notebook) if "table" in parts)
    table["rows"][0][1] += "<META http-equiv=refresh content=0>"
    with pytest.raises(PageError, match=r"^2-sources\.ipynb: found <meta in a chart or table"):
        render_notebook_page(nbformat.writes(notebook).encode(), path)


def test_outputs_of_any_kind_are_shown(project):
    cells = [
        nbformat.v4.new_markdown_cell("# Essai"),
        nbformat.v4.new_code_cell(
            "1/0",
            outputs=[
                nbformat.v4.new_output("stream", text="<b>une ligne</b>"),
                nbformat.v4.new_output("execute_result", data={"text/plain": "<i>deux</i>"}),
                nbformat.v4.new_output("error", ename="E", evalue="v", traceback=["\x1b[31m<u>trois</u>\x1b[0m"]),
            ],
        ),
    ]
    notebook = nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()
    page = Page(render_notebook_page(notebook, project / "notebooks/fr/9-new.ipynb").decode())
    assert all(
        f"<{tag}>{text}</{tag}>" in page.text for tag, text in (("b", "une ligne"), ("i", "deux"), ("u", "trois"))
    )
    assert not page.all("b", "i", "u")


HOSTILE = "</style></script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


HOSTILE_MARKDOWN = """<meta http-equiv=refresh content="0;url=https://leave.example/">
<base href="https://base.example/"><link rel=stylesheet href="https://style.example/a.css">

Words <script>alert(2)</script><img src="https://picture.example/a.png" onerror="alert(3)"> and words, with
<a href="javascript:alert(4)" onclick="alert(5)" ping="https://ping.example/">raw links</a>,
[a link](javascript:alert(6)), [one that hides](java&#115;cript:alert(7)), [a page](data:text/html,x),
[another host](//host.example/), ![a picture](https://picture.example/b.png) and **[a good one](https://good.example/)**.

<iframe srcdoc="<script>alert(8)</script>"></iframe><object data="https://object.example/"></object>
<form action="https://form.example/"><input name=a autofocus onfocus="alert(9)"></form>
<svg onload="alert(10)"><style>@import "https://import.example/";</style></svg><!-- <meta> -->

<details><summary>More</summary>

A *folded* word.

</details>
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The site of the invented article, whose labels, notes, names and texts try to break out."""
    project = tmp_path_factory.mktemp("hostile") / "project"
    copy_invented(project, without=["en"])
    quoted = HOSTILE.replace('"', '""')
    for name, was, becomes in (
        ("codebook/items", "bicycle,Vélo,", f'bicycle,"{quoted} vélo",'),
        ("codebook/items", "bus,Autobus,", "bus,=HYPERLINK(1),"),
        ("codebook/items", "walk,Marche,", "walk,@SUM(A1),"),
        ("sources", "B1,La Gazette inventée,", f'B1,"{quoted}",'),
        ("sources", "secondary,invented", "secondary,+1+cmd|' /C calc'!A0 invented"),
    ):
        replace_text(project / f"data/{name}.csv", was, becomes)
    second_voice = {  # ClaimReview needs two besides the article
        "sources": ["B3,Une autre voix,À vélo,fr,2020-05-05,https://voix.example/velo,secondary,invented"],
        "survey": [f"B3,commute,bicycle,{group},table 1,read" for group in ("town,34,,", "village,12,,")],
    }
    for name, rows in second_voice.items():
        with (project / f"data/{name}.csv").open("a", encoding="utf-8") as file:
            file.writelines(f"{row}\n" for row in rows)
    path = project / "notebooks/fr/1-commute.ipynb"
    notebook = nbformat.read(path, as_version=4)
    shows = f"import IPython.display\nIPython.display.HTML({HOSTILE_MARKDOWN!r})"
    notebook.cells.insert(-2, nbformat.v4.new_code_cell(shows, id="shows"))
    notebook.cells.insert(-2, nbformat.v4.new_markdown_cell(HOSTILE_MARKDOWN, id="words"))
    nbformat.write(notebook, path)
    for name in ("data/README.md", "article/summary.fr.md"):
        (project / name).write_text(f"# Words\n\nThe finding.\n\n## More\n\n{HOSTILE_MARKDOWN}", encoding="utf-8")
    build(project, report=lambda step: None)
    return project / "site"


@pytest.mark.slow
def test_hostile_data_stays_data(hostile):
    pages = {path.name: Page(path.read_text(encoding="utf-8")) for path in hostile.glob("**/*.html")}
    assert {"index.html", "1-commute.html", "commute.html"} <= set(pages)
    for page in pages.values():
        assert len(page.all("script")) == 1 and len(page.all("style")) == 1
        assert not any("src" in image for image in page.all("img"))
        assert not any(key.startswith("on") for _, attributes in page.elements for key in attributes)
        json.loads(page.data)
    page = pages["1-commute.html"]
    assert HOSTILE in page.text  # it is shown, as a text
    rows = list(csv.reader(io.StringIO((hostile / "figures/fr/commute.csv").read_text(encoding="utf-8-sig"))))
    names = [row[0] for row in rows[1:]]
    assert "'=HYPERLINK(1)" in names and "'@SUM(A1)" in names and f"{HOSTILE} vélo" in names
    assert {review["itemReviewed"]["author"]["name"] for review in page.graph("ClaimReview")} == {HOSTILE}


@pytest.mark.slow
def test_a_hostile_page_asks_for_nothing_leads_nowhere_and_says_nothing(hostile, browser):
    names = relative(hostile, "**/*.html")
    assert {"data/index.html", "index.html", "notebooks/fr/1-commute.html", "summary.fr.html"} <= set(names)
    happened = []
    with browser.new_context() as context:
        page = context.new_page()
        page.on("dialog", lambda dialog: (happened.append(dialog.message), dialog.dismiss()))
        page.on("framenavigated", lambda frame: happened.append(frame.url))
        page.on("popup", lambda popup: happened.append(popup.url))
        page.on("request", lambda request: happened.append(request.url))
        for name in names:
            address = (hostile / name).as_uri()
            page.goto(address)
            page.evaluate("new Promise(done => setTimeout(done, 300))")  # a page that leaves at once has left
            assert [event for event in happened if not event.startswith("data:image/")] == [address] * 2, name
            happened.clear()


@pytest.mark.slow
def test_hostile_texts_keep_their_words_and_their_good_links(hostile):
    for name in ("data/index.html", "notebooks/fr/1-commute.html", "summary.fr.html"):
        page = Page((hostile / name).read_text(encoding="utf-8"))
        assert "raw links, a link, one that hides, a page" in " ".join(page.text.split())
        outside = {
            link["href"] for link in page.all("a") if ":" in link.get("href", "") or "//" in link.get("href", "")
        }
        assert "https://good.example/" in outside
        assert all(address.startswith(("https://", "data:text/csv")) for address in outside), outside
        refreshing = [meta for meta in page.all("meta") if meta.get("http-equiv", "").lower() == "refresh"]
        assert not refreshing and not page.all("iframe", "object", "embed", "form", "base")
        assert {field["type"] for field in page.all("input")} <= {"radio"}  # of the engine


@pytest.mark.slow
def test_downloads_of_hostile_data_hold_no_formula(hostile):
    for path in relative(hostile, "data/**/*.csv", "figures/fr/*.csv"):
        for row in csv.reader(io.StringIO((hostile / path).read_text(encoding="utf-8-sig"))):
            assert not any(re.match(r"[=+@\t\r]", cell) for cell in row), path


@pytest.mark.parametrize(
    ("cell", "text"),
    [("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "-1"), ("-1.5", "-1.5"), ("-1+cmd", "'-1+cmd"), ("@x", "'@x"), ("\tx", "'\tx"),
     ("a=b", "a=b"), ("", ""), (float("nan"), ""), (40.0, "40"), (-2.5, "-2.5"), (None, "")],
)  # fmt: skip
def test_cells_for_spreadsheets(cell, text):
    assert format_cell(cell) == text


def test_harmless_files_come_back_as_they_were():
    content = b'a,b\r\n"x, y",-1\r\n'
    assert escape_formulas(content, "a.csv") == content
    assert escape_formulas(b"a\n=1\n", "a.csv") == b"a\n'=1\n"


@pytest.mark.slow
def test_addresses_of_sources_lead_to_the_web(copy):
    """No page may be made to link to a script."""
    sources = copy / "data/sources.csv"
    text = sources.read_text(encoding="utf-8")
    sources.write_text(
        re.sub(r"https://www\.conseiller\.ca[^,]*", "javascript:alert(1)", text, count=1), encoding="utf-8"
    )

    with pytest.raises(DataError, match=r"data/sources\.csv, row 2, column url: found 'javascript:alert\(1\)'"):
        load_survey("fr", copy)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# T\n\nQ?\n\n**A.** One. Two.", "One. Two."),
        ("# T\n\nQ?\n\nA sentence that is quite long enough to stand alone, with *marks*. Two.",
         "A sentence that is quite long enough to stand alone, with marks."),
        ("# T\n\nOnly [one](#x).", "Only one."),
        ("# T", "T"),
    ],
)  # fmt: skip
def test_summary(text, said):
    assert summarize(text) == said
