"""Each sentence that says something in words is marked by somebody who has read it; one that is damaged is not."""

import json
import re
from itertools import pairwise

import pytest

from conftest import PROJECT
from contre_enquete.__main__ import main
from contre_enquete.edition.check import check
from contre_enquete.edition.tracing import check_text
from contre_enquete.edition.wording import MARKS, Readings, document_sentences, told_in_words
from contre_enquete.errors import DataError
from contre_enquete.survey.citable import registry
from contre_enquete.survey.model import load_survey
from contre_enquete.text.links import LINK
from contre_enquete.text.numbers import sentences
from damage import damaged_words


@pytest.fixture(scope="module", params=["fr", "en"])
def survey(request):
    return load_survey(request.param, PROJECT)


def cells(language):
    for path in sorted((PROJECT / "notebooks" / language).glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                yield f"{path.stem} {cell['id']}", "".join(cell["source"])


def test_every_damage_of_words_is_caught(survey):
    """In one edition; in both, each is caught by itself. Of every kind, at every place."""
    language, marks = survey.language.code, Readings.load(PROJECT).marks
    tried = {}
    for place, text in cells(language):
        for damage, changed in damaged_words(text, language):
            caught = any(sentence not in marks for sentence in told_in_words(changed, survey))
            caught = caught or set(told_in_words(text, survey)) - set(
                told_in_words(changed, survey)
            )  # a mark is left over
            assert caught or check_text(changed, survey, registry(survey))[0], f"{place}, {damage}: {changed}"
            kind = damage.split(":")[0]
            tried[kind] = tried.get(kind, 0) + 1
    assert len(tried) >= 13 and sum(tried.values()) > 250, tried


def test_links_that_are_exchanged_are_caught(survey):
    """With their numbers: each is right, and the sentence is not."""
    marks, tried = Readings.load(PROJECT).marks, 0
    for place, text in cells(survey.language.code):
        for sentence in sentences(text):
            links = [match for match in LINK.finditer(sentence) if re.search(r"\d", match[1])]
            for one, other in pairwise(links):
                if one[2] != other[2]:
                    changed = (
                        sentence[: one.start()]
                        + other[0]
                        + sentence[one.end() : other.start()]
                        + one[0]
                        + sentence[other.end() :]
                    )
                    caught = any(each not in marks for each in told_in_words(changed, survey))
                    assert caught or check_text(changed, survey, registry(survey), text)[0], f"{place}: {changed}"
                    tried += 1
    assert tried > 40


@pytest.mark.parametrize(
    "name", ["README.md", "data/README.md", "data/README.fr.md", "CITATION.cff", "CHANGELOG.md", "CONTRIBUTING.md"]
)
def test_every_damage_of_a_document_is_caught(name):
    text, marks = (PROJECT / name).read_text(encoding="utf-8"), Readings.load(PROJECT).marks
    damages = [
        *damaged_words(text, "fr" if name.endswith(".fr.md") else "en"),
        ("number", re.sub(r"\d(?=[^\d`]*$)", "7", text)),
        ("word", re.sub(r"\b(?:the|les)\b", "a", text, count=1)),
    ]
    for damage, changed in damages:
        if document_sentences(changed) != document_sentences(text):
            assert any(sentence not in marks for sentence in document_sentences(changed)), damage


def test_a_linked_figure_may_change_and_its_sentence_stay_marked(survey):
    for _, text in cells(survey.language.code):
        changed = re.sub(r"\[([^\]]*)\](\(#)", lambda m: f"[{re.sub(r'[0-9]', '7', m[1])}]{m[2]}", text)
        assert told_in_words(changed, survey) == told_in_words(text, survey)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Here is an example.", []),
        ("The cell shows it: [42 points](#gap.tools.email).", []),
        ("Below, a table. It is longer.", ["Below, a table."]),
        ("This is *only* a sketch.", ["This is *only* a sketch."]),
        ("See `more.csv` and a notebook.", []),
        ("In 1999, it was otherwise.", ["In 1999, it was otherwise."]),
        ("Ipsos did it.", ["Ipsos did it."]),
        ("Canada was there.", ["Canada was there."]),
        ("PMI.it says so.", ["PMI.it says so."]),
        (
            "[SMEs lead](#lead.tools.email) by [7 points](#gap.tools.email).",
            ["[SMEs lead](#lead.tools.email) by [# points](#gap.tools.email)."],
        ),
    ],
)
def test_what_says_something_in_words(text, said):
    assert told_in_words(text, load_survey("en", PROJECT)) == said


def test_every_mark_is_a_sentence_of_ours_and_none_is_missing():
    reports = {report.document: report for report in check(PROJECT)}
    report = reports["article/readings.txt"]
    assert report.problems == [] and re.fullmatch(r"\d+ sentences of reading, \d+ sentences of method", report.counts)


def test_an_unmarked_sentence_and_a_mark_of_none_are_told(copy, capsys):
    path = copy / "notebooks/fr/1-article.ipynb"
    text = path.read_text(encoding="utf-8")
    assert "Sur le Québec, nous n’avons rien trouvé." in text
    path.write_text(
        text.replace(
            "Sur le Québec, nous n’avons rien trouvé.",
            "Sur le Québec, nous n’avons pas tout trouvé.",
        ),
        encoding="utf-8",
    )
    assert main(["check"]) == 1
    told = [line for line in capsys.readouterr().out.splitlines() if "Sur le Québec" in line]
    assert told == [
        "notebooks/fr/1-article.ipynb, cell 4: “Sur le Québec, nous n’avons pas tout trouvé.”: says in words what no link holds, and is not marked as read in article/readings.txt",
        "article/readings.txt: “Sur le Québec, nous n’avons rien trouvé.”: marked, and said nowhere",
    ]
    assert main(["check", str(path)]) == 1
    assert main(["check", "--read"]) == 0
    assert main(["check"]) == 0
    marks = Readings.load(copy).marks
    assert (
        marks["Sur le Québec, nous n’avons pas tout trouvé."] == "reading"
        and "Sur le Québec, nous n’avons rien trouvé." not in marks
    )
    assert set(marks.values()) == set(MARKS)  # what was marked as method stays so


def test_marks_of_one_notebook_cannot_be_written(copy, capsys):
    assert main(["check", "--read", "notebooks/fr/1-article.ipynb"]) == 2
    assert "expected no notebook beside it" in capsys.readouterr().err


@pytest.mark.parametrize("line", ["A sentence.", "opinion: A sentence.", "reading: ", "reading"])
def test_a_line_without_a_mark_is_told(line, copy):
    path = copy / "article/readings.txt"
    path.write_text(f"method: Un.\n{line}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"^article/readings\.txt, line 2: found '.*'; expected one of reading, method"):
        check(copy)
