"""Editions in one folder have one opening page and one feed in each language, and the same facts of shared sources."""

import re
import shutil
import xml.etree.ElementTree as ET

import pytest

from conftest import copy_invented, replace_text
from contre_enquete.__main__ import main
from contre_enquete.edition.shelf import share_sources, write_shelf
from contre_enquete.errors import DataError
from contre_enquete.survey.model import load_survey

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def folder(tmp_path):
    """A folder with two editions as if they were built: one in French and English, one in English alone."""
    for name in ("velo", "a car"):
        copy_invented(tmp_path / name)
        for page in ("index", "index.en", "index.fr", "corrections.en", "corrections.fr"):
            (tmp_path / name / "site").mkdir(exist_ok=True)
            (tmp_path / name / f"site/{page}.html").write_text("built", encoding="utf-8")
    shutil.rmtree(tmp_path / "a car/notebooks/fr")
    replace_text(tmp_path / "a car/article/article.toml", '"Inventé"', '"By car"')
    return tmp_path


def test_each_language_has_a_page_that_leads_to_every_edition(folder):
    assert [path.name for path in write_shelf(folder)] == ["index.html", "index.fr.html"]
    for name, tag in (("index.html", "en-CA"), ("index.fr.html", "fr-CA")):
        page = (folder / name).read_text(encoding="utf-8")
        assert f'<html lang="{tag}">' in page and 'href="#main"' in page and '<main id="main">' in page
        links = [link for link in re.findall(r'href="([^"#]+)"', page) if not link.startswith("data:")]
        assert all((folder / link.replace("%20", " ")).is_file() for link in links), links  # none leads elsewhere
        assert {"a%20car/site/index.html", "velo/site/index.html"} <= {*links} or "velo/site/index.en.html" in links
        assert "<script" not in page and "https:" not in page
        assert re.search(r"<h2><a [^>]*>By car</a></h2>", page) and page.count("<h1>") == 1
    assert "fits: 2" in (folder / "index.html").read_text(encoding="utf-8")
    french = (folder / "index.fr.html").read_text(encoding="utf-8")
    assert "juste\xa0: 2" in french and '<section class="card" lang="en-CA">' in french  # it is not in French


def test_the_feed_has_the_editions_of_its_language_with_addresses_beside_it(folder):
    write_shelf(folder)
    for code, count in (("en", 2), ("fr", 1)):
        feed = ET.parse(folder / f"feed.{code}.xml").getroot()
        entries = feed.findall(f"{ATOM}entry")
        ids = [entry.findtext(f"{ATOM}id") for entry in entries]
        assert len(entries) == len({*ids}) == count
        for entry in entries:
            address = entry.find(f"{ATOM}link").get("href").partition("#")[0]
            assert (folder / address.replace("%20", " ")).is_file(), address


def test_the_folder_may_give_a_title_and_words(folder):
    (folder / "shelf.toml").write_text('[title]\nen = "Polls & claims"\n', encoding="utf-8")
    write_shelf(folder)
    assert "<h1>Polls &amp; claims</h1>" in (folder / "index.html").read_text(encoding="utf-8")
    assert "<h1>Éditions</h1>" in (folder / "index.fr.html").read_text(encoding="utf-8")


def test_the_same_editions_make_the_same_bytes(folder, capsys):
    write_shelf(folder)
    first = {path.name: path.read_bytes() for path in folder.glob("*.*")}
    assert main(["shelf", str(folder)]) == 0 and "index.html" in capsys.readouterr().out
    assert {path.name: path.read_bytes() for path in folder.glob("*.*")} == first


@pytest.mark.slow
def test_a_shared_source_has_the_same_facts_everywhere(folder):
    shutil.copy(folder / "velo/data/sources.csv", folder / "sources.csv")
    write_shelf(folder)
    replace_text(folder / "a car/data/sources.csv", "2020-05-04", "2020-05-05")
    with pytest.raises(
        DataError, match=r"^a car/data/sources.csv, row 2, column date: found .2020-05-05. of the shared source B1"
    ):
        write_shelf(folder)
    (folder / "sources.csv").unlink()
    write_shelf(folder)  # sources that nobody shares are each edition's own


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (
            lambda folder: shutil.rmtree(folder / "velo/site"),
            "velo/site/index.html: not found; expected a built edition",
        ),
        (
            lambda folder: [shutil.rmtree(folder / name) for name in ("velo", "a car")],
            "found no edition; expected folders",
        ),
        (lambda folder: (folder / "shelf.toml").write_text("[titel]\n"), "shelf.toml"),
        (
            lambda folder: (folder / "sources.csv").write_text("source,publisher\n"),
            "sources.csv, row 1: no column 'title'",
        ),
    ],
)
def test_a_folder_that_cannot_be_shown_is_refused_and_nothing_written(folder, damage, message):
    damage(folder)
    with pytest.raises(DataError) as raised:
        write_shelf(folder)
    assert message in str(raised.value) and "\n" not in str(raised.value)
    assert not list(folder.glob("index*.html")) + list(folder.glob("feed*"))


@pytest.mark.slow
def test_shared_sources_are_written_into_the_editions_which_stay_whole(folder, capsys):
    """One edition has other facts of a source, the other has no row of it and names it in its figures."""
    mine, other = (folder / name / "data/sources.csv" for name in ("velo", "a car"))
    shared = mine.read_text(encoding="utf-8").replace("Institut imaginaire", "Institut d’ici")
    (folder / "sources.csv").write_text(shared + "B9,Nobody,Unread,fr,2020,https://x.example/,primary,\n", "utf-8")
    header, first, _ = other.read_text(encoding="utf-8").splitlines()
    other.write_text(f"{header}\n{first}\n", encoding="utf-8")
    with pytest.raises(DataError, match="contre-enquete shelf --write writes it"):
        write_shelf(folder)
    assert main(["shelf", str(folder), "--write"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "a car/data/sources.csv: B2: a new row",
        "velo/data/sources.csv: B2: publisher",
    ]
    assert mine.read_text(encoding="utf-8") == other.read_text(encoding="utf-8") == shared  # not what none names
    assert all(load_survey("en", folder / name).publisher("B2") == "Institut d’ici" for name in ("velo", "a car"))
    write_shelf(folder)
    before = mine.stat().st_mtime_ns
    assert main(["shelf", str(folder), "--write"]) == 0 and "Nothing to write" in capsys.readouterr().out
    assert mine.stat().st_mtime_ns == before


def test_no_edition_is_written_if_the_table_of_one_is_wrong(folder):
    path = folder / "velo/data/sources.csv"
    (folder / "sources.csv").write_text(path.read_text(encoding="utf-8").replace("Institut", "Office"), "utf-8")
    path.write_text("source\nB1\n", encoding="utf-8")
    before = (folder / "a car/data/sources.csv").read_bytes()
    with pytest.raises(DataError, match=r"velo/data/sources\.csv, row 1: no column 'publisher'"):
        share_sources(folder)
    assert (folder / "a car/data/sources.csv").read_bytes() == before
