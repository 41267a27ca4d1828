"""One truth, written as tools export it: from each of them the same shares are guessed, without a file or an engine."""

import csv
import random
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from contre_enquete.answers.codebook import read_codebook
from contre_enquete.answers.codebook_text import render_codebook
from contre_enquete.answers.dialogue import agree_on_draft
from contre_enquete.answers.lists import split_cells
from contre_enquete.answers.preview import render_preview
from contre_enquete.answers.propose import count_header_rows, draft_codebook, guess_codebook
from contre_enquete.answers.published import NO_NAMES, PublishedNames
from contre_enquete.answers.source import Answers
from contre_enquete.answers.summary import NUMBER_TEXT, ColumnSummary, FileSummary, Source
from contre_enquete.errors import DataError
from contre_enquete.text.language import Language

PEOPLE = 120
OPTIONS = ["Email", "Chat", "Wikis, blogs", "Video"]
CODES = ["email", "chat", "wikis", "video"]
AGREE = ["Pas du tout d’accord", "Plutôt en désaccord", "Ni d’accord ni pas d’accord", "Plutôt d’accord", "Tout à fait d’accord"]  # fmt: skip
SIZES = ["1 à 99 employés", "100 à 499 employés", "500 employés et plus"]


@dataclass(frozen=True)
class Person:
    """What somebody answered; nobody did."""

    tools: tuple[bool, ...]
    agree: int  # from 0 to 4
    pay: bool
    size: int


def draw_people():
    draw = random.Random(2013)
    shares = (0.9, 0.5, 0.35, 0.15)
    people = []
    while len(people) < PEOPLE:
        tools = tuple(draw.random() < share for share in shares)
        if any(tools):
            people.append(Person(tools, draw.randint(0, 4), draw.random() < 0.3, draw.randint(0, 2)))
    return people


TRUTH = draw_people()
TOOLS = [100 * sum(person.tools[place] for person in TRUTH) / PEOPLE for place in range(4)]
PRODUCTIVE = 100 * sum(person.agree >= 3 for person in TRUTH) / PEOPLE
PAYING = 100 * sum(person.pay for person in TRUTH) / PEOPLE


@dataclass(frozen=True)
class Rows(Source):
    """Rows in memory."""

    names: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def counted(self):
        places = {self.names.index(name): values for name, values in self.excluded.items()}
        return [row for row in self.rows if not any(row[place] in values for place, values in places.items())]

    def summarize(self):
        columns = {}
        for place, name in enumerate(self.names):
            counts = Counter(row[place] for row in self.counted if row[place])
            numbers = sum(people for value, people in counts.items() if re.search(NUMBER_TEXT, value))
            columns[name] = ColumnSummary(name, dict(counts), counts.total(), len(counts), numbers)
        return FileSummary(len(self.counted), columns)

    def count_blank_rows(self, groups):
        places = {key: [self.names.index(name) for name in names] for key, names in groups.items()}
        return {key: sum(not any(row[p] for p in of) for row in self.counted) for key, of in places.items()}


def make_source(header, rows):
    return Rows(Answers(Path("answers.csv")), names=tuple(header), rows=tuple(map(tuple, rows)))


def guess(header, rows, given=None, published=NO_NAMES):
    return draft_codebook(make_source(header, rows), given or {}, Language("en"), published)


def ticks(yes, no):
    """A cell for each tool: `yes`, or the tool's own label if that is None."""
    return lambda person: [(yes or OPTIONS[place]) if ticked else no for place, ticked in enumerate(person.tools)]


def cell(separator, labels=OPTIONS, end=""):
    return lambda person: [separator.join(label for label, ticked in zip(labels, person.tools, strict=True) if ticked) + end]  # fmt: skip


def words(person):
    return [AGREE[person.agree], "Oui" if person.pay else "Non"]


def numbers(person):
    return [str(person.agree + 1), "1" if person.pay else "0"]


Q = "Which tools do you use?"
TAIL = ["Les outils m’aident", "Paieriez-vous ?"]
KINDS = {  # the header, how the tools are written, how the rest is
    "Google Forms, sheet": (["Horodateur", Q, *TAIL], cell(", "), words),
    "Google Forms, CSV": (["Timestamp", Q, *TAIL], cell(";"), words),
    "Microsoft Forms": (["ID", "Heure de début", "Heure de fin", Q, *TAIL], cell(";", end=";"), words),
    "Jotform": (["Submission Date", Q, *TAIL], cell("\n"), words),
    "ODK": (["SubmissionDate", "KEY", "g-tools", "g-agree", "g-pay"], cell(" ", CODES), numbers),
    "LimeSurvey, answers": (["ID de la réponse", *(f"{Q} [{label}]" for label in OPTIONS), *TAIL], ticks("Oui", "Non"), words),
    "LimeSurvey, codes": (["id", *(f"tools[SQ00{n}]" for n in range(4)), "agree", "pay"], ticks("Y", ""), numbers),
    "Qualtrics, keys": (["ResponseId", *(f"Q2_{n}" for n in range(1, 5)), "Q3", "Q4"], ticks(None, ""), words),
    "Qualtrics, names": (["ResponseId", *(f"{Q} - Selected Choice - {label}" for label in OPTIONS), *TAIL], ticks(None, ""), words),
    "Qualtrics, values": (["ResponseId", *(f"Q2_{n}" for n in range(1, 5)), "Q3", "Q4"], ticks("1", "-99"), numbers),
    "KoboToolbox": (["start", *(f"g/tools/{code}" for code in CODES), "g/agree", "g/pay"], ticks("1", "0"), numbers),
    "REDCap, raw": (["record_id", *(f"tools___{n}" for n in range(1, 5)), "agree", "pay"], ticks("1", "0"), numbers),
    "REDCap, labels": (["Record ID", *(f"{Q} (choice={label})" for label in OPTIONS), *TAIL], ticks("Checked", "Unchecked"), words),
    "Typeform": (["#", *OPTIONS, *TAIL], ticks(None, ""), words),
    "Framaforms, keys": (["SID", *CODES, *TAIL], ticks("X", ""), words),
    "Sphinx": (["CLE", *(f"Outils_{label}" for label in OPTIONS), *TAIL], ticks("Cité", "Non cité"), words),
    "Eval&Go": (["Id", *(f"{Q} : {label}" for label in OPTIONS), *TAIL], ticks("1", "0"), words),
    "SPSS, codes": (["id", *(f"q2{letter}" for letter in "abcd"), "q3", "q4"], ticks("1", "2"), numbers),
    "Stata, labels": (["id", *(f"tools{n}" for n in range(1, 5)), *TAIL], ticks("quoted", "not quoted"), words),
    "pandas": (["id", *(f"tools.{code}" for code in CODES), *TAIL], ticks("1.0", "0.0"), words),
    "boxes": (["N°", *(f"Outils – {label}" for label in OPTIONS), *TAIL], ticks("☑", "☐"), words),
    "LibreOffice": (["N°", *(f"Outils > {label}" for label in OPTIONS), *TAIL], ticks("VRAI", "FAUX"), words),
    "Alchemer": (["Response ID", *(f"{label}:{Q}" for label in OPTIONS), *TAIL], ticks(None, ""), words),
    "Tally": (["Submission ID", Q, *(f"{Q} ({label})" for label in OPTIONS), *TAIL], lambda person: [*cell(", ")(person), *ticks("TRUE", "FALSE")(person)], words),
    "a title above the header": ([f"Enquête [{name}]" for name in ("N°", *(f"Outils : {label}" for label in OPTIONS), *TAIL)], ticks("X", ""), words),
    "no name but for the first": (["ID", Q, "column 3", "column 4", "column 5", *TAIL], ticks(None, ""), words),
    "LimeSurvey, codes and answers": (["id. Response ID", *(f"t[SQ{n}]. {Q} [{label}]" for n, label in enumerate(OPTIONS)), *(f"q{n}. {name}" for n, name in enumerate(TAIL))], ticks("Yes", "No"), words),
    "Survicate": (["Nr", Q, *TAIL], cell(" | "), words),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_each_tool_gives_the_same_shares(kind):
    header, tools, rest = KINDS[kind]
    rows = []
    for number, person in enumerate(TRUTH):
        answered = [*tools(person), *rest(person)]
        rows.append([str(1000 + number)] * (len(header) - len(answered)) + answered)
    draft = guess(header, rows)
    several, agree, pay = draft.questions.values()
    percents = {item.label: item.percent for item in several.items.values()}
    ordered = [percents[label] for label in OPTIONS] if set(percents) == set(OPTIONS) else list(percents.values())
    assert sorted(ordered) == pytest.approx(sorted(TOOLS)) and len(ordered) == 4
    assert (several.kind, agree.kind, pay.kind) == ("several", "scale", "several")
    assert [item.percent for item in agree.items.values()] == pytest.approx([PRODUCTIVE])
    assert [item.percent for item in pay.items.values()] == pytest.approx([PAYING])
    assert not draft.warnings and render_codebook(draft)


@pytest.mark.parametrize(
    ("header", "tool"),
    [
        ("StartDate,EndDate,Status,IPAddress,Progress,Finished,ResponseId,Q1", "Qualtrics"),
        ("ID,Heure de début,Heure de fin,Adresse de messagerie,Nom", "Microsoft Forms"),
        ("Horodateur,Question", "Google Forms"),
        ("id,submitdate,lastpage,startlanguage", "LimeSurvey"),
        ("Respondent ID,Collector ID,Start Date", "SurveyMonkey"),
        ("start,end,q,_id,_uuid,_submission_time,_index", "KoboToolbox"),
        ("SubmissionDate,q,KEY", "ODK"),
        ("record_id,q,form_complete", "REDCap"),
        ("#,q,Response Type,Start Date (UTC),Submit Date (UTC),Network ID", "Typeform"),
        ("Submission Date,q,Submission ID", "Jotform"),
        ("Numéro de série,SID,Heure,Brouillon", "Framaforms"),
        ("CLE,DATE_SAISIE,q", "Sphinx"),
        ("Club_Id,Choir,Entry_Status,Entry_DateSubmitted", "Cognito Forms"),
        ("Zeitstempel,Wie oft?", "Google Forms"),
        ("id,q", ""),
    ],
)
def test_a_tool_is_known_by_its_columns(header, tool):
    names = header.split(",")
    draft = guess([*names, "Content ?"], [[*"a" * len(names), answer] for answer in ["Oui", "Non"] * 10])
    assert draft.tool == tool


def percents(draft):
    return {name: [round(item.percent) for item in question.items.values()] for name, question in draft.questions.items()}  # fmt: skip


def ask(answers, name="Q", given=None):
    """A draft of one column of answers."""
    return guess([name], [[answer] for answer in answers], given)


@pytest.mark.parametrize(
    ("answers", "values", "missing"),
    [
        ("1 2 3 4 5 98", "1 2 3 4 5", "98"),
        ("1 2 3 4 5 9", "1 2 3 4 5", "9"),
        ("1 3 6 8 9 10", "1 2 3 4 5 6 7 8 9 10", ""),
        ("0 5 7 8 9", "0 1 2 3 4 5 6 7 8 9", ""),
        ("1 2 3 4 5 -99", "1 2 3 4 5", "-99"),
        ("0 1 2", "0 1 2", ""),
        ("0 1 2 3 9", "0 1 2 3", "9"),
        ("-2 -1 0 1 2", "-2 -1 0 1 2", ""),
        ("-2 -1 1 2 3", "1 2 3", "-2 -1"),
    ],
)
def test_a_code_in_a_gap_is_no_answer(answers, values, missing):
    values, codes = values.split(), answers.split()
    (question,) = ask(codes * 10).questions.values()
    assert question.kind == "scale" and " ".join(question.missing) == missing
    if len(codes) - len(question.missing) == len(values):
        assert list(question.values) == values
    (item,) = question.items.values()
    counted = [code for code in codes if code not in question.missing]
    best = values[-2:] if len(values) > 3 else values[-1:]
    assert item.percent == pytest.approx(100 * sum(code in best for code in counted) / len(counted))


@pytest.mark.parametrize(
    "scale",
    [
        "Très insatisfait(e)|Plutôt insatisfait(e)|Plutôt satisfait(e)|Très satisfait(e)",
        "Fortement en désaccord|En désaccord|Neutre|En accord|Fortement en accord",
        "Pas du tout d’accord|Plutôt en désaccord|Plutôt en accord|Tout à fait d’accord",
        "Jamais|Rarement|À l’occasion|Souvent|Toujours",
        "1 - Pas du tout|2|3|4 - Énormément",
        "Not at all likely|Somewhat unlikely|Neutral|Likely|Very likely",
        "Pas du tout inquiet|Peu inquiet|Assez inquiet|Très inquiet",
        "Not at all confident|Not very confident|Somewhat confident|Very confident",
        "Not Satisfied|Somewhat Satisfied|Satisfied|Very Satisfied",
        "Non, pas du tout|Plutôt non|Plutôt oui|Oui, tout à fait",
        "4 - Très mauvais|3|2|1 - Excellent",
        "Très insatisfaisant|Insatisfaisant|Satisfaisant|Très satisfaisant",
        "Disagree strongly|Disagree|Agree|Agree strongly",
        "Trifft nicht zu|Trifft eher nicht zu|Trifft eher zu|Trifft zu",
        "Stimme überhaupt nicht zu|Stimme eher nicht zu|Teils/teils|Stimme eher zu|Stimme voll und ganz zu",
        "Muy en desacuerdo|En desacuerdo|De acuerdo|Muy de acuerdo",
    ],
)
def test_a_scale_is_sorted_and_its_words_for_no_answer_are_missing(scale):
    values = scale.split("|")
    draft = ask([*reversed(values), "Je préfère ne pas répondre", "Prefer not to say"] * 10)
    (question,) = draft.questions.values()
    assert list(question.values) == values and len(question.missing) == 2


@pytest.mark.parametrize(
    ("scale", "yes"),
    [
        ("Jamais|Parfois|Souvent|Toujours", 2),
        ("Pas du tout|Peu|Assez|Beaucoup", 2),
        ("Neutre|D’accord|Tout à fait d’accord", 2),
        ("Agree|Strongly agree|Neutral", 2),
        ("Très insatisfait|Insatisfait|Plutôt insatisfait|Plutôt satisfait|Satisfait|Très satisfait", 3),
        ("Oui, souvent / Yes, often|Non|Parfois", 0),
        ("Jamais / Never|Parfois / Sometimes|Toujours / Always", 1),
        ("Satisfied|Very satisfied|Extremely satisfied", 0),
        ("Très insatisfait|Very dissatisfied|Satisfait|Satisfied|Neutral", 2),
        ("Rouge|Très rouge|Vert", 0),
        ("1|2|3", 1),
    ],
)
def test_of_a_scale_of_words_those_above_the_middle_say_yes(scale, yes):
    values = scale.split("|")
    (question,) = ask(values * 10).questions.values()
    assert (question.kind, question.kind == "scale" and question.top) == (("scale", yes) if yes else ("one", False))


def test_words_in_two_languages_are_read_as_those_of_the_first():
    assert percents(ask(["Oui / Yes"] * 15 + ["Non / No"] * 5)) == {"q": [75]}


def test_which_end_of_a_scale_is_the_best_is_asked():
    answers = ["1"] * 30 + ["2", "3", "4", "5"] * 5
    assert percents(ask(answers)) == {"q": [20]} and [one.key for one in ask(answers).open_questions] == ["best"]
    turned = ask(answers, given={"best": {"Q": "lowest"}})
    assert percents(turned) == {"q": [70]} and turned.open_questions[0].is_answered
    assert percents(ask(answers, given={"best": {"Q": "codes"}})) == {"q": [60, 10, 10, 10, 10]}


def test_codes_of_a_list_are_no_scale_unless_somebody_says_so():
    answers = ["A1", "A2", "A2", "A4"] * 10
    assert percents(ask(answers)) == {"q": [25, 50, 25]}
    assert percents(ask(answers, given={"best": {"Q": "highest"}})) == {"q": [25]}


def test_the_end_of_a_scale_whose_words_are_unknown_is_asked():
    keys = [[one.key for one in ask(scale * 10).open_questions] for scale in (["1 (rouge)", "2", "3 (bleu)"], ["1 - Jamais", "2", "3 - Souvent"])]  # fmt: skip
    assert keys == [["best"], []]


@pytest.mark.parametrize("codes", ["", "9", "8 9", "-99"])
def test_what_1_and_2_mean_is_asked(codes):
    answers = ["1"] * 30 + ["2"] * 10 + codes.split() * 5
    assert percents(ask(answers)) == {"q": [75]}
    assert percents(ask(answers, given={"yes": {"Q": "two"}})) == {"q": [25]}
    assert percents(ask(answers, given={"yes": {"Q": "codes"}})) == {"q": [75, 25]}


@pytest.mark.parametrize(
    ("column", "counted", "left_out"),
    [
        ("Finished", "True", "False"),
        ("Statut", "Terminé", "TEST"),
        ("Status", "IP Address", "Survey Preview"),
        ("submitdate", "2026-10-01 10:00:00", ""),
        ("Progress", "100", "40"),
        ("outils_complete", "2", "0"),
        ("Consentement", "J’accepte", "Je refuse"),
        ("Acceptez-vous de participer ?", "Oui", "Non"),
        ("Response Type", "completed", "partial"),
        ("Brouillon", "0", "1"),
        ("Type de réponse", "Réelle", "Pilote"),
        ("Entry_Status", "Submitted", "Incomplete"),
        ("status", "complete", "quota full"),
        ("Consent", "I agree to take part", "I do not agree to take part"),
    ],
)
def test_rows_that_do_not_count_are_left_out_unless_somebody_says_so(column, counted, left_out):
    header, rows = [column, "Content ?"], [[counted, "Oui"]] * 30 + [[left_out, "Non"]] * 10
    draft = guess(header, rows)
    assert (draft.rows, draft.excluded_rows, dict(draft.excluded)) == (30, 10, {column: (left_out,)})
    (question,) = draft.open_questions
    assert [option.people for option in question.options.values()] == [10] and list(draft.questions) == ["content"]
    kept = guess(header, rows, {"who": {f"{column}={left_out}": "counted"}})
    assert (kept.rows, kept.excluded) == (40, {}) and percents(kept)["content"] == [75]


def test_a_status_at_work_is_a_question():
    draft = guess(["Statut"], [[status] for status in ["Temps plein", "Temps partiel", "Contractuel"] * 10])
    assert draft.rows == 30 and [question.kind for question in draft.questions.values()] == ["one"]


def test_people_who_ticked_nothing_are_asked_about():
    header, rows = ["T [a]", "T [b]", "Content ?"], [["X", "", "Oui"], ["X", "X", "Non"], ["", "", ""]] * 10
    draft = guess(header, rows)
    (question,) = draft.open_questions
    assert question.answers == {"T": "missing"} and question.options["T"].people == 10
    assert percents(draft)["t"] == [100, 50]
    assert percents(guess(header, rows, {"unasked": {"T": "no"}}))["t"] == [67, 33]


def test_sizes_are_bands_on_either_side_of_the_limit(project):
    published = PublishedNames.read(project)
    header, rows = ["Taille", "Content ?"], [[size, "Oui"] for size in [*SIZES, "200 à 999"] * 10]
    draft = guess(header, rows, published=published)
    assert draft.segment.groups == {"sme": tuple(SIZES[:2]), "large": (SIZES[2],)}
    assert draft.segment.missing == ("200 à 999",) and "1 à 99" in draft.warnings[0]
    given = {"size": dict.fromkeys([*SIZES, "200 à 999"], "neither")}
    assert guess(header, rows, given, published).segment is None
    numbers = guess(header, [["12", "Oui"], ["499", "Oui"], ["1500", "Non"]] * 10, published=published)
    assert numbers.segment.limits["sme"] == (0, 499) and numbers.segment.people == {"sme": 20, "large": 10}


@pytest.mark.parametrize(
    ("header", "rows", "problem"),
    [
        (["outil", "PME", "Grandes"], [["Courriel", "91,2 %", "95 %"], ["Blogues", "20 %", "15 %"]], "a table of results"),
        (["id", "question", "reponse"], [[str(n // 3), "outils", f"r{n % 3}"] for n in range(90)], "a row for each answer"),
        (["Consentement", "Q"], [["Non", "a"]] * 20, "found no question"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_answers_is_refused(header, rows, problem):
    with pytest.raises(DataError, match=problem):
        guess(header, rows)


PRIVATE = ["lent à revoir", "Comptable principal", "Commis de bureau", "rien à dire"]  # as if they were options


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("Commentaires", PRIVATE),
        ("Poste", PRIVATE),
        ("Rencontres", ["Mme Untel", "M. Untel", "Mme Roy", "M. Roy"]),
        ("Nom", ["Jean Untel", "", "", ""]),
        ("Votre avis", [f"avis {number}" for number in range(4)]),
        ("Courant", ["a@exemple.invalid", "", "", ""]),
        ("T [Autre]", ["SMS", "", "", ""]),
        ("Accueil", ["Marie-Ève Lavoie", "Tremblay, Luc", "J. Roy", "Karim Benali"]),
        ("Équipe de jour", ["Marie", "Luc", "Karim", "Chloé"]),
        ("Quel médecin ?", ["Xiu Wong", "Bo Nguyen", "Aki Mori", "Ida Voss"]),
        ("Nom", ["Marie Roy", "Luc Roy", "Marie Côté", "Luc Côté"]),
        ("Aides", ["Marie, Luc", "Luc, Karim", "Marie, Karim", "Karim"]),
        ("Quartier", ["H2X 1Y4", "H2X1Y5", "J4K 2B2", "J4K 2B3"]),
        ("Autres outils : précisez", ["fil, aiguille", "fil, corde", "corde, aiguille", "fil"]),
        ("Outils - Other (please specify) - Text", ["hammer, saw", "saw, nails", "hammer, nails", "saw"]),
    ],
)
def test_text_of_people_is_never_shown_or_written(name, values):
    rows = [[values[number % 4] + (str(number) if name == "Votre avis" else ""), "Oui" if number % 3 else "Non"] for number in range(40)]  # fmt: skip
    draft = guess([name, "Content ?"], rows)
    assert {question.key for question in draft.open_questions} <= {"names"}
    text = render_codebook(draft) + render_preview(draft, Language("en"), with_questions=True)
    assert list(draft.questions) == ["content"] and name in text and draft.left_out == {name: "text of people"}
    assert not [value for value in values if value and value in text]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("What is your postal code?", ["H2X", "J4K", "H1A"]),
        ("Code postal", ["75011", "75012", "69001"]),
        ("Année de naissance", ["1961", "1974", "1987"]),
        ("Téléphone", ["5145550101", "5145550102", "5145550103"]),
    ],
)
def test_what_could_tell_who_somebody_is_is_left_out(name, values):
    draft = guess(
        [name, "Content ?"], [[value, "Oui" if place % 2 else "Non"] for place, value in enumerate(values * 7)]
    )
    assert list(draft.questions) == ["content"] and draft.left_out == {name: "could tell who somebody is"}


def test_counts_with_a_zero_are_numbers_and_no_scale():
    counts, name = [0, 0, 1, 2, 3] * 10, "How many children do you have?"
    (question,) = ask(map(str, counts), name).questions.values()
    assert question.kind == "number" and next(iter(question.items.values())).mean == 1.2
    (question,) = ask(map(str, range(11)), "How many of ten, from 0 (never) to 10 (always)?").questions.values()
    assert question.kind == "scale"


def test_whether_counts_without_a_zero_are_numbers_is_asked():
    answers, name = "123" * 10, "How many live with you?"
    (question,) = ask(answers, name).questions.values()
    assert question.kind == "number" and next(iter(question.items.values())).mean == 2
    kinds = {choice: ask(answers, name, {"best": {name: choice}}).questions for choice in ("highest", "codes")}
    assert [next(iter(of.values())).kind for of in kinds.values()] == ["scale", "one"]


@pytest.mark.parametrize(
    ("cells", "mean", "decimal"),
    [
        ("1,200|950|1,000,000|50", 250_550, None),
        ("$1,200.50|$99.50", 650, None),
        ("1.200,5|999,5", 1_100, ","),
        ("1 200 €|800 €|900 €|1 000 €|1 100 €|400 €", 900, None),
        ("25%|75%|0%|100%|60 %|40 %", 50, None),
        ("1,250|0,750", 1, ","),
    ],
)
def test_numbers_may_have_signs_between_thousands_and_units(cells, mean, decimal):
    draft = guess(["Amount", "Who"], [[cell, f"n{n}"] for n, cell in enumerate(cells.split("|") * 10)])
    (item,) = draft.questions["amount"].items.values()
    assert item.mean == mean and draft.file.get("decimal") == decimal


def test_numbers_of_one_question_stand_together():
    rows = [[str(n % 41), str(100 - n % 41), str(n % 7 * 15), "Yes" if n % 3 else "No"] for n in range(60)]
    header = ["Spread 100 points [Trees]", "Spread 100 points [Play]", "group/minutes", "group/happy"]
    draft = guess(header, rows)
    assert [[item.label for item in question.items.values()] for question in draft.questions.values()] == [
        ["Trees", "Play"], ["group/minutes"], ["happy"]
    ]  # fmt: skip
    trees, play = draft.questions["spread-100-points"].items.values()
    assert trees.mean + play.mean == pytest.approx(100)
    rows[0][0] = "999"  # a code for no answer is one of its column alone
    assert len(guess(header, rows).questions) == 4


def test_words_of_a_phrase_are_no_list():
    draft = ask(["Walk slowly", "Walk", "Run", "Run slowly"] * 10)
    assert percents(draft) == {"q": [25] * 4} and draft.questions["q"].kind == "one"


def test_the_size_of_a_household_or_a_shirt_is_none_of_an_employer(project):
    rows = [[size, "S" if n % 2 else "M", "Oui"] for n, size in enumerate(["1 à 2", "3 à 4", "5 et plus"] * 9)]
    draft = guess(["Taille du ménage", "T-shirt size", "Content ?"], rows, published=PublishedNames.read(project))
    assert draft.segment is None and len(draft.questions) == 3


def test_sizes_in_two_languages_are_those_of_the_first(project):
    rows = [[size, "Oui"] for size in ["Moins de 500 / Fewer than 500", "500 et plus / 500 or more"] * 9]
    draft = guess(["Employés / Staff", "Content ?"], rows, published=PublishedNames.read(project))
    assert {group: len(values) for group, values in draft.segment.groups.items()} == {"sme": 1, "large": 1}


@pytest.mark.parametrize("values", [["Grand Nord", "Bas Canada"], ["Saint-Jean", "Sainte-Anne", "Alma"], ["École Jeanne-Mance", "Pavillon Roger-Gaudry", "CLSC Marie-Roy"], ["Human Resources", "Public Works", "Legal Affairs"]])  # fmt: skip
def test_names_of_places_and_services_are_answers(values):
    assert len(percents(ask(values * 15))["q"]) == len(values)


def test_names_of_people_may_be_answers():
    draft = ask(["Marie Curie", "Marie Curie", "Pierre Curie"] * 10, given={"names": {"Q": "answers"}})
    assert percents(draft) == {"q": [67, 33]}


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        (["Tools,column 2,Happy?", "Email,Chat,", "tools_email,tools_chat,happy", "X,,Yes"], 3),
        (["Tools,column 2,Happy?", "Email,Chat,", "X,X,Yes", "X,,No"], 2),
        (["Tools,Happy?", "X,Yes", "X,No"], 1),
        (["Response ID,Date submitted,Last page", "id,submitdate,lastpage", "1,2026-05-01,3"], 2),
        (["Our survey,column 2,column 3", "id,submitdate,lastpage", "1,2026-05-01,3"], 2),
    ],
)
def test_header_rows_end_where_answers_begin(rows, count):
    cells = [row.split(",") for row in rows]
    assert count_header_rows(cells, {"column 2"}) == count


def test_what_people_typed_into_a_list_is_counted_and_not_written():
    cells = ["Email;Chat;", "Email;", "Chat;", "Email;Chat;mon secret;"] + ["Email;Chat;", "Email;", "Chat;"] * 9
    draft = ask(cells)
    assert percents(draft) == {"q": [68, 68]} and "secret" not in render_codebook(draft)


def test_an_empty_cell_is_a_no_only_where_no_column_says_no():
    draft = guess(["T [a]", "T [b]", "T [c]"], [["Oui", "X", "Non"], ["Non", "", "Oui"], ["Oui", "", "Oui"], ["Oui", "", ""]] * 10)  # fmt: skip
    assert percents(draft) == {"t": [75, 67], "b": [25]}


def test_an_answer_of_one_person_to_a_list_is_another_answer(tmp_path):
    draft = ask(["Public"] * 20 + ["Privé"] * 18 + ["chez ma tante", "Privé, mais secret"])
    assert percents(draft) == {"q": [45, 50, 5]}
    text = render_codebook(draft)
    assert 'other = "another-answer"' in text and "tante" not in text and "secret" not in text
    (tmp_path / "answers.toml").write_text(text, encoding="utf-8")
    assert read_codebook(tmp_path / "answers.toml").words.items["q", "another-answer"] == "another answer"


def test_mentions_in_numbered_columns_are_doubted():
    draft = guess(["T (1)", "T (2)"], [["a", "b"], ["b", "c"], ["c", ""], ["a", "c"]] * 10)
    assert "mentions" in draft.warnings[0] and len(draft.questions) == 2


def test_numbers_of_people_may_have_spaces_between_thousands(project):
    header, rows = ["Combien d’employés ?", "Content ?"], [["12", "Oui"], ["1 200", "Non"], ["45", "Oui"]] * 10
    draft = guess(header, rows, published=PublishedNames.read(project))
    assert draft.segment.people == {"sme": 20, "large": 10}


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        (["Q"], [["A;B;C;"], ["A;C;B;"], ["B;A;C;"], ["C;A;B;"]]),
        (
            ["Your rank [A]", "Your rank [B]", "Your rank [C]"],
            [["1", "2", "3"], ["1", "3", "2"], ["2", "1", "3"], ["2", "3", "1"]],
        ),
    ],
)
def test_of_a_ranking_what_people_put_first_is_counted(header, rows):
    draft = guess(header, rows * 10)
    assert "ranking" in draft.warnings[0] and list(percents(draft).values()) == [[50, 25, 25]]
    assert not draft.open_questions


def test_ratings_that_are_no_ranks_are_a_scale():
    rows = [["1", "2", "3"], ["3", "3", "3"], ["2", "2", "1"]] * 10
    assert percents(guess(["Your note [A]", "Your note [B]", "Your note [C]"], rows)) == {"your-note": [33, 33, 67]}


def test_who_was_not_asked_left_the_questions_beside_it_empty_too():
    header = ["Client ?", "T [a]", "T [b]", "Content ?"]
    rows = [["Oui", "X", "", "Oui"], ["Oui", "X", "X", "Non"], ["Non", "", "", ""]] * 10
    assert percents(guess(header, rows))["t"] == [100, 50]
    assert percents(guess(header, [[*row[:3], "Oui"] for row in rows]))["t"] == [67, 33]


def test_a_separator_without_a_space_after_it_parts_answers_of_microsoft_forms():
    draft = ask(["Bureau; souple;Bureau;", "Bureau; souple;", "Bureau;", "Maison;", "Bureau;Maison;"] * 6)
    assert percents(draft) == {"q": [60, 40, 40]}


@pytest.mark.parametrize("cells", [["b", "a", "c"], ["b;a", "a;c", "b;c", "b;a;c", "c"]])
def test_answers_are_not_listed_by_how_many_gave_them(cells):
    """Else the order of a table would say which of its hidden figures are the smallest."""
    for answers in (cells, cells[::-1]):
        rows = [answer for place, answer in enumerate(answers, 3) for _ in range(place)]
        assert list(ask(rows).questions["q"].items) == ["a", "b", "c"]


def test_spellings_of_an_answer_are_one():
    draft = ask(["Bus"] * 20 + ["bus "] * 5 + ["Vélo"] * 14 + ["velo\u00a0"])
    assert percents(draft) == {"q": [62, 38]} and draft.questions["q"].items["bus"].values == ("Bus", "bus ")


def test_a_label_may_have_a_comma_before_a_capital():
    assert percents(ask(["Zoom, Teams ou Meet, Courriel", "Courriel", "Zoom, Teams ou Meet", "Courriel, Poste"] * 6)) == {"q": [75, 25, 50]}  # fmt: skip


@pytest.mark.parametrize(
    ("title", "share"),
    [
        ("Note (1 = très satisfait, 5 = très insatisfait)", 60),
        ("From 1 (never) to 5 (always), how often?", 20),
    ],
)
def test_a_question_may_say_which_end_of_its_scale_is_the_best(title, share):
    draft = ask(["1", "2", "2", "3", "5"] * 10, title)
    assert list(percents(draft).values()) == [[share]] and not draft.open_questions


def test_codes_far_from_all_numbers_are_no_answer():
    numbers = [str(number) for number in range(0, 60, 3)]
    draft = ask([*numbers, "999", "NSP", "-99"] * 5)
    (item,) = draft.questions["q"].items.values()
    assert (item.base, item.mean, draft.questions["q"].missing) == (100, 28.5, ("NSP", "-99", "999"))
    assert "99 is counted as a number" in ask([*numbers, "99"] * 5).warnings[0]
    assert not ask([str(number) for number in range(18, 99)] * 2).warnings


def test_the_sum_under_the_rows_of_a_spreadsheet_is_nobody():
    rows = [[f"r{number}", str(number), "Oui"] for number in range(2, 40, 2)] + [["Total", "380", ""]]
    draft = guess(["N°", "Heures", "Content ?"], rows)
    assert (draft.rows, dict(draft.excluded)) == (19, {"N°": ("Total",)})


def test_who_only_tried_the_questionnaire_is_nobody():
    rows = [[f"Person {number}", "Yes" if number % 3 else "No"] for number in range(30)] + [
        ["test", "No"],
        ["Test!", "No"],
    ]
    draft = guess(["Your name", "Happy?"], rows)
    assert (draft.rows, dict(draft.excluded)) == (30, {"Your name": ("test", "Test!")})


def test_rows_that_repeat_an_address_are_doubted():
    rows = [[f"a{number % 18}@exemple.invalid", "Oui" if number % 3 else "Non"] for number in range(20)]
    assert "2 rows repeat an address" in guess(["Courriel", "Content ?"], rows).warnings[0]
    rows = [[f"n{number % 38}", "Oui" if number % 3 else "Non"] for number in range(40)]
    assert "2 rows repeat" in guess(["Participant", "Content ?"], rows).warnings[0]
    rows = [[f"{number % 30}", f"visit {number // 30}", "Oui" if number % 3 else "Non"] for number in range(90)]
    assert "each person seems to have several rows" in guess(["record_id", "event", "Content ?"], rows).warnings[0]
    assert not guess(["Horodateur", "event", "Content ?"], rows).warnings


@pytest.mark.parametrize(
    ("name", "numbers", "is_weight"),
    [
        ("Poids", ["0.5", "1.2", "1.9"], True),
        ("wt", ["1", "2", "60"], True),
        ("Poids (kg)", ["55", "80.5", "62"], False),
        ("weight", ["55", "80", "62"], False),
        ("Poids à la naissance", ["1", "2", "3.5"], False),
    ],
)
def test_weights_of_bodies_are_not_those_of_answers(name, numbers, is_weight):
    draft = guess([name, "Content ?"], [[number, "Oui"] for number in numbers * 10])
    assert draft.design == ({"weight": name} if is_weight else {})


def test_sizes_that_became_dates_are_told(project):
    rows = [[size, "Oui"] for size in ["1-4", "05-sept", "oct-49", "500+"] * 10]
    draft = guess(["Taille", "Content ?"], rows, published=PublishedNames.read(project))
    assert draft.warnings[0].startswith("05-sept, oct-49: a size that a spreadsheet took for a date")


def test_numbers_before_words_change_nothing():
    assert percents(ask(["1. Oui"] * 15 + ["2. Non"] * 5 + ["9. Refus"] * 3)) == {"q": [75]}


def test_an_opinion_about_a_city_is_no_breakdown():
    draft = guess(["La ville vous plaît-elle ?", "Content ?"], [["Oui", "Oui"], ["Non", "Oui"]] * 20)
    assert not draft.breakdowns and not draft.open_questions and len(draft.questions) == 2


def test_a_cell_is_split_by_its_labels():
    counts = {
        "Wikis, blogs, Email": 3,
        "Email, Chat (Slack, Teams)": 4,
        "Wikis, blogs": 2,
        "Chat (Slack, Teams)": 2,
        "Email": 1,
    }
    assert split_cells(counts).labels == {"Wikis, blogs": 5, "Email": 8, "Chat (Slack, Teams)": 6}
    assert split_cells({"Oui, mais pas toujours": 9, "Non, jamais": 8, "Oui, toujours": 4}) is None


@pytest.mark.parametrize(
    ("language", "groups"), [("en", "SMEs 20, large companies 40"), ("fr", "PME 20, grandes entreprises 40")]
)
def test_each_answer_can_be_changed_before_anything_is_written(language, groups, project):
    """Typed: a number that is none, the sizes, the scale, then the scale again."""
    rows = [[size, str(number % 5 + 1)] for number, size in enumerate(SIZES * 20)]
    source, shown, typed = make_source(["Taille", "Accord"], rows), [], iter(["7", "1", "2 3", "0", "", "2", "2", ""])
    words = Language(language)
    published = PublishedNames.read(project)
    draft = agree_on_draft(
        lambda given: draft_codebook(source, given, words, published), words, lambda prompt: next(typed), shown.append
    )
    assert draft.segment.groups == {"sme": (SIZES[0],), "large": tuple(SIZES[1:])} and next(typed, None) is None
    assert percents(draft) == {"accord": [40]} and draft.questions["accord"].values == ("5", "4", "3", "2", "1")
    assert "60" in shown[0] and groups in shown[-1]


EXPORTS = Path(__file__).with_name("exports")
COUNTED = {
    "redcap": {"who": {"tools_survey_complete=0": "counted"}},
    "limesurvey": {"best": {"prod": "highest"}},
}  # where the guess is not what was meant
WEIGHTED = {"spss", "weights-with-comma"}  # a draft has no weights


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what Ibis calls of DuckDB
@pytest.mark.parametrize("kind", sorted({path.stem for path in EXPORTS.glob("*.toml")} - WEIGHTED))
def test_an_export_as_it_comes_gives_the_shares_that_were_drawn(kind, engine):
    (path,) = (path for path in EXPORTS.glob(f"{kind}.*") if path.suffix != ".toml")
    draft = guess_codebook(path, COUNTED.get(kind))
    guessed = [item for question in draft.questions.values() for item in question.items.values()]
    with (EXPORTS / "expected.csv").open(encoding="utf-8", newline="") as file:
        expected = [row for row in csv.DictReader(file) if row["kind"] == kind and row["segment"] == "total"]
    assert len(expected) == 8
    for row in expected:
        share = pytest.approx(float(row["percent"]), abs=6e-5)
        assert any(item.percent == share and item.base == int(float(row["base"])) for item in guessed), row
