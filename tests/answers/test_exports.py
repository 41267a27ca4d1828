"""Exports of ordinary tools, as they come, give the percentages that were drawn.

Nobody answered these invented surveys. `expected.csv` was computed from the draw by other means (pandas); the codebook
beside each export is what somebody who knows the questionnaire would write.
"""

from pathlib import Path

import pandas as pd
import pytest

from contre_enquete.answers.protect import Protection
from contre_enquete.answers.tabulate import tabulate
from contre_enquete.project import VALUE

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what Ibis calls of DuckDB
EXPORTS = Path(__file__).with_name("exports")
KINDS = sorted(path.stem for path in EXPORTS.glob("*.toml"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.slow
def test_percentages_and_bases_of_an_export_are_those_that_were_drawn(kind, engine, tmp_path):
    (export,) = (path for path in EXPORTS.glob(f"{kind}.*") if path.suffix != ".toml")
    table = tabulate(export, EXPORTS / f"{kind}.toml", tmp_path / "table.csv", protection=Protection(0))
    rows = {
        (row["question"], row["item"], row["segment"]): (row["percent"], row["base"])
        for row in table.rows
        if VALUE not in str(row["item"])
    }
    expected = pd.read_csv(EXPORTS / "expected.csv").query("kind == @kind")
    assert len(expected) == len(rows) == 24
    for row in expected.itertuples():
        percent, base = rows[row.question, row.item, row.segment]
        assert (percent, base) == (pytest.approx(row.percent, abs=6e-5), row.base), row
