"""The words around the notebooks are those that somebody has read and approved, in `__snapshots__/` beside this file.

They stand in no committed file otherwise. After a change: `make test TESTS="tests/article/test_approved.py
--snapshot-update"`, then read the difference before it is committed.
"""

import csv
import re

import pytest
from babel.messages.pofile import read_po

from conftest import PROJECT
from reading import Page


def furniture(site, language, address):
    """What the pages of a language say besides their notebooks."""
    said = []
    for name in (address, f"notebooks/{language}/2-sources.html"):
        html = (site / name).read_text(encoding="utf-8")
        html = re.sub(r"<style>.*?</style>|<script.*?</script>|<figure.*?</figure>", "", html, flags=re.DOTALL)
        if name != address:
            html = re.sub(r"<main.*?(?=<nav class=\"neighbours\")", "", html, flags=re.DOTALL)
            html = re.sub(r"(<span>[^<]*</span>)[^<]*|<li>.*?</li>|To cite:.*|Pour citer.*", r"\1", html)
        page = Page(html)
        lines = [attributes[key] for _, attributes in page.elements for key in ("aria-label",) if key in attributes]
        lines += [a["content"] for _, a in page.elements if a.get("property") == "og:image:alt"]
        lines += re.sub(r"[0-9a-f]{64}", "…", page.text).splitlines()
        said += [line.strip() for line in lines if line.strip()]
    pages = [path.read_text(encoding="utf-8") for path in sorted((site / "notebooks" / language).glob("*.html"))]
    said += sorted(set(re.findall(r"<summary>([^<]*)</summary>|aria-label=\"(\w+)\"", "".join(pages))))
    figure = re.search(r"<figure.*?</figure>", (site / address).read_text(encoding="utf-8"), re.DOTALL)[0]
    said += re.findall(r"download=\"[^\"]*\"[^>]*>(.*?)</a>", figure)
    return "\n".join(line if isinstance(line, str) else "".join(line) for line in said) + "\n"


def unseen(site):
    """The translations that no page of the edition shows, each with what it translates."""
    pages = [Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))]
    shown = " ".join(
        page.text + " ".join(value for _, attributes in page.elements for value in attributes.values() if value)
        for page in pages
    )
    catalogue = []
    for path in ("src/contre_enquete/locale/fr.po", "article/locale/fr.po"):
        with (PROJECT / path).open("rb") as file:
            catalogue += [message for message in read_po(file) if message.id]
    for message in catalogue:
        parts = [part for part in re.split(r"\{\w+\}|\]\([^)]*\)|\[", message.string) if part.strip(" \u00a0,.;:()")]
        if not parts or not all(part in shown for part in parts):
            yield f"{message.id}\n    {message.string}\n"


@pytest.mark.slow
def test_translations_that_nothing_shows_are_approved(site, snapshot):
    """One that is changed is no longer shown by what is committed, and so comes up here too."""
    said = "".join(unseen(site))
    assert said == snapshot


@pytest.mark.parametrize(("language", "address"), [("fr", "index.html"), ("en", "index.en.html")])
def test_words_around_the_notebooks_are_approved(language, address, site, snapshot):
    said = furniture(site, language, address)
    assert said == snapshot


TRANSCRIBED = {  # table: its key, and what no chart, text or other test shows of a row
    "survey": (["source", "question", "item", "segment"], ["words", "locator", "certainty"]),
    "sample": (["source", "fact", "words"], ["date", "locator", "certainty"]),
    "national": (["source", "country", "question", "item"], ["words", "counts", "locator", "certainty"]),
    "chain": (["before", "after"], ["certainty", "reason"]),
    "sources": (
        ["source"],
        ["publisher", "title", "url", "language", "date", "kind", "note", "via", "voice", "voice_certainty"],
    ),
    "codebook/questions": (
        ["question"],
        ["unit", "exact_wording", "shown", "shown_total", "measure_en", "measure_fr", "base_en", "base_fr"],
    ),
    "codebook/items": (["question", "item"], ["label_fr", "label_en", "words_fr", "words_en"]),
    "codebook/segments": (
        ["segment"],
        ["label_fr", "label_en", "respondents_fr", "respondents_en", "words_fr", "words_en"],
    ),
    "codebook/voices": (["voice"], ["label_fr", "label_en", "why_fr", "why_en"]),
    "official": (
        ["source", "place", "year", "measure", "size"],
        ["size_from", "size_to", "percent", "words", "base", "locator", "certainty"],
    ),
    "official-sources": (["source"], ["publisher", "via", "title", "date", "url", "population"]),
    "codebook/places": (["place"], ["label_fr", "label_en", "words_fr", "words_en"]),
    "codebook/measures": (["measure"], ["label_fr", "label_en", "words_fr", "words_en"]),
    "codebook/sizes": (["size"], ["label_fr", "label_en", "words_fr", "words_en"]),
    "disclosure": (["item"], ["asks_fr", "asks_en", "article_fr", "article_en", "edition_fr", "edition_en"]),
}


def transcription():
    for table, (keys, columns) in TRANSCRIBED.items():
        with (PROJECT / f"data/{table}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield f"{table}: {' '.join(row[key] or '-' for key in keys)} | {' | '.join(row[name] for name in columns)}\n"


def test_what_nothing_else_shows_of_the_data_is_approved(snapshot):
    """Where on a page, how sure, of what kind and date: read once more against the research whenever it changes."""
    said = "".join(transcription())
    assert said == snapshot
