"""What each notebook gives to try: its line shows the data as they are, and what it says to watch is what happens."""

import functools
import re

import pytest

from conftest import PROJECT
from contre_enquete import load_edition
from contre_enquete.edition.check import check
from contre_enquete.notebooks.run import read_notebook

EXERCISES = {"6-exercises", "7-answers"}  # all of which is to try
NAMES = sorted({path.stem for path in PROJECT.glob("notebooks/fr/*.ipynb")} - EXERCISES)
WATCHED = {  # notebook and cell: another value, and what the list then shows, in the order of its lines
    "1-article try-value-table": ("30", "1 point, PME", "0 point"),
    "1-article try-disputed-table": ("71", "11 points, grandes entreprises", "4", "0"),
    "1-article try-majority-table": ("51", "50,5 %, employés de grandes entreprises", "100 %, employés de grandes entreprises"),
    "2-sources try-disputed-table": ("71", "8", "2, grandes entreprises"),
    "2-sources try-storage-table": ("29", "grandes entreprises", "1", "9"),
    "2-sources try-total-table": ("31", "2, ensemble", "1, ensemble"),
    "3-uncertainty try-disputed-table": ("71", "22,22 %", "36,36 %", "3 602"),
    "3-uncertainty try-total-table": ("47", "11,11 %", "30 %"),
    "3-uncertainty try-gap-table": ("34", "7", "1,68"),
    "4-verdicts try-threshold-table": ("1.15", "oui", "oui", "oui", "oui"),
    "4-verdicts try-value-table": ("43", "1,53", "0"),
    "4-verdicts try-disputed-table": ("71", "4", "0"),
    "5-companies try-reversal-table": ("49", "8", "8"),
    "5-companies try-country-table": ("70", "14", "13"),
    "5-companies try-employees-table": ("29", "aucun", "14"),
    "8-yours try-people-table": ("400", "± 4,9"),
    "8-yours try-population-table": ("150", "± 5,6"),
    "8-yours try-groups-table": ("30", "20,5"),
}  # fmt: skip


@functools.cache
def tries(name):
    """The calls to change, each as one line, by cell, and the text above each."""
    cells = [cell for cell in read_notebook(PROJECT / f"notebooks/fr/{name}.ipynb").cells if cell.id.startswith("try")]
    return {
        code.id: (text.source, " ".join(code.source.split("\n\n")[-1].split()))
        for text, code in zip(cells[::2], cells[1::2], strict=True)
    }


def displayed_values(line):
    """The values that a line shows, without what they are of."""
    result = eval(line, {"edition": load_edition("fr", PROJECT)})
    lines = result.lines if ".cite(" in line else result.frame.iloc[:, -1]
    return [value.partition("\u00a0: ")[0].replace("\u00a0", " ") for value in lines]


@pytest.mark.parametrize("name", NAMES)
def test_each_notebook_gives_three_things_to_try(name):
    assert [cell for cell in WATCHED if cell.startswith(name)] == [f"{name} {cell}" for cell in tries(name)]
    assert len(tries(name)) == 3
    source = (PROJECT / f"notebooks/fr/{name}.ipynb").read_text(encoding="utf-8")
    assert '"id": "register"' in source.split('"id": "try"')[1]


@pytest.mark.parametrize("name", NAMES)
def test_a_line_shows_the_data_as_they_are(name):
    survey = load_edition("fr", PROJECT).survey
    for text, line in tries(name).values():
        if match := re.search(r'having\("([^"]+)", (\d+)\)', line):
            assert survey.with_figure(match[1], int(match[2])) is survey, line
            assert f"`{match[2]}`" in text, text


@pytest.mark.slow
def test_a_line_that_was_tried_and_saved_is_named(copy):
    path = copy / "notebooks/fr/2-sources.ipynb"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('security.large.S01\\", 70', 'security.large.S01\\", 71'), encoding="utf-8")
    (report,) = check(copy, [path])
    ((place, told),) = report.problems
    assert re.fullmatch(r"notebooks/fr/2-sources\.ipynb, cell \d+", place)
    assert told == "tries 71; barriers.security.large.S01 is 70. `make restore` puts the notebook back"
    path.write_text(text.replace('tools.cloud-storage.sme\\", 37', 'tools.cloud.sme\\", 37'), encoding="utf-8")
    assert [told for _, told in check(copy, [path])[0].problems] == [
        "figure 'tools.cloud.sme': not found; the nearest is 'tools.blogs.sme'"
    ]


@pytest.mark.slow
@pytest.mark.parametrize("cell", WATCHED)
def test_what_is_to_be_watched_happens(cell):
    name, id = cell.split()
    value, *expected = WATCHED[cell]
    text, line = tries(name)[id]
    changed = re.sub(r"(?<=, )\d+(?=\))|(?<=\()1\.5(?=,\))|(?<=margin\()\d+(?=\))", value, line, count=1)
    assert changed != line and (f"`{value}`" in text or name == "4-verdicts")
    assert displayed_values(changed) == expected != displayed_values(line)
