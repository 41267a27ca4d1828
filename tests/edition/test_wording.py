"""Each claim in words is recorded by somebody who has reviewed it; one that is damaged is not."""

import io
import json
import re
from itertools import pairwise

import pytest

from conftest import PROJECT, replace_text
from contre_enquete.__main__ import main
from contre_enquete.edition.check import check
from contre_enquete.edition.tracing import trace_text
from contre_enquete.edition.wording import Ledger, find_claims, find_sentences, pair_with_quotation
from contre_enquete.survey.claims import judge_claims
from contre_enquete.survey.model import load_survey
from contre_enquete.text.links import LINK
from contre_enquete.text.numbers import split_sentences
from word_damage import damaged_paraphrases, damaged_words


@pytest.fixture(scope="module", params=["fr", "en"])
def survey(request):
    return load_survey(request.param, PROJECT)


def cells(language):
    """Yield the notebook, the place and the text of each cell of words in a language."""
    for path in sorted((PROJECT / "notebooks" / language).glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                yield f"notebooks/{language}/{path.name}", f"{path.stem} {cell['id']}", "".join(cell["source"])


def reviewed(name):
    """Return the reviewed sentences of a text."""
    return set(Ledger.load(PROJECT, name).sentences)


@pytest.mark.slow
def test_every_damage_of_words_is_caught(survey):
    """In one edition; in both, each is caught by itself. Of every kind, at every place."""
    language, counts = survey.language.code, {}
    for notebook, place, text in cells(language):
        ledger = reviewed(notebook)
        for damage, changed in damaged_words(text, language):
            claims = set(find_claims(changed, survey))
            caught = claims - ledger or set(find_claims(text, survey)) - claims  # new, or left over in the ledger
            assert caught or trace_text(changed, survey).problems, f"{place}, {damage}: {changed}"
            kind = damage.split(":")[0]
            counts[kind] = counts.get(kind, 0) + 1
    assert len(counts) >= 13 and sum(counts.values()) > 250, counts


def test_every_damaged_paraphrase_is_caught(survey):
    """What the article did not say is added to a claim of its, or what it said is dropped: the claim is unreviewed."""
    language, counts = survey.language.code, {}
    ledger = reviewed(f"claims.{language}")
    for claim in judge_claims(survey):
        assert pair_with_quotation(claim.text, claim.quotation) in ledger, claim.claim
        assert pair_with_quotation(claim.text, claim.quotation[:-1]) not in ledger, claim.claim
        for kind, changed in damaged_paraphrases(claim.text, language):
            assert pair_with_quotation(changed, claim.quotation) not in ledger, changed
            counts[kind] = counts.get(kind, 0) + 1
    assert len(counts) == 5 and min(counts.values()) > 3, counts


def test_links_that_are_exchanged_are_caught(survey):
    """With their numbers: each is right, and the sentence is not."""
    swaps = 0
    for notebook, place, text in cells(survey.language.code):
        ledger = reviewed(notebook)
        for sentence in split_sentences(text):
            links = [match for match in LINK.finditer(sentence) if re.search(r"\d", match[1])]
            for first, second in pairwise(links):
                if first[2] != second[2]:
                    between = sentence[first.end() : second.start()]
                    pieces = (sentence[: first.start()], second[0], between, first[0], sentence[second.end() :])
                    changed = "".join(pieces)
                    caught = set(find_claims(changed, survey)) - ledger
                    assert caught or trace_text(changed, survey, text).problems, f"{place}: {changed}"
                    swaps += 1
    assert swaps > 40


@pytest.mark.parametrize("name", ["data/README.md", "data/README.fr.md"])
@pytest.mark.slow
def test_every_damage_of_a_document_is_caught(name):
    text, ledger = (PROJECT / name).read_text(encoding="utf-8"), reviewed(name)
    damages = [
        *damaged_words(text, "fr" if name.endswith(".fr.md") else "en"),
        ("number", re.sub(r"\d(?=[^\d`]*$)", "7", text)),
        ("word", re.sub(r"\b(?:the|les)\b", "a", text, count=1)),
    ]
    for damage, changed in damages:
        if find_sentences(changed) != find_sentences(text):
            assert set(find_sentences(changed)) - ledger, damage


def test_a_linked_figure_may_change_and_its_sentence_stay_reviewed(survey):
    for _, _, text in cells(survey.language.code):
        changed = re.sub(r"\[([^\]]*)\](\(#)", lambda m: f"[{re.sub(r'[0-9]', '7', m[1])}]{m[2]}", text)
        assert find_claims(changed, survey) == find_claims(text, survey)


@pytest.mark.parametrize(
    ("text", "claims"),
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
        ("[The answer](7-answers.ipynb#errors)", []),
        ("See [it](https://example.org/first).", []),
        *(
            (sentence, [sentence])
            for sentence in ("Pages disagree.", "The lot doubled.", "It exaggerates.", "It fell.")
        ),
        (
            "[SMEs lead](#lead.tools.email) by [7 points](#gap.tools.email).",
            ["[SMEs lead](#lead.tools.email) by [# points](#gap.tools.email)."],
        ),
    ],
)
def test_which_sentences_are_claims(text, claims):
    assert find_claims(text, load_survey("en", PROJECT)) == claims


SENTENCE, CHANGED = "Sur le Québec, nous n’avons rien trouvé.", "Sur le Québec, nous n’avons pas tout trouvé."
NOTEBOOK = "notebooks/fr/1-article.ipynb"
PLACE, LEDGER = f"{NOTEBOOK}, cell 4", f"article/reviewed/{NOTEBOOK}.txt"


@pytest.fixture
def changed(copy):
    """A copy of the project with one sentence of one notebook changed."""
    path = copy / NOTEBOOK
    text = path.read_text(encoding="utf-8")
    assert text.count(SENTENCE) == 1
    path.write_text(text.replace(SENTENCE, CHANGED), encoding="utf-8")
    return copy


@pytest.mark.slow
def test_a_changed_claim_is_unreviewed_until_it_is_recorded(changed, capsys):
    assert main(["check", NOTEBOOK]) == 1
    line = Ledger.load(changed, NOTEBOOK).sentences.index(SENTENCE) + 1
    assert capsys.readouterr().out.splitlines()[:2] == [
        f"{PLACE}: “{CHANGED}”: unreviewed claim. Check it against the sources, then run `contre-enquete check --read`",
        f"{LEDGER}, line {line}: “{SENTENCE}”: reviewed sentence no longer appears in {NOTEBOOK}; delete this line",
    ]
    before = Ledger.load(changed, NOTEBOOK).sentences
    assert main(["check", "--read", "--yes", f"{NOTEBOOK}#4"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == f"{PLACE}: “{CHANGED}”"
    after = Ledger.load(changed, NOTEBOOK).sentences
    assert [CHANGED if sentence == SENTENCE else sentence for sentence in before] == after
    assert main(["check"]) == 0


@pytest.mark.parametrize(
    ("answers", "code", "recorded"), [("y", 0, True), ("n", 1, False), ("q", 1, False), ("", 1, False)]
)
@pytest.mark.slow
def test_each_claim_is_asked_for_on_a_terminal(answers, code, recorded, changed, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", Terminal(answers))
    assert main(["check", "--read", NOTEBOOK]) == code
    assert f"{PLACE}: “{CHANGED}”\nChecked against the sources? [y/n/q] " in capsys.readouterr().out
    assert (CHANGED in Ledger.load(changed, NOTEBOOK).sentences) == recorded


class Terminal(io.StringIO):
    """What somebody types on a terminal."""

    def isatty(self):
        return True


@pytest.mark.slow
def test_without_a_terminal_claims_are_listed_and_not_recorded(changed, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    before = (changed / LEDGER).read_bytes()
    assert main(["check", "--read", NOTEBOOK]) == 2
    output, error = capsys.readouterr()
    assert output == f"{PLACE}: “{CHANGED}”\n"
    assert error == "contre-enquete: 1 unreviewed claims, and no terminal to ask on; --yes records them all\n"
    assert (changed / LEDGER).read_bytes() == before


def test_only_the_selected_cells_are_checked(changed):
    (report,) = check(changed, [f"{NOTEBOOK}#3"])
    assert report.problems == []
    (report,) = check(changed, [f"{NOTEBOOK}#3", f"{NOTEBOOK}#4"])
    assert [place for place, _ in report.problems] == [PLACE]


@pytest.mark.slow
def test_a_file_selects_the_texts_that_it_holds():
    def names(*files):
        return [report.name for report in check(PROJECT, [PROJECT / file for file in files])]

    assert names("article/printed.py") == ["charts.en", "charts.fr"]
    assert names("article/locale/fr.po") == ["charts.fr"]
    assert names("data/claims.csv") == ["claims.en", "claims.fr"]
    assert [report.name for report in check(PROJECT, ["charts.en"])] == ["charts.en"]  # as its report says
    assert names("README.md", "data/README.fr.md") == ["README.md", "data/README.fr.md"]


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("nosuch.ipynb", "nosuch.ipynb: not found\n"),
        ("LICENSE", "LICENSE: found no text to check; expected a notebook, or another file with sentences"),
        (f"{NOTEBOOK}#400", f"{NOTEBOOK}#400: found no such cell; expected 1 to "),
        (f"{NOTEBOOK}#last", f"{NOTEBOOK}#last: found 'last'; expected a notebook and the number of a cell"),
        ("README.md#4", "README.md#4: found '4'; expected a notebook and the number of a cell"),
    ],
)
def test_a_name_that_selects_nothing_is_told(name, fault, capsys, monkeypatch):
    monkeypatch.chdir(PROJECT)
    assert main(["check", name]) == 1
    assert capsys.readouterr().err.startswith(f"contre-enquete: {fault}")


def test_one_word_of_the_readme_needs_no_review(copy):
    """It speaks of the project, not of the survey."""
    path = copy / "README.md"
    replace_text(path, " the ", " no ", 1)
    assert [report.problems for report in check(copy, [path])] == [[]]


def test_a_number_of_the_readme_is_traced(copy):
    path = copy / "README.md"
    path.write_text(path.read_text(encoding="utf-8") + "\nOf SMEs, 36%.\n", encoding="utf-8")
    ((_, problem),) = check(copy, [path])[0].problems
    assert problem.words == "36%"


@pytest.mark.slow
def test_the_ledger_of_a_text_that_is_gone_is_told(small, capsys):
    ledger = small / "article/reviewed/notebooks/fr/9-gone.ipynb.txt"
    ledger.write_text("Nothing is left.\n", encoding="utf-8")
    assert main(["check"]) == 1
    told = "line 1: “Nothing is left.”: reviewed sentence no longer appears in notebooks/fr/9-gone.ipynb"
    assert told in capsys.readouterr().out
    assert main(["check", "--read", "--yes"]) == 1  # the opening page counts what other notebooks show
    assert not ledger.exists()
