"""Figures come from any table: a CSV file, a DataFrame, the outputs of a notebook's cells."""

import pandas as pd
import pytest

from contre_enquete.errors import DataError
from contre_enquete.prose.sources import MIME, FigureFile, Figures, figures_from, read_figures, read_outputs

FRAME = pd.DataFrame({"city": ["Paris", "New York"], "year": [2021, 2021], "share": [0.344, 0.29]})


def values(figures):
    return {reference: datum.value for reference, datum in figures.items()}


def test_a_frame():
    figures = figures_from(FRAME, index=["city", "year"], value="share", unit="share", name="use")
    assert values(figures) == {"use.paris.2021": 34.4, "use.new-york.2021": 29}
    datum = figures["use.new-york.2021"]
    assert (datum.unit, datum.parts) == ("percent", {"city": "New York", "year": "2021"})


@pytest.mark.parametrize("index", [["city", "year"], []])
def test_levels_of_an_index_are_columns(index):
    frame = FRAME.set_index(["city", "year"])
    assert values(figures_from(frame, index=index, value="share", unit="share")) == {
        "paris.2021": 34.4,
        "new-york.2021": 29,
    }


def test_the_columns_of_a_pivot_table_are_names_too():
    frame = pd.DataFrame({"year": [2019, 2019, 2021], "group": ["young", "old", "old"], "share": [1, 2, 3]})
    figures = figures_from(frame.pivot_table(values="share", index="year", columns="group"), name="use")
    assert values(figures) == {"use.2019.old": 2, "use.2019.young": 1, "use.2021.old": 3}
    assert figures["use.2021.old"].parts == {"year": "2021", "group": "old"}


def test_a_series_of_means_by_group():
    series = FRAME.groupby("city")["share"].mean()
    assert values(figures_from(series, unit="share", name="mean")) == {"mean.paris": 34.4, "mean.new-york": 29}


def test_several_columns_of_values_end_the_reference():
    rows = [{"city": "Paris", "walk": 3, "ride": None}, {"city": "Lyon", "walk": 4, "ride": 5}]
    assert values(figures_from(rows)) == {"paris.walk": 3, "lyon.walk": 4, "lyon.ride": 5}


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"index": ["town"]}, "column 'town': not found; expected one of city, year, share"),
        ({"index": ["year"]}, "row 2: found '2021' again; expected columns that tell rows apart"),
        ({"value": "city"}, "row 1, column city: found 'Paris'; expected a number"),
    ],
)
def test_a_table_that_cannot_be_used_is_told(options, fault):
    with pytest.raises(DataError, match=fault.replace("(", r"\(")):
        figures_from(FRAME, **{"value": "share", **options})


CSV = {
    "any table": ("city,share\nParis,34.5\nLyon,\n", {"cities.paris": 34.5}),
    "signs of percent": ("city,share\nParis,34.5%\n", {"cities.paris": 34.5}),
    "a comma as decimal sign": ("ville;part\nParis;34,5\nNîmes;1 250\n", {"cities.paris": 34.5, "cities.nîmes": 1250}),
    "listed": ("reference,value,unit,decimals,group,year,words\na.b,34.5,percent,1,young,2021,use\n", {"a.b": 34.5}),
}


@pytest.mark.parametrize("case", CSV)
def test_a_file(case, tmp_path):
    text, expected = CSV[case]
    (tmp_path / "cities.csv").write_text(text, encoding="utf-8")
    figures = read_figures(tmp_path, FigureFile("cities.csv"))
    assert values(figures) == expected
    if case == "listed":
        datum = figures["a.b"]
        assert (datum.unit, datum.decimals, datum.parts, datum.words) == ("percent", 1, {"group": "young", "year": "2021"}, "use")  # fmt: skip


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (None, "cities.csv: not found"),
        ("city,share\n", "cities.csv: found no row"),
        ("city,share\nParis,many\n", "cities.csv, columns: found none with numbers alone"),
        ("reference,value\na,inf\n", "row 2, column value: found 'inf'; expected a number"),
        ("reference,value\na,1\na,2\n", "cities.csv, row 3: found 'a'; expected a value and a reference of its own"),
    ],
)
def test_a_file_that_cannot_be_used_is_told(text, fault, tmp_path):
    if text is not None:
        (tmp_path / "cities.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=fault):
        read_figures(tmp_path, FigureFile("cities.csv"))


def code(source, data=None):
    return {"cell_type": "code", "source": source, "outputs": [{"data": data}] if data else []}


def test_the_outputs_of_a_notebook():
    figures = figures_from(FRAME, index=["city", "year"], value="share", unit="share")
    bundle = figures._repr_mimebundle_()
    carried, faults = read_outputs(
        [code("figures = f\nfigures", bundle), code("figures = {'the n': 3}\nfigures", {"text/plain": "{'the n': 3}"})]
    )
    assert carried == {**figures, "the-n": carried["the-n"]} and carried["the-n"].value == 3 and not faults
    assert "paris.2021: 34.4 percent" in bundle["text/plain"] and "<td>34.4 percent</td>" in bundle["text/html"]
    assert MIME in bundle


def test_a_cell_that_declares_figures_and_shows_none_is_told():
    assert read_outputs([code("x = 1"), code("figures = 3")]) == (
        Figures(),
        ["cell 2: declares figures, and its output has none; expected `figures` as the last line, and a run"],
    )
