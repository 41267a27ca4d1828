"""Numbers in texts: read as written in each language, and none passes that disagrees with the data."""

import json
import os
import re
import subprocess
import sys
from collections import Counter

import pytest

from conftest import PROJECT
from contre_enquete.__main__ import main
from contre_enquete.edition.check import check
from contre_enquete.edition.tracing import trace_text
from contre_enquete.figures.registry import index_figures
from contre_enquete.survey.model import load_survey
from contre_enquete.text.formulas import find_formulas_of_amounts
from contre_enquete.text.grammar import load_grammar
from contre_enquete.text.language import Language
from contre_enquete.text.links import LINK, find_references, strip_links
from contre_enquete.text.numbers import read_numbers, split_sentences

NOTEBOOKS = sorted(PROJECT.glob("notebooks/[!.]*/*.ipynb"))


@pytest.fixture(scope="module")
def french():
    survey = load_survey("fr", PROJECT)
    return survey, index_figures(survey)


@pytest.fixture(scope="module")
def english():
    survey = load_survey("en", PROJECT)
    return survey, index_figures(survey)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("70\u00a0%", "fr", [(70, "percent")]),
        ("70 %", "fr", [(70, "percent")]),
        ("70\u202f%", "fr", [(70, "percent")]),
        ("9\u00a0908 répondants", "fr", [(9908, "count")]),
        ("9\u202f908 répondants", "fr", [(9908, "count")]),
        ("9,908 respondents", "en", [(9908, "count")]),
        ("58,5\u00a0%", "fr", [(58.5, "percent")]),
        ("58.5%", "en", [(58.5, "percent")]),
        ("6\u00a0points", "fr", [(6, "points")]),
        ("6 percentage points", "en", [(6, "points")]),
        ("six points de pourcentage", "fr", [(6, "points")]),
        ("soixante-dix pour cent", "fr", [(70, "percent")]),
        ("seventy per cent", "en", [(70, "percent")]),
        ("quatre-vingt-onze", "fr", [(91, "count")]),
        ("un tiers des PME", "fr", [(100 / 3, "percent")]),
        ("a third of SMEs", "en", [(100 / 3, "percent")]),
        ("la moitié", "fr", [(50, "percent")]),
        ("three quarters of SMEs", "en", [(75, "percent")]),
        ("7 sur 10", "fr", [(70, "percent")]),
        ("sept personnes sur dix", "fr", [(70, "percent")]),
        ("seven in ten", "en", [(70, "percent")]),
        ("de 58 à 60\u00a0%", "fr", [(58, "percent"), (60, "percent")]),
        ("58–60%", "en", [(58, "percent"), (60, "percent")]),
        ("environ 10\u00a0000", "fr", [(10000, "count")]),
        ("le 16 juillet 2013", "fr", []),
        ("du 25 mars au 24 avril 2013", "fr", []),
        ("le 9 et 10 juillet 2013, le 1er mai", "fr", []),
        ("March 25 to April 24, 2013", "en", []),
        ("on 25 March to 24 April 2013", "en", []),
        ("July 2013", "en", []),
        ("la figure 3, les paragraphes 8 et 9", "fr", []),
        ("S04, 1library.net, Python 3.11.7, UTF-8", "en", []),
        ("9 minutes, 9 minimum", "en", [(9, "count"), (9, "count")]),
        ("un seul outil, une idée, les deux groupes, la première fois", "fr", []),
        ("one idea, two groups", "en", []),
        ("trois sources", "fr", [(3, "count")]),
    ],
)
def test_numbers_are_read_as_written(text, language, expected):
    assert [(number.value, number.unit) for number in read_numbers(text, load_grammar(language))] == [
        (pytest.approx(value), unit) for value, unit in expected
    ]


@pytest.mark.parametrize("value, fr, en", [(0.0, "0 point", "0 points"), (1.0, "1 point", "1 point"), (1.5, "1,5 point", "1.5 points"), (10.0, "10 points", "10 points")])  # fmt: skip
def test_points_are_one_or_many_as_the_language_has_it(value, fr, en):
    assert Language("fr").points(value) == fr.replace(" ", "\u00a0") and Language("en").points(value) == en


RIGHT = {
    "fr": [
        "Réseaux sociaux externes\u00a0: [35\u00a0% des PME](#tools.external-social-networks.sme).",
        "Réseaux externes\u00a0: [trente-cinq pour cent des employés de PME](#tools.external-social-networks.sme).",
        "Réseaux externes\u00a0: [un tiers des employés de PME](#tools.external-social-networks.sme).",
        "[Sept employés de PME sur dix](#purpose.colleagues.sme) parlent à leurs collègues.",
        "[9\u202f908 répondants](#sample.respondents), ou [environ 10\u00a0000](#sample.respondents).",
        "Pour les réseaux externes, l’écart est de [six points](#gap.tools.external-social-networks).",
        "Productivité\u00a0: [la moitié des employés de grandes entreprises](#productivity.agree.large), ou presque.",
        "Pour le courriel, l’écart est d’[un point](#gap.tools.email).",
        "Dans les PME, sécurité ([60\u00a0%](#barriers.security.sme)) et perte de productivité ([59\u00a0%](#barriers.productivity-loss.sme)) sont au coude-à-coude.",
        "Réseaux externes\u00a0: [35\u00a0%](#tools.external-social-networks.sme)",
        "Réseaux externes, en % des PME\u00a0: [35](#tools.external-social-networks.sme)",
        "Productivité\u00a0: [9 points de plus dans les grandes entreprises](#gap.productivity.agree).",
        "[Une seule voix](#count.voices.barriers.security.large.71) pour la sécurité, dans les PME et ailleurs.",
        "Sécurité\u00a0: [60\u00a0%](#barriers.security.sme) des employés de PME et [70\u00a0%](#barriers.security.large) dans les grandes entreprises.",
        "[68\u00a0%](#barriers.security.all) de l’ensemble et [60\u00a0%](#barriers.security.sme) en PME citent la sécurité.",
        "La part est d’au moins [22,2\u00a0%](#share.low), environ un cinquième.",
        "La part va de [22,2\u00a0%](#share.low) (environ une personne sur cinq) à [30\u00a0%](#share.high).",
    ],
    "en": [
        "External social networks: [35% of SME employees](#tools.external-social-networks.sme).",
        "External networks: [thirty-five per cent in SMEs](#tools.external-social-networks.sme).",
        "External networks: [a third of employees in SMEs](#tools.external-social-networks.sme).",
        "[9,908 respondents](#sample.respondents), [about 10,000](#sample.respondents).",
        "For external networks the gap is [6 percentage points](#gap.tools.external-social-networks).",
        "[Seven in ten employees of large companies](#purpose.colleagues.large) talk with colleagues.",
        "[SMEs are ahead of large companies](#lead.tools.external-social-networks) for external networks.",
        "Security: [60%](#barriers.security.sme) of SME employees and [70%](#barriers.security.large) of employees in large companies.",
        "[68%](#barriers.security.all) of all respondents name security, [60%](#barriers.security.sme) in SMEs.",
        "The share is at least [22.2%](#share.low), about one in five.",
        "The share is at least [22.2%](#share.low) (roughly 20%), and at most [30%](#share.high), nearly one person in three.",
    ],
}
WRONG = {
    "changed by one": ("Réseaux externes\u00a0: [36\u00a0% des PME](#tools.external-social-networks.sme)", "is 35 percent"),
    "changed in words": ("Réseaux externes\u00a0: [trente-six pour cent des PME](#tools.external-social-networks.sme)", "is 35 percent"),
    "another fraction": ("Réseaux externes\u00a0: [un quart des PME](#tools.external-social-networks.sme)", "is 35 percent"),
    "groups exchanged": ("Réseaux externes\u00a0: [35\u00a0% des grandes entreprises](#tools.external-social-networks.sme)", "is of: PME"),
    "the sentence of another group": ("Réseaux externes dans les grandes entreprises\u00a0: [35\u00a0%](#tools.external-social-networks.sme)", "is of: PME"),
    "one of two groups, unnamed": ("Réseaux externes, en PME ou en grande entreprise\u00a0: [35\u00a0%](#tools.external-social-networks.sme)", "no group is named in the link, and 2 in the sentence"),
    "a gap in favour of the other": ("Productivité\u00a0: [9 points de plus dans les PME](#gap.productivity.agree)", "the lead of: grandes entreprises"),
    "one voice for two": ("[Une seule voix](#count.leading-voices.tools.cloud-storage.sme) pour le stockage", "is 3"),
    "both groups": ("Réseaux externes\u00a0: [35\u00a0% des PME et des grandes entreprises](#tools.external-social-networks.sme)", "is of: PME"),
    "points for percent": ("Réseaux externes\u00a0: [35\u00a0points en PME](#tools.external-social-networks.sme)", "unit: found percentage points"),
    "percent for points": ("Réseaux externes\u00a0: [6\u00a0%](#gap.tools.external-social-networks)", "unit: found percent;"),
    "no unit, but a noun": ("Réseaux externes\u00a0: [35 des PME](#tools.external-social-networks.sme)", "unit: found number"),
    "neighbour's value": ("Réseaux externes\u00a0: [35\u00a0% des PME](#tools.cloud-storage.sme)", "not named here"),
    "neighbour of equal value": ("Microblogage\u00a0: [19\u00a0% des PME](#tools.blogs.sme)", "not named here"),
    "no such figure": ("Réseaux externes\u00a0: [35\u00a0% des PME](#tools.external.sme)", "not found; the nearest is 'tools."),
    "no link": ("Réseaux externes\u00a0: 35\u00a0% des PME", "number is not linked"),
    "two numbers": ("Réseaux externes\u00a0: [35\u00a0% ou 36\u00a0% des PME](#tools.external-social-networks.sme)", "2 numbers in one link"),
    "finer than published": ("Réseaux externes\u00a0: [35,2\u00a0% des PME](#tools.external-social-networks.sme)", "is 35 percent"),
    "rounded and passed for exact": ("[10\u00a0000 répondants](#sample.respondents)", "is 9908"),
    "the other leads in brackets": ("[Les petites et moyennes entreprises (grandes entreprises) un peu plus](#lead.tools.external-social-networks)\u00a0: réseaux externes", "is of: PME"),
    "the other group after the link": ("Sécurité\u00a0: [60\u00a0%](#barriers.security.sme) en grande entreprise, et en PME [70\u00a0% en grande entreprise](#barriers.security.large)", "and 2 in the sentence"),
    "both groups after the link": ("Sécurité\u00a0: [60\u00a0%](#barriers.security.sme) des PME, et des grandes entreprises", "and 2 in the sentence"),
    "the next group after the link": ("Sécurité\u00a0: en grande entreprise [60\u00a0%](#barriers.security.sme) et en PME [70\u00a0% en grande entreprise](#barriers.security.large)", "and 2 in the sentence"),
    "a group after another number": ("Sécurité\u00a0: [60\u00a0%](#barriers.security.sme) et [70\u00a0% en grande entreprise](#barriers.security.large), et non les PME", "and 2 in the sentence"),
    "a gloss of another value": ("La part est d’au moins [22,2\u00a0%](#share.low), environ une personne sur quatre.", "number is not linked"),
    "a gloss that is exact": ("La part est d’au moins [22,2\u00a0%](#share.low), 20\u00a0%.", "number is not linked"),
    "a gloss of another figure": ("La part est d’au moins [22,2\u00a0%](#share.low), un cinquième des PME.", "number is not linked"),
    "a gloss that goes on": ("La part est d’au moins [22,2\u00a0%](#share.low), environ une personne sur cinq, dans les PME.", "number is not linked"),
    "a gloss in points": ("La part est d’au moins [22,2\u00a0%](#share.low), environ 20\u00a0points.", "number is not linked"),
    "a gloss before the link": ("La part est d’environ une personne sur cinq, [22,2\u00a0%](#share.low).", "number is not linked"),
    "the other leads": ("[Les grandes entreprises devancent les PME](#lead.tools.external-social-networks)\u00a0: réseaux externes", "is of: PME"),
}  # fmt: skip


@pytest.mark.parametrize("text", RIGHT["fr"])
def test_right_french_passes(text, french):
    trace = trace_text(text, french[0])
    assert (trace.problems, trace.traced) == ((), trace.total) and trace.total


@pytest.mark.parametrize("text", RIGHT["en"])
def test_right_english_passes(text, english):
    trace = trace_text(text, english[0])
    assert (trace.problems, trace.traced) == ((), trace.total) and trace.total


@pytest.mark.parametrize("case", WRONG)
def test_wrong_text_is_told(case, french):
    text, fault = WRONG[case]
    trace = trace_text(text, french[0])
    assert len(trace.problems) == 1 and fault in trace.problems[0].fault
    assert trace.traced < trace.total


@pytest.mark.slow
def test_our_own_texts_are_traced_whole():
    for report in check(PROJECT):
        assert not report.problems, str(report)
        assert report.traced == report.total


def linked():
    """Every link of every notebook: language, link, sentence, section."""
    for path in NOTEBOOKS:
        section = ""
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                source = "".join(cell["source"])
                section = source if source.startswith("#") else f"{section}\n\n{source}"
                for sentence in split_sentences(source):
                    for match in (link for link in LINK.finditer(sentence) if "." in link[2]):  # the others: to a cell
                        yield path.parent.name, match, sentence, section


def linked_once():
    """Yield of these links the first of each kind of figure in each language."""
    kinds = set()
    for language, match, source, section in linked():
        kind = language, match[2].split(".")[0]
        if kind not in kinds:
            kinds.add(kind)
            yield language, match, source, section


def damaged(match, source, words=None, reference=None):
    start, end = match.span()
    return source[:start] + f"[{words or match[1]}](#{reference or match[2]})" + source[end:]


def survives(language, text, section, old, french, english):
    survey, _ = french if language == "fr" else english
    return not trace_text(text, survey, section.replace(old, text)).problems


@pytest.mark.slow
def test_every_number_changed_by_one_is_caught(french, english):
    for language, match, source, section in linked():
        number = re.search(r"\d+(?!.*\d)", match[1])
        if number:
            words = match[1][: number.start()] + str(int(number[0]) + 1) + match[1][number.end() :]
            text = damaged(match, source, words=words)
            assert not survives(language, text, section, source, french, english), text


@pytest.mark.slow
def test_every_number_without_its_link_is_caught(french, english):
    """Though it may stand right after another one."""
    for language, match, source, section in linked():
        if read_numbers(match[1], load_grammar(language)):
            text = source[: match.start()] + match[1] + source[match.end() :]
            assert not survives(language, text, section, source, french, english), text


@pytest.mark.slow
def test_every_exchanged_group_is_caught(french, english):
    exchange = {
        "fr": ("PME", r"(?:les )?grandes? entreprises?|les grandes", "grande entreprise"),
        "en": (
            r"small and medium-sized enterprises \(SMEs\)|SMEs?",
            r"(?i:large[- ]compan(?:y|ies))",
            "large companies",
        ),
    }
    for language, match, source, section in linked():
        _, figures = french if language == "fr" else english
        if figures[match[2]].segment in ("sme", "large"):
            sme, large, name = exchange[language]
            words = re.sub(large, {"fr": "PME", "en": "SMEs"}[language], re.sub(sme, "\0", match[1])).replace(
                "\0", name
            )
            if words == match[1]:  # the group stands in the sentence
                continue
            text = damaged(match, source, words=words)
            assert not survives(language, text, section, source, french, english), text


SIZES = {"fr": ("petites", "moyennes", "grandes"), "en": ("small", "medium-sized", "large")}
PLACES = {
    "fr": ("Suède", "France", "Brésil", "Autriche", "Australie", "Union européenne", "Pays-Bas", "Allemagne"),
    "en": ("Sweden", "France", "Brazil", "Austria", "Australia", "European Union", "Netherlands", "Germany"),
}


@pytest.mark.slow
def test_every_other_size_place_or_year_of_companies_is_caught(french, english):
    """In the link, or in its sentence where it alone says so."""
    tried = Counter()
    for language, match, source, section in linked():
        _, figures = french if language == "fr" else english
        figure = figures[match[2]]
        if not figure.measure:
            continue
        words = {"size": SIZES[language], "place": PLACES[language], "year": (figure.year,)}
        for kind, names in words.items():
            others = [str(int(figure.year) + 1)] if kind == "year" else [name for name in names if name not in source]
            for name in (name for name in names if name in match[1] or (name in source and kind != "size")):
                if kind == "size" and not figure.size:
                    continue
                if kind == "size":
                    others = [other for other in names if other != name]
                start = source.index(name, match.start() if name in match[1] else 0)
                for other in others:
                    text = source[:start] + other + source[start + len(name) :]
                    if kind == "place" and name not in match[1] and source.count(name) > 1:
                        continue
                    assert not survives(language, text, section, source, french, english), text
                    tried[kind] += 1
    assert min(tried[kind] for kind in ("size", "place", "year")) > 30, tried


@pytest.mark.slow
@pytest.mark.parametrize("links", [linked_once, pytest.param(linked, marks=pytest.mark.thorough)])
def test_every_link_to_another_figure_is_caught(links, french, english):
    """Of another value; one of the same number may pass where nothing in the text denies it. Both editions have the
    same links.
    """
    for language, match, source, section in (link for link in links() if link[0] == "fr"):
        _, figures = french
        was = figures[match[2]]
        bare = re.fullmatch(r"[\d,. \u00a0]+", match[1])  # its unit stands in the sentence
        near = 0 if re.search(r"\d", match[1]) else 4  # "about a third" may be any of what is about a third
        for reference, figure in figures.items():
            same = bool(figure.value == was.value and (bare or figure.unit == was.unit))
            same |= None not in (figure.value, was.value) and 0 < abs(figure.value - was.value) < near
            kin = (
                was.measure and (figure.measure == was.measure or figure.place == was.place)
                if was.measure or figure.measure
                else figure.question == was.question
            )
            if kin and not same and figure.unit != "lead":
                text = damaged(match, source, reference=reference)
                assert not survives(language, text, section, source, french, english), text


@pytest.mark.slow
def test_a_swapped_row_turns_the_texts_red(copy):
    survey = copy / "data/survey.csv"
    text = survey.read_text(encoding="utf-8")
    text = text.replace("S01,productivity,agree,sme,40", "S01,productivity,agree,sme,49x").replace(
        "S01,productivity,agree,large,49", "S01,productivity,agree,large,40"
    )
    survey.write_text(text.replace("49x", "49"), encoding="utf-8")
    problems = [
        str(problem)
        for report in check(copy, [copy / "notebooks/fr/1-article.ipynb"])
        for _, problem in report.problems
    ]
    assert any("productivity.agree.sme is 49 percent" in problem for problem in problems)


@pytest.mark.slow
def test_command_tells_notebook_cell_and_sentence(copy, capsys):
    path = copy / "notebooks/fr/1-article.ipynb"
    path.write_text(
        path.read_text(encoding="utf-8").replace("[37\u00a0% en PME]", "[38\u00a0% en PME]"),
        encoding="utf-8",
    )
    assert main(["check", str(path)]) == 1
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith(
        "notebooks/fr/1-article.ipynb, cell 24: “38\u00a0% en PME”: tools.cloud-storage.sme is 37 percent — in: "
    )
    assert re.fullmatch(r"notebooks/fr/1-article\.ipynb: \d+ of \d+ numbers traced, \d+ of \d+ claims reviewed", last)


@pytest.mark.slow
def test_command_tells_it_on_a_terminal_of_few_characters(copy):
    """As that of Windows is, which writes neither the minus sign nor the narrow space."""
    path = copy / "notebooks/fr/1-article.ipynb"
    text = path.read_text(encoding="utf-8").replace("[37\u00a0% en PME]", "−\u202f[38\u00a0% en PME]")
    path.write_text(text, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "contre_enquete", "check", str(path)],
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
        capture_output=True,
        encoding="cp1252",
    )
    assert (run.returncode, run.stderr) == (1, "")
    assert "“38\u00a0% en PME”: tools.cloud-storage.sme is 37 percent" in run.stdout


def test_command_passes_on_a_right_notebook_from_any_folder(monkeypatch, capsys):
    monkeypatch.chdir(PROJECT / "data")
    assert main(["check", "../notebooks/fr/1-article.ipynb"]) == 0
    said = capsys.readouterr().out
    assert re.fullmatch(
        rf"Project: {re.escape(str(PROJECT))}\n"
        r"notebooks/fr/1-article\.ipynb: (\d+) of \1 numbers traced, (\d+) of \2 claims reviewed\n",
        said,
    )


def test_command_names_a_missing_notebook(copy, capsys):
    assert main(["check", "notebooks/fr/9-nothing.ipynb"]) == 1
    assert capsys.readouterr().err == "contre-enquete: notebooks/fr/9-nothing.ipynb: not found\n"


def test_plain_and_references():
    text = "[35 % des PME](#a.b.sme), [29 %](#a.b.large), [35 %](#a.b.sme), [page](data/README.md)"
    assert strip_links(text) == "35 % des PME, 29 %, 35 %, [page](data/README.md)"
    assert find_references(text) == ["a.b.sme", "a.b.large"]


def test_rows_of_a_table_are_sentences():
    assert split_sentences("| a | b |\n| c | d |\n\n- e. F\n- g") == ["| a | b |", "| c | d |", "- e.", "F", "- g"]


@pytest.mark.slow
def test_new_values_are_written_into_both_editions(copy, capsys):
    """As many places as a change of one value makes wrong; of nothing else does a byte change."""
    path = copy / "data/survey.csv"
    rows = path.read_text(encoding="utf-8")
    changed = rows.replace("S04,tools,external-social-networks,sme,35", "S04,tools,external-social-networks,sme,36")
    assert changed != rows
    path.write_text(changed, encoding="utf-8")
    files = [*copy.glob("notebooks/*/*.ipynb"), *copy.glob("article/summary.*.md"), *copy.glob("README*.md")]
    before = {file: file.read_text(encoding="utf-8") for file in files}
    assert main(["check", "--write"]) == 0
    said = capsys.readouterr().out
    numbers = sum(map(int, re.findall(r": (\d+) numbers? rewritten$", said, re.MULTILINE)))
    assert numbers > 60 and "Read these sentences again" in said
    after = {file: file.read_text(encoding="utf-8") for file in files}
    assert {file.parent.name for file in files if before[file] != after[file]} >= {"en", "fr", "article"}
    hide = re.compile(r"\d[\d,.]*")
    assert {file: hide.sub("#", text) for file, text in before.items()} == {
        file: hide.sub("#", text) for file, text in after.items()
    }
    for report in check(copy):
        assert not [fault for _, fault in report.faults], str(report)


@pytest.mark.parametrize(
    ("text", "formulas"),
    [
        ("Town: [$34](#use.town), against [$12](#use.suburb).", ["$34](#use.town), against [$"]),
        (
            "[34\u00a0$ (ville)](#use.town), contre [12\u00a0$](#use.suburb)",
            ["$ (ville)](#use.town), contre [12\u00a0$"],
        ),
        ("de 12\u00a0$ à 30\u00a0$", ["$ à 30\u00a0$"]),
        ("$12–$30", ["$12–$"]),
        ("where $x = 3$ and $y = 4$, or $$z = 5$$", []),
        (r"from \$12 to \$30, `$a` and `$b`", []),
        ("It costs $12.\n\nIt cost $30.", []),
    ],
)
def test_dollars_that_make_a_formula_are_found(text, formulas):
    assert list(find_formulas_of_amounts(text)) == formulas


def test_an_amount_that_a_page_would_show_as_a_formula_is_a_fault(small):
    path = small / "notebooks/fr/1-article.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"][0]["source"] = ["From $12 to $30."]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    (report,) = check(small, ["notebooks/fr/1-article.ipynb#1"])
    assert next(fault for place, fault in report.faults if place == ", cell 1") == (
        "“$12 to $”: found two dollar signs, which make a formula of the words between them; expected \\$ for each"
    )
