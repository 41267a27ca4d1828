"""The figures are those of the sources, and bad input is refused in one clear line."""

import os
import subprocess
import sys

import pytest

from conftest import snapshot
from contre_enquete.__main__ import main
from contre_enquete.errors import DataError
from contre_enquete.notebooks import warm
from contre_enquete.survey.package import find_project, read_package

# Typed from the sources themselves, and nowhere else: what survey.csv must say.
ARTICLE = {
    ("productivity", "agree"): (40, 49, 8),
    ("barriers", "security"): (60, 70, 9),
    ("barriers", "productivity-loss"): (59, 58, 10),
    ("restrictions", "external-social-networks"): (25, 34, 12),
    ("restrictions", "microblogs"): (24, 33, 12),
    ("restrictions", "internal-social-networks"): (21, 27, 12),
}
MICROSOFT = {
    "email": (93, 94),
    "instant-messaging": (54, 56),
    "team-sites": (51, 61),
    "video-conferencing": (49, 53),
    "news-feeds": (41, 42),
    "cloud-storage": (37, 30),
    "external-social-networks": (35, 29),
    "internal-social-networks": (22, 23),
    "blogs": (19, 16),
    "microblogs": (19, 16),
    "web-aggregators": (16, 13),
}
OTHERS = {  # (question, item, group): percentage -> who prints it
    ("tools", "external-social-networks", "sme"): {33: "S02"},
    ("productivity", "agree", "all"): {50: "S12", 46: "S14 S24 S25 S35 S52 S65"},
    ("barriers", "security", "sme"): {71: "S03", 60: "S06 S07 S08"},
    ("barriers", "security", "large"): {60: "S03", 71: "S06 S07 S08"},
    ("barriers", "security", "all"): {68: "S26 S29"},
    ("barriers", "productivity-loss", "sme"): {58: "S03", 59: "S08", 60: "S10"},
    ("barriers", "productivity-loss", "large"): {59: "S03", 58: "S07 S08", 60: "S10"},
    ("barriers", "productivity-loss", "all"): {58: "S26 S29"},
    ("barriers", "human-resources", "all"): {28: "S26 S27"},
    ("barriers", "company-image", "all"): {25: "S26 S27"},
    ("barriers", "data-loss", "all"): {24: "S26 S27"},
    ("barriers", "bandwidth", "all"): {19: "S27"},
    ("purpose", "colleagues", "sme"): {70: "S04 S07"},
    ("purpose", "colleagues", "large"): {70: "S04"},
    ("purpose", "colleagues", "all"): {70: "S08 S12"},
    ("uses", "colleagues", "all"): {68: "S24 S26 S28"},
    ("uses", "documents", "all"): {50: "S26 S28"},
    ("uses", "customers", "all"): {47: "S26 S28"},
    ("uses", "professional-network", "all"): {36: "S26 S28"},
    ("uses", "initiative", "all"): {31: "S26 S28"},
    ("uses", "vendors", "all"): {31: "S28"},
    ("uses", "expertise", "all"): {29: "S28"},
    ("uses", "customer-industries", "all"): {24: "S28"},
    ("support", "agree", "sme"): {39: "S03"},
    ("support", "agree", "large"): {36: "S03"},
    ("support", "agree", "all"): {40: "S12", 37: "S30"},
    ("own-money", "agree", "sme"): {34: "S03"},
    ("own-money", "agree", "large"): {30: "S03"},
    ("own-money", "agree", "all"): {31: "S22 S29 S30 S65", 33: "S32 S64"},
    ("employer-size", "100-249", "all"): {15: "S16"},
    ("employer-size", "250-499", "all"): {13: "S16"},
    ("employer-size", "500-999", "all"): {12: "S16"},
    ("employer-size", "1000-2499", "all"): {14: "S16"},
    ("employer-size", "2500-4999", "all"): {10: "S16"},
    ("employer-size", "5000-plus", "all"): {34: "S16", 33: "S24"},
}
TOTALS = {("productivity", "agree"): 46, ("barriers", "security"): 68, ("barriers", "productivity-loss"): 58}


def percents(rows, source, question, item):
    found = {
        r["segment"]: r["percent"] for r in rows if (r["source"], r["question"], r["item"]) == (source, question, item)
    }
    return {segment: float(percent) for segment, percent in found.items()}


@pytest.mark.parametrize(("question", "item"), ARTICLE)
def test_figures_of_the_article(rows, question, item):
    sme, large, paragraph = ARTICLE[question, item]
    assert percents(rows, "S01", question, item) == {"sme": sme, "large": large}
    locators = {r["locator"] for r in rows if (r["source"], r["question"], r["item"]) == ("S01", question, item)}
    assert locators == {f"paragraph {paragraph}"}


@pytest.mark.parametrize("item", MICROSOFT)
def test_figures_of_the_missing_chart(rows, item):
    sme, large = MICROSOFT[item]
    assert percents(rows, "S04", "tools", item) == {"sme": sme, "large": large}


@pytest.mark.parametrize(("question", "item"), TOTALS)
def test_totals(rows, question, item):
    source = {"productivity": "S30", "barriers": "S27"}[question]
    assert percents(rows, source, question, item) == {"all": TOTALS[question, item]}


@pytest.mark.parametrize(("question", "item", "segment"), OTHERS)
def test_figures_of_the_other_sources(rows, question, item, segment):
    for percent, sources in OTHERS[question, item, segment].items():
        for source in sources.split():
            assert percents(rows, source, question, item)[segment] == percent


NATIONAL = {
    "S36 FR": {"team-sites": 54, "instant-messaging": 48, "video-conferencing": 44},
    "S42 ES": {"email": 93, "instant-messaging": 62, "team-sites": 42, "internal-social-networks": 19},
    "S46 DE": {"email": 93, "team-sites": 45, "video-conferencing": 24, "instant-messaging": 12},
    "S51 PL": {"email": 88, "instant-messaging": 39, "team-sites": 39},
}
SAMPLE = {
    ("respondents", 9908): "S17 S19 S04 S03 S12",
    ("respondents", 10000): "S01 S02 S09 S07",
    ("countries", 32): "S17 S04",
    ("countries", 31): "S09",
    ("employer-minimum", 100): "S17",
    ("device-time-minimum", 75): "S17",
}


def test_numbers_of_the_sample_and_of_countries(project):
    tables = read_package(project)
    national = [(f"{r.source} {r.country}", r.item, r.percent) for r in tables["national"].itertuples()]
    assert sorted(national) == sorted((place, *pair) for place, pairs in NATIONAL.items() for pair in pairs.items())
    numbers = [(r.fact, r.number, r.source) for r in tables["sample"].dropna(subset="number").itertuples()]
    assert sorted(numbers) == sorted((*fact, source) for fact, sources in SAMPLE.items() for source in sources.split())


def test_no_percentage_was_typed_only_once(rows):
    """Each is typed here a second time, so that a slip in one of the two shows."""
    typed = {("S01", *key, segment) for key in ARTICLE for segment in ("sme", "large")}
    typed |= {("S04", "tools", item, segment) for item in MICROSOFT for segment in ("sme", "large")}
    typed |= {({"productivity": "S30", "barriers": "S27"}[key[0]], *key, "all") for key in TOTALS}
    typed |= {
        (source, *key) for key, values in OTHERS.items() for sources in values.values() for source in sources.split()
    }
    assert typed == {(r["source"], r["question"], r["item"], r["segment"]) for r in rows if r["percent"]}


def test_package_is_valid(project, capsys):
    tables = {
        "survey",
        "sample",
        "sources",
        "questions",
        "items",
        "segments",
        "chain",
        "national",
        "claims",
        "disclosure",
    }
    assert set(read_package(project)) == tables
    assert main(["validate"]) == 0
    assert capsys.readouterr().out.startswith("Valid: sources 34 rows")


def test_every_item_and_source_is_used(project):
    tables = read_package(project)
    survey, items = tables["survey"], tables["items"]
    assert set(zip(items["question"], items["item"], strict=True)) == set(
        zip(survey["question"], survey["item"], strict=True)
    )
    used = [tables[name]["source"] for name in ("survey", "sample", "national")] + [tables["chain"]["after"]]
    assert set(tables["sources"]["source"]) == set().union(*used)


def replaced(old, new, file="survey.csv"):
    def damage(data):
        path = data / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return damage


def written(content, file="survey.csv"):
    return lambda data: (data / file).write_bytes(content(data / file))


BAD_INPUT = {
    "missing file": (lambda data: (data / "survey.csv").unlink(), ["data/survey.csv", "expected a CSV file"]),
    "missing description": (
        lambda data: (data / "datapackage.json").write_text("{"),
        ["data/datapackage.json", "not a data package"],
    ),
    "wrong column": (
        replaced("percent", "pourcent"),
        ["data/survey.csv", "column percent", "'pourcent'", "expected the columns source,question"],
    ),
    "percentage of 140": (
        replaced(",sme,93,", ",sme,140,"),
        ["data/survey.csv, row 2, column percent", "'140'", "a number from 0 to 100"],
    ),
    "negative percentage": (
        replaced(",sme,93,", ",sme,-3,"),
        ["row 2, column percent", "'-3'", "a number from 0 to 100"],
    ),
    "unit in a number": (replaced(",sme,93,", ",sme,93 %,"), ["row 2, column percent", "'93 %'", "no sign or unit"]),
    "decimal comma": (
        replaced(",sme,93,", ',sme,"93,5",'),
        ["row 2, column percent", "'93,5'", "with a point for decimals"],
    ),
    "not a number": (replaced(",sme,93,", ",sme,NaN,"), ["row 2, column percent", "'NaN'", "from 0 to 100"]),
    "unknown segment": (
        replaced("email,sme", "email,pme"),
        ["row 2, column segment", "'pme'", "one of sme, large, all"],
    ),
    "unknown source": (
        replaced("S04,tools,email,sme", "S99,tools,email,sme"),
        ["row 2, column source", "'S99'", "listed under source in sources"],
    ),
    "unknown item": (
        replaced("tools,email,sme", "tools,emial,sme"),
        ["row 2, columns question, item", "'emial'", "in items"],
    ),
    "duplicate row": (
        written(lambda path: path.read_bytes() + path.read_bytes().splitlines(True)[1]),
        [
            "data/survey.csv, row 128",
            "the same as in the row at position 2",
            "one row for each source, question, item, segment",
        ],
    ),
    "missing cell": (replaced(",read\n", "\n"), ["data/survey.csv, row 2"]),
    "no value, no direction": (replaced(",sme,93,", ",sme,,"), ["row 2, columns percent and direction", "both empty"]),
    "Latin-1": (
        written(lambda path: path.read_text(encoding="utf-8").encode("latin-1", "replace"), "sources.csv"),
        ["data/sources.csv", "not UTF-8", "expected a file saved as UTF-8"],
    ),
    "empty file": (written(lambda path: b""), ["data/survey.csv", "empty", "expected a header and rows"]),
    "header only": (written(lambda path: path.read_bytes().splitlines(True)[0]), ["data/survey.csv", "no rows"]),
    "semicolons": (
        written(lambda path: path.read_bytes().replace(b",", b";")),
        ["data/survey.csv", "expected the columns"],
    ),
    "impossible date": (
        replaced("2013-03-25", "2013-02-30", "sample.csv"),
        ["data/sample.csv", "column date", "a date as YYYY-MM-DD"],
    ),
    "figure that a chart needs": (
        replaced("S04,tools,external-social-networks,sme,35", "S10,tools,external-social-networks,sme,35"),
        ["data/survey.csv", "tools, external-social-networks, sme from S04"],
    ),
}


@pytest.mark.parametrize("case", BAD_INPUT)
def test_bad_input_gets_one_line_and_changes_nothing(case, small, monkeypatch, capsys):
    """With one processor and no process but this one; `test_command_shows_no_traceback` is the command on the whole edition."""
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    monkeypatch.setattr(warm, "aside", lambda make, *arguments: make(*arguments))
    damage, expected = BAD_INPUT[case]
    damage(small / "data")
    (small / "site").mkdir()
    (small / "site/index.html").write_text("what was there")
    before = snapshot(small)
    assert main(["build"]) == 1
    message = capsys.readouterr().err
    assert message.count("\n") == 1, message
    assert message.startswith("contre-enquete: data/")
    for part in expected:
        assert part in message
    assert snapshot(small) == before


def test_other_faulty_rows_are_counted(copy):
    path = copy / "data/survey.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",sme,", ",pme,"), encoding="utf-8")
    with pytest.raises(DataError, match=r"row 2, column segment.*\(and \d+ more rows with faults\)$"):
        read_package(copy)


@pytest.mark.parametrize("harmless", ["bom", "crlf"])
def test_spreadsheet_habits_are_harmless(harmless, copy, project):
    path = copy / "data/survey.csv"
    content = path.read_bytes().replace(b"\r\n", b"\n")
    path.write_bytes(b"\xef\xbb\xbf" + content if harmless == "bom" else content.replace(b"\n", b"\r\n"))
    assert read_package(copy)["survey"].equals(read_package(project)["survey"])


def test_command_shows_no_traceback(copy):
    """The command itself, on the whole edition."""
    replaced(",sme,93,", ",sme,140,")(copy / "data")
    before = snapshot(copy)
    run = subprocess.run(
        [sys.executable, "-m", "contre_enquete", "build"],
        cwd=copy / "notebooks/fr",
        env=os.environ,
        capture_output=True,
        text=True,
    )
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.count("\n") == 1 and "Traceback" not in run.stderr
    assert snapshot(copy) == before


def test_notebook_shows_a_short_exception():
    lines = DataError("data/survey.csv: no rows")._render_traceback_()
    assert lines == ["DataError: data/survey.csv: no rows"]


def test_project_is_found_from_any_folder(project, copy, tmp_path):
    assert find_project(copy / "notebooks/fr") == copy
    assert find_project(tmp_path) == project  # none above: the checkout that the package runs from
