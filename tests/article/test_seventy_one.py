"""The documentation's example: the article's 70% for security in large companies, corrected to the 71% of others."""

import csv
import re

import pytest

from conftest import PROJECT, copy_project
from contre_enquete.edition.check import check
from contre_enquete.edition.corrections import FORMATS, compare, read_editions

pytestmark = [pytest.mark.slow, pytest.mark.thorough]


@pytest.fixture(scope="module")
def corrected(tmp_path_factory):
    """A copy of the project in which the article prints 71."""
    target = copy_project(tmp_path_factory.mktemp("corrected") / "edition")
    path = target / "data/survey.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count("S01,barriers,security,large,70,") == 1
    path.write_text(
        text.replace("S01,barriers,security,large,70,", "S01,barriers,security,large,71,"), encoding="utf-8"
    )
    return target


@pytest.fixture(scope="module")
def editions(corrected):
    """This edition, the corrected one, and its data alone."""
    return read_editions(str(PROJECT), str(corrected), str(corrected / "data"), report=print)


@pytest.fixture(scope="module")
def found(editions):
    """What changes, by language."""
    return {each.language.code: each for each in compare(*editions[:2])}


def changes(found, language, kind):
    """The changes of a kind, by their place: the words before and after."""
    return {c.statement.anchor: c.texts for c in found[language].changes if c.statement.kind == kind}


def test_one_row_of_the_data_changes(found):
    for language in ("fr", "en"):
        (row,) = [c for c in found[language].changes if c.statement.kind == "data"]
        assert (row.statement.where, row.texts) == (
            "data/survey.csv, S01, barriers, security, large",
            ("percent: 70", "percent: 71"),
        )


EXPECTED = {  # kind and place, and the words before and after, in each language
    ("figure", "barriers.security.large"): {
        "fr": ("70\u00a0%, employés de grandes entreprises", "71\u00a0%, employés de grandes entreprises"),
        "en": ("70%, employees of large companies", "71%, employees of large companies"),
    },
    ("figure", "gap.barriers.security"): {
        "fr": ("10\u00a0points, grandes entreprises", "11\u00a0points, grandes entreprises"),
        "en": ("10 points, large companies", "11 points, large companies"),
    },
    ("interval", "gap-high.barriers.security"): {
        "fr": ("11\u00a0points", "12\u00a0points"),
        "en": ("11 points", "12 points"),
    },
    ("interval", "share.high"): {"fr": ("30\u00a0%", "36,36\u00a0%"), "en": ("30%", "36.36%")},
    ("figure verdict", "claim-security-large"): {
        "fr": ("donné autrement ailleurs", "appuyé par une voix indépendante"),
        "en": ("printed differently elsewhere", "borne out by an independent voice"),
    },
}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_figures_intervals_and_verdicts_before_and_after(language, found):
    for (kind, place), words in EXPECTED.items():
        assert changes(found, language, kind)[place] == words[language], place
    assert not changes(found, language, "wording verdict")  # security comes first, just before or not, with either


@pytest.mark.parametrize("language", ["fr", "en"])
def test_words_of_charts_before_and_after(language, found):
    for kind in ("title", "alternative"):
        before, after = changes(found, language, kind)["figure-barriers"]
        assert before != after and re.sub("70", "71", before) == after
    before, after = changes(found, language, "caption")["figure-barriers"]
    assert "PMI.it" in before and "PMI.it" not in after  # who no longer prints it otherwise
    (row,) = [c for c in found[language].changes if c.statement.kind == "row" and c.statement.anchor == "figure-gaps" and "cur" in c.statement.name]  # fmt: skip
    assert re.findall(r"[\d.,]+(?=;|$)", row.texts[1])[0] == "11"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_a_check_of_the_new_edition_finds_is_to_be_read_again(language, found, corrected):
    """Each number typed in a notebook, claim or document that is now wrong; with others, whose words may be."""
    to_read = found[language].to_read
    told = sorted(words for statement, _ in to_read for words in statement.faults)
    reports = [report for report in check(corrected) if report.survey.language.code == language]
    problems = [problem for report in reports for _, problem in report.problems if not isinstance(problem, str)]
    assert told == sorted(problem.words for problem in problems) and len(told) > 15
    assert all(figures for _, figures in to_read)
    assert {s.anchor for s, _ in to_read if not s.faults} >= {"figure-barriers", "figure-verdicts"}  # computed
    unchanged = {c.statement.text for c in found[language].changes if c.statement.kind == "sentence"}
    assert all(s.text not in unchanged for s, _ in to_read if s.faults)  # typed, so the same before


def test_the_data_alone_tells_the_same(editions):
    _, new, data = editions
    assert data == new
    assert all(not each.changes and not each.to_read for each in compare(new, data))


def test_rows_for_the_log_of_corrections(found, editions):
    text = FORMATS["csv"](found.values(), *editions[:2], editions[1].day)
    with (PROJECT / "data/corrections.csv").open(encoding="utf-8", newline="") as file:
        columns = next(csv.reader(file))
    rows = {row["reference"]: row for row in csv.DictReader(text.splitlines(), columns)}
    assert set(rows) == set(changes(found, "fr", "figure")) == set(changes(found, "en", "figure"))
    for (kind, reference), words in EXPECTED.items():
        if kind == "figure":
            row = rows[reference]
            assert {code: (row[f"before_{code}"], row[f"after_{code}"]) for code in words} == words
            assert row["date"] == editions[1].day.isoformat() and not row["changes_fr"] and not row["changes_en"]


def test_for_the_log(found, editions):
    said = FORMATS["markdown"](found.values(), *editions[:2], editions[1].day)
    assert "  - Avant\u00a0: donné autrement ailleurs\n  - Après\u00a0: appuyé par une voix indépendante\n" in said
    assert "  - Before: printed differently elsewhere\n  - After: borne out by an independent voice\n" in said
    assert "- [ ] [notebooks/en/1-article.html#figure-3-reading](" in said
    assert "  - no longer right: “70% in large companies”\n" in said
