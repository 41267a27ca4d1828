"""Numbers are written into a text as its language has them, and nothing else changes."""

import pytest

from contre_enquete.prose.datum import Datum
from contre_enquete.prose.rewriting import rewrite_code, rewrite_text
from contre_enquete.prose.vocabulary import Term, Vocabulary

GROUPS = {"young": Term("the young", ("the young", "les jeunes", "18 to 29")), "old": Term("the old", ("the old",))}


def rewrite(text, value, unit="percent", language="en", decimals=0, **parts):
    figures = {"a.b": Datum("a.b", value, unit, decimals, parts)}
    return rewrite_text(text, figures, Vocabulary(language, {"group": GROUPS}))


WRITTEN = [
    ("en", "[35%](#a.b)", 36, "percent", "[36%](#a.b)"),
    ("en", "## [35% of 18 to 29](#a.b)\n", 36.4, "percent", "## [36% of 18 to 29](#a.b)\n"),
    ("en", "| [35.2%](#a.b) |", 36, "percent", "| [36.0%](#a.b) |"),
    ("fr", "[35\u202f%](#a.b) et [34,5\u00a0%](#a.b)", 36.25, "percent", "[36\u202f%](#a.b) et [36,3\u00a0%](#a.b)"),
    ("fr", "[9\u00a0908](#a.b) ou [9\u202f908](#a.b) ou [9908](#a.b)", 10250, "count", "[10\u00a0250](#a.b) ou [10\u202f250](#a.b) ou [10250](#a.b)"),
    ("fr", "[908 personnes](#a.b)", 1250, "count", "[1\u00a0250 personnes](#a.b)"),
    ("en", "[908 people](#a.b)", 1250, "count", "[1,250 people](#a.b)"),
    ("en", "[2013 people](#a.b)", 2150, "count", "[2150 people](#a.b)"),
    ("es", "[9.908 personas](#a.b)", 10250, "count", "[10.250 personas](#a.b)"),
    ("de", "[12,5\u00a0%](#a.b)", 13.25, "percent", "[13,3\u00a0%](#a.b)"),
    ("en", "[Five tools](#a.b)", 7, "count", "[Seven tools](#a.b)"),
    ("en", "[five tools](#a.b)", 12, "count", "[12 tools](#a.b)"),
    ("fr", "[une voix](#a.b), [trois voix](#a.b)", 4, "count", "[quatre voix](#a.b), [quatre voix](#a.b)"),
    ("en", "[about 30%](#a.b)", 41.7, "percent", "[about 40%](#a.b)"),
    ("en", "[1.5 million people](#a.b)", 2349000, "count", "[2.3 million people](#a.b)"),
    ("en", "[1 point](#a.b), [six points](#a.b)", 2, "points", "[2 points](#a.b), [two points](#a.b)"),
    ("fr", "[3 points](#a.b)", 1.25, "points", "[1 point](#a.b)"),
    ("en", "[$38](#a.b), [38](#a.b) dollars", 41, "dollars", "[$41](#a.b), [41](#a.b) dollars"),
    ("en", "[+3 points](#a.b)", -2, "points", "[−2 points](#a.b)"),
    ("en", "[p < .05](#a.b), [p = .05](#a.b)", 0.0312, "", "[p < .05](#a.b), [p = .03](#a.b)"),
    ("fr", "[1,5\u00a0M€](#a.b), [12k€](#a.b)", 2349000, "euros", "[2,3\u00a0M€](#a.b), [2\u00a0349k€](#a.b)"),
    ("fr", "[34&nbsp;%](#a.b), [35&nbsp;%](#a.b)", 35, "percent", "[35&nbsp;%](#a.b), [35&nbsp;%](#a.b)"),
    ("fr", "[1&nbsp;234](#a.b)", 10234, "count", "[10&nbsp;234](#a.b)"),
    ("en", "[1.2 million](#a.b)", 999, "count", "[0.000999 million](#a.b)"),
    ("en", "It fell by [3%](#a.b)", -2, "percent", "It fell by [2%](#a.b)"),
    ("en", "[+3 points](#a.b), [−5 points](#a.b)", 0, "points", "[0 points](#a.b), [0 points](#a.b)"),
    ("en", "[34% of U.S. Adults](#a.b)", 35, "percent", "[35% of U.S. Adults](#a.b)"),
    ("en", "more than [0.6 points](#a.b)", 1.63, "points", "more than [1.6 points](#a.b)"),
    ("en", "since [1987](#a.b)", 1990, "year", "since [1990](#a.b)"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "value", "unit", "expected"), WRITTEN)
def test_the_number_alone_is_written(language, text, value, unit, expected):
    assert rewrite(text, value, unit, language).text == expected


LEFT = {
    "a fraction": ("[a third of them](#a.b)", 60, "percent"),
    "a bound before the link": ("more than [35%](#a.b), <[36%](#a.b)", 40, "percent"),
    "a loss in place of a gain": ("The margin is [34%](#a.b).", -2, "percent"),
    "no number": ("[34%](#a.b)", float("inf"), "percent"),
    "a bound": ("[p < .05](#a.b)", 0.0512, ""),
    "two numbers": ("[35% or 36%](#a.b)", 40, "percent"),
    "another group": ("[35% of the old](#a.b)", 40, "percent"),
    "another unit": ("[35 points](#a.b)", 40, "percent"),
    "no figure": ("[35%](#a.c)", 40, "percent"),
    "no link": ("35%", 40, "percent"),
    "a word of two forms": ("[trois voix](#a.b)", 1, "count"),
    "code": ("`[35%](#a.b)`", 40, "percent"),
    "words above ten": ("[thirty-five percent](#a.b)", 40, "percent"),
}


@pytest.mark.parametrize("case", LEFT)
def test_what_is_ambiguous_stays(case):
    text, value, unit = LEFT[case]
    rewriting = rewrite(text, value, unit, "fr" if "forms" in case else "en", group="young")
    assert rewriting.text == text and rewriting.changes == ()
    assert case == "code" or rewriting.problems


def test_words_in_doubt_are_listed():
    text = "More of them, [35% of the young](#a.b), about a third. Plain [35%](#a.b)."
    rewriting = rewrite(text, 60, group="young")
    assert rewriting.text == text.replace("35%", "60%")
    assert rewriting.sentences == {"More of them, 60% of the young, about a third.": ("More", "about", "third")}
    assert [change.sentence for change in rewriting.changes][1] == "Plain 60%."


def test_a_sign_that_turns_is_listed():
    assert rewrite("They fall by [−1.3%](#a.b) to 3.", 0.7).sentences == {"They fall by +0.7% to 3.": ("fall", "+0.7")}
    assert rewrite("They change: [−$13](#a.b).", -12, "dollars").text == "They change: [−$12](#a.b)."
    assert rewrite("They change: [about −$13](#a.b).", 12, "dollars").text == "They change: [about +$12](#a.b)."
    assert rewrite("They change: [−1.3%](#a.b).", 0.7).sentences == {"They change: +0.7%.": ("+0.7",)}


def test_one_that_becomes_several_is_listed():
    assert rewrite("There is [one tool](#a.b).", 7, "count").sentences == {"There is seven tool.": ("seven",)}


def test_a_restatement_that_is_no_longer_true_is_a_problem():
    (problem,) = rewrite("It is [34%](#a.b), about a third.", 60).problems
    assert problem.words == "about ⅓"


def test_a_tried_value_is_that_of_the_data():
    code = 'edition.having("a.b", 35).cite("a.b")'
    ((start, end, new),) = rewrite_code(code, {"a.b": Datum("a.b", 36.5, "percent")})
    assert code[:start] + new + code[end:] == 'edition.having("a.b", 36.5).cite("a.b")'
