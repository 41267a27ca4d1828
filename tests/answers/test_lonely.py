"""Strata of one person, in a table that is protected: what the proof takes to be printed is what is printed."""

import numpy as np
import pytest

from conftest import slow_after
from contre_enquete.answers import precision
from contre_enquete.answers.table import read_table
from contre_enquete.answers.tabulate import tabulate

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what Ibis calls of DuckDB
QUESTION = '[questions.q]\nkind = "several"\nyes = ["1"]\nno = ["0"]\ncolumns = { q = "q" }\n'


@pytest.mark.parametrize("lonely", slow_after(1, ["adjust", "average", "certainty"]))
def test_the_proof_has_the_figures_that_the_table_has(lonely, engine, tmp_path, monkeypatch):
    printed = []
    monkeypatch.setattr(precision, "has_other_data_sets", lambda _, __, rows, ___: bool(printed.extend(rows)) or True)
    people = [(f"s{place % 3}", place % 4, int(place % 5 < 2)) for place in range(150)] + [("alone", 19, 1)]
    answers, codebook = tmp_path / "answers.csv", tmp_path / "answers.toml"
    answers.write_text("s,w,q\n" + "".join(f"{stratum},{1 + weight},{yes}\n" for stratum, weight, yes in people))
    codebook.write_text(f'[design]\nstratum = "s"\nweight = "w"\nlonely = "{lonely}"\n{QUESTION}')
    tabulate(answers, codebook, tmp_path / "table.csv")
    (row,) = read_table(tmp_path / "table.csv").itertuples()
    _, error, lower, upper = printed[0].printed[0] / printed[0].units
    assert error == row.standard_error > 0
    np.testing.assert_allclose([lower, upper], [row.lower, row.upper], atol=1.01 / printed[0].units[2])


def test_without_a_rule_it_is_an_error(tabulated):
    code, said, _ = tabulated("s,q\na,1\na,0\nb,1\n", f'[design]\nstratum = "s"\n{QUESTION}')
    assert code == 1 and "line 4: column s: alone" in said and "design.lonely" in said
