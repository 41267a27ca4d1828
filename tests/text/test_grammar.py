"""Each language reads what its file gives as examples, and writes numbers as its edition does."""

import numpy as np
import pytest

from contre_enquete.text.grammar import list_grammars, load_grammar
from contre_enquete.text.language import Language
from contre_enquete.text.numbers import read_numbers

EXAMPLES = [(code, text) for code in list_grammars() for text in load_grammar(code).examples]


@pytest.mark.parametrize(("code", "text"), EXAMPLES)
def test_each_example_is_read_as_its_file_says(code, text):
    grammar = load_grammar(code)
    value, unit = grammar.examples[text]
    assert [(n.value, n.unit) for n in read_numbers(text, grammar)] == [(pytest.approx(value, abs=0.05), unit)]


@pytest.mark.parametrize("code", list_grammars())
def test_each_language_has_an_example_of_each_kind(code):
    units = [unit for _, unit in load_grammar(code).examples.values()]
    assert {"percent", "points", "count"} == set(units) and len(units) >= 10


@pytest.mark.parametrize("code", list_grammars())
def test_languages_name_the_same_units(code):
    assert set(load_grammar(code).units) == set(load_grammar("en").units)


@pytest.mark.parametrize("code", ["en", "fr"])
@pytest.mark.parametrize(
    ("value", "decimals"), [(7, 0), (np.int64(3), 0), (9908, 0), (1234567, 0), (58.5, 1), (9908.25, 2)]
)
def test_a_number_is_written_as_in_the_edition(code, value, decimals):
    assert load_grammar(code).write_number(value, decimals) == Language(code).number(value, decimals or None)


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        ("In 2013 people trusted the press.", "en", []),
        ("The survey of 2013 found it.", "en", []),
        ("Some 2013 people answered", "en", [(2013, "count")]),
        ("Les 2013 répondants", "fr", [(2013, "count")]),
        ("9.908 encuestados, el 25 de marzo de 2013", "es", [(9908, "count")]),
        ("am 9. Juli 2013 waren es 35\u00a0%", "de", [(35, "percent")]),
        ("1.234,5 Tonnen", "de", [(1234.5, "count")]),
        ("el 12,5\u00a0%", "es", [(12.5, "percent")]),
        ("58-60%", "en", [(58, "percent"), (60, "percent")]),
        ("the 21st century, the 1990s, 2019–21, at 10:30 on 2021-03-12, 12/03/2021, in 3D", "en", []),
        ("Exercise 4.2, fig. 3, eq. (2), sections 1.2 and 1.3, week 2", "en", []),
        ("for two reasons: (1) time, (2) money", "en", []),
        ("le 19e siècle, la 2e fois, la figure 3, le n° 4", "fr", []),
        ("p < .05, and r = -.3.", "en", [(0.05, "count"), (-0.3, "count")]),
        ("SMEs (6)", "en", [(6, "count")]),
        ("(-2%)", "en", [(-2, "percent")]),
    ],
)
def test_years_dates_and_signs(text, code, expected):
    assert [(n.value, n.unit) for n in read_numbers(text, load_grammar(code))] == expected


def test_a_catalogue_that_changes_is_read_again(tmp_path):
    def say(translation):
        head = 'msgid ""\nmsgstr ""\n"Language: fr_CA\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
        (tmp_path / "fr.po").write_text(f'{head}msgid "Harbour"\nmsgstr "{translation}"\n', encoding="utf-8")
        return Language("fr", tmp_path).say("Harbour")

    assert [say("Port"), say("Havre"), say("Port")] == ["Port", "Havre", "Port"]
