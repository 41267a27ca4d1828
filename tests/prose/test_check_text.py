"""A text is held against figures of any origin, by the words of a vocabulary."""

import time
from dataclasses import replace

import pytest

from contre_enquete.prose.datum import Datum
from contre_enquete.prose.tracing import check_text
from contre_enquete.prose.vocabulary import Term, Vocabulary

AGES = {
    "18-29": Term("18 to 29", ("18 to 29", "18–29", "under 30", "the young")),
    "30-49": Term("30 to 49", ("30 to 49",)),
    "oldest": Term("the oldest", ("the oldest", "65+")),
}
NAMES = ("Office 365", "Plan 2030", "Python #")
VOCABULARY = Vocabulary("en", {"age": AGES}, NAMES)


def figure(reference, value, unit, decimals=0, **parts):
    return Datum(reference, value, unit, decimals, parts)


FIGURES = {
    datum.reference: datum
    for datum in [
        figure("use.18-29.2019", 67, "percent", age="18-29", year="2019"),
        figure("use.18-29.2021", 71.4, "percent", age="18-29", year="2021"),
        figure("use.30-49.2021", 50, "percent", age="30-49", year="2021"),
        figure("n.2021", 2013, "count"),
        figure("time.18-29", 38, "minutes", age="18-29"),
        figure("price", 1250000, "dollars"),
        figure("change", -3, "points"),
        replace(figure("net", -12, "points"), most_decimals=0),
        figure("founded", 1987, "year"),
        figure("index", 104.5, ""),
    ]
}

RIGHT = [
    "[71% of adults aged 18 to 29](#use.18-29.2021) do.",
    "[71.4% of adults under 30](#use.18-29.2021) do.",
    "In 2021, [71%](#use.18-29.2021) of the young did.",
    "Of those aged 18–29, [71%](#use.18-29.2021), of the oldest fewer.",
    "Of those aged 30 to 49, [50%](#use.30-49.2021), and [71%](#use.18-29.2021) of the young; the oldest do not.",
    "Of the young, [71%](#use.18-29.2021); those aged 30 to 49 ([50%](#use.30-49.2021)) less.",
    "The young are at [71%](#use.18-29.2021), and only [50%](#use.30-49.2021) go for those aged 30 to 49.",
    "[71%](#use.18-29.2021) use it among the young and [50%](#use.30-49.2021) say so at 30 to 49.",
    "The young and those aged 30 to 49 are at [71%](#use.18-29.2021) and [50%](#use.30-49.2021) respectively.",
    "Between 2019 and 2021, the young went from [67%](#use.18-29.2019) to [71%](#use.18-29.2021).",
    "Adults of 30 to 49 use Office 365 or Python 3.11 under Plan 2030.",
    "[2013 people](#n.2021) answered; [2,013](#n.2021) in all.",
    "[38 minutes](#time.18-29) a day, [38](#time.18-29) minutes, [38](#time.18-29).",
    "It cost [$1,250,000](#price), or [1.3 million dollars](#price).",
    "It fell by [3 points](#change), a change of [−3 points](#change).",
    "Founded in [1987](#founded).",
    "[More than two thirds](#use.18-29.2021), [over 70%](#use.18-29.2021) or [at least 71.4%](#use.18-29.2021) in 2021.",
    "The index is [104.5](#index), [105](#index) or so.",
    "See [section 3](#section-3), [two ways](https://example.org/page#two) and $x = 3$.",
    "| [71%](#use.18-29.2021) | 18 to 29 |",
    "| | 2019 | 2021 |\n|---|---|---|\n| 18 to 29 | [67%](#use.18-29.2019) | [71%](#use.18-29.2021) |",
    "# The oldest\n[71%](#use.18-29.2021) do.",
    "The fifth school and the twentieth.",
    "[2/3 of them](#use.18-29.2019), [$1.25M](#price), [3 pp](#change), a net [−12 points](#net), [12 points less](#net).",
    "[About $1.2 million](#price).",
    "[50% of those aged 30 to 49](#use.30-49.2021), about half, do.",
    r"[More than \$1.2 million](#price), [nearly \$1.25 million](#price).",
    "[Nearly 70%](#use.18-29.2019) in 2019. [Almost three quarters](#use.18-29.2021) or [71%](<#use.18-29.2021>).",
    r"As \\(n = 30\\) and \\[x = 2\\] say.",
    "## 2. Results\n\n1. One thing\n2. Another[^3]\n\n[^3]: a note",
]
WRONG = {
    "value": ("[72% of adults under 30](#use.18-29.2021)", "use.18-29.2021 is 71.4 percent"),
    "group": ("[71% of adults aged 30 to 49](#use.18-29.2021)", "names: 30 to 49; use.18-29.2021 is of: 18 to 29"),
    "group after": ("[71%](#use.18-29.2021) of the oldest", "names: the oldest"),
    "groups exchanged": ("Of the young, [50%](#use.30-49.2021); of the oldest, nobody", "names: 18 to 29, the oldest"),
    "group in the clause after": (
        "Of the oldest none, [71%](#use.18-29.2021) of those aged 30 to 49; the young",
        "3 in the",
    ),
    "groups in the other order": (
        "Those aged 30 to 49 and the young are at [71%](#use.18-29.2021) and [71%](#use.18-29.2021) respectively.",
        "no age is named in the link, and 2",
    ),
    "a longer word": ("[71% of the youngest and the oldest](#use.18-29.2021)", "names: the oldest"),
    "year": ("In 2019, [71%](#use.18-29.2021)", "names: 2019; use.18-29.2021 is of: 2021"),
    "year of no figure": ("[71% in 2023](#use.18-29.2021)", "names: 2023"),
    "year of a column": ("| | 2019 |\n|---|---|\n| 18 to 29 | [71%](#use.18-29.2021) |", "names: 2019"),
    "group of a row": ("| | 2021 |\n|---|---|\n| 30 to 49 | [71%](#use.18-29.2021) |", "names: 30 to 49"),
    "unit": ("[71 points](#use.18-29.2021)", "unit: found percentage points; expected percent"),
    "no unit": ("Of the young, [71](#use.18-29.2021) in 2021.", "unit: found none; expected percent"),
    "unit after": ("[71](#use.18-29.2021) points", "unit: found percentage points"),
    "hours": ("[38 hours](#time.18-29)", "unit: found hours; expected minutes"),
    "hours after": ("[38](#time.18-29) hours", "unit: found hours"),
    "percent": ("[38%](#time.18-29)", "unit: found percent; expected minutes"),
    "currency": ("[€1,250,000](#price)", "unit: found euros; expected dollars"),
    "sign": ("[+3 points](#change)", "change is -3 percentage points"),
    "sign of a currency": ("[−$1,250,000](#price)", "price is 1250000 dollars"),
    "no sign of what is printed below 0": ("A net [12 points](#net)", "net is -12 percentage points"),
    "millions": ("[1.1 million dollars](#price)", "price is 1250000 dollars"),
    "reference": ("[71%](#use.18-29.2022)", "not found; the nearest is 'use.18-29.20"),
    "reference of a word": ("[most](#use.30-49)", "not found"),
    "no link": ("71% of the young", "number is not linked"),
    "a count that looks like a year": ("2013 people answered", "number is not linked"),
    "founded": ("[1988](#founded)", "founded is 1987"),
    "a bound": ("[More than 71.4% in 2021](#use.18-29.2021)", "is 71.4 percent"),
    "a bound that a sign gives": ("[p < 104](#index)", "index is 104.5"),
    "between two signs": ("As $x$ <[105](#n.2021) and>$y$", "n.2021 is 2013"),
    "a decimal comma": ("[71,4%](#use.18-29.2021)", "decimal sign: found ','; expected '.'"),
    "nearly": ("[Nearly 70% in 2021](#use.18-29.2021)", "is 71.4 percent"),
    "about a sum": ("[About $1.4 million](#price)", "price is 1250000 dollars"),
    "more than a sum": ("[More than $1.3 million](#price)", "price is 1250000 dollars"),
    "nearly half": ("[Almost one half of them](#index)", "index is 104.5"),
    "a link with a title": ('[72%](#use.18-29.2021 "2021")', "is 71.4 percent"),
    "thousands": ("[2013k people](#n.2021)", "n.2021 is 2013"),
    "rounded too far": ("[70%](#use.18-29.2021)", "is 71.4 percent"),
}


@pytest.mark.parametrize("text", RIGHT)
def test_right_text_passes(text):
    assert check_text(text, FIGURES, VOCABULARY).problems == ()


@pytest.mark.parametrize("case", WRONG)
def test_wrong_text_is_reported(case):
    text, fault = WRONG[case]
    (problem,) = check_text(text, FIGURES, VOCABULARY).problems
    assert fault in problem.fault
    start, end = problem.place
    assert text[start:end] == problem.words and problem.sentence


def test_names_beside_links_in_another_order_are_reported():
    text = "[71%](#use.18-29.2021) use it at 30 to 49, and [50%](#use.30-49.2021) say so among the young."
    assert check_text(text, FIGURES, VOCABULARY).problems
    text = "Unlike those of 30 to 49, the young are at [71%](#use.18-29.2021), and not at [50%](#use.30-49.2021)."
    assert len(check_text(text, FIGURES, VOCABULARY).problems) == 2
    text = "Between 2021 and 2019, the young went from [67%](#use.18-29.2019) to [71%](#use.18-29.2021)."
    assert len(check_text(text, FIGURES, VOCABULARY).problems) == 2


def test_a_problem_is_data():
    text = "Yes. In 2021, [72%](#use.18-29.2021) of the young did."
    (problem,) = check_text(text, FIGURES, VOCABULARY).problems
    assert (problem.reference, problem.expected) == ("use.18-29.2021", "71.4 percent")
    assert text[slice(*problem.place)] == "72%"


def test_french():
    groups = {"jeunes": Term("les jeunes", ("jeunes", "18 à 29 ans")), "aines": Term("les aînés", ("aînés",))}
    figures = {"radio.jeunes": figure("radio.jeunes", 12.5, "percent", group="jeunes")}
    vocabulary = Vocabulary("fr", {"group": groups})
    right = "Des 18 à 29 ans, [12,5\u00a0%](#radio.jeunes) écoutent; [13\u00a0% des jeunes](#radio.jeunes)."
    assert check_text(right, figures, vocabulary).problems == ()
    (problem,) = check_text("[12,5\u00a0% des aînés](#radio.jeunes)", figures, vocabulary).problems
    assert "names: les aînés" in problem.fault


NEVER_CLOSED = [
    *("![", "[^", "[[]", "[](data:", "[](http:", "<", "<a ", '<a href="', "<!--", "`", "~", "```a\n", "$$", "$a"),
    *(
        r"\\(",
        r"\\[",
        r"\begin{a}",
        r"\begin{a}\end{b}",
        r"\begin{a}\begin{b}",
        "1",
        "1.",
        "A.",
        "a.-",
        "# ",
        " ",
        "\n",
    ),
]


@pytest.mark.parametrize("sign", NEVER_CLOSED)
@pytest.mark.slow
def test_signs_that_never_close_are_read_in_bearable_time(sign):
    begun = time.process_time()
    check_text(sign * (30_000 // len(sign)), FIGURES, VOCABULARY)
    assert time.process_time() - begun < 1


HIDDEN = [
    "~~~\n35 of 36\n~~~",
    "```{note} a\n35 of 36\n```\n\n```\n35",
    "<!-- 35 <b> - -- 36 -->",
    "<img alt='35 > 36'>",
    '<a title="35 < 36">words</a>',
    "[words](data:text/csv;base64,35/36)",
    "[words](https://a.example/35/36)",
    r"\begin{align}35 & 36 \\ \begin{cases}\begin{array}{c}37\end{array}\end{cases}\end{align}",
    r"\\(35 + 36\\) and \\[35 + 36\\]",
    "A version 3.11.2 or S04.5b-6 of 1library.net",
]


@pytest.mark.parametrize("text", HIDDEN)
def test_what_is_no_prose_holds_no_number(text):
    trace = check_text(text, FIGURES, VOCABULARY)
    assert (trace.problems, trace.total) == ((), 0)


SHOWN = [
    "```code``` and 35",
    "<b>words</b> and 35",
    "<!-- words --> and 35",
    "<!-- words and 35",
    r"\begin{a} and 35",
    "a < b and 35",
    "1 <b and 35",
]


@pytest.mark.parametrize("text", SHOWN)
def test_what_only_resembles_code_is_prose(text):
    assert [problem.words.strip() for problem in check_text(text, FIGURES, VOCABULARY).problems][-1] == "35"


def test_a_name_with_a_number_in_words_is_a_name():
    homes = {"large": Term("4 people or more", ("4 people or more", "four people or more"))}
    figures = {"rent.large": figure("rent.large", 40, "percent", home="large")}
    text = "Homes of four people or more: [40%](#rent.large). Homes of three: fewer."
    problems = check_text(text, figures, Vocabulary("en", {"home": homes})).problems
    assert [problem.words for problem in problems] == ["3"]
