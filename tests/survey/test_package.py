"""The data package is read whole, and bad input is refused in one clear line."""

import json
import os
import subprocess
import sys

import pytest

from conftest import replace_text, snapshot
from contre_enquete.__main__ import main
from contre_enquete.errors import DataError, format_value
from contre_enquete.notebooks import warm
from contre_enquete.project import find_project
from contre_enquete.survey.model import load_survey
from contre_enquete.survey.package import read_package


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
        "voices",
        "places",
        "measures",
        "sizes",
        "official_sources",
        "official",
        "corrections",
        "yours",
    }
    assert set(read_package(project)) == tables
    assert main(["validate"]) == 0
    assert capsys.readouterr().out.startswith("Valid:\n  voices: 9 rows\n  sources: 34 rows\n")


def test_a_table_that_the_package_does_not_name_is_refused(tables):
    (tables / "data/margins.csv").write_text("source,segment,n\n", encoding="utf-8")
    expected = (
        '^data/margins.csv: found in no table of data/datapackage.json; expected {"name": "margins", "path": "marg'
    )
    with pytest.raises(DataError, match=expected):
        read_package(tables)


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
        replace_text(data / file, old, new, 1)

    return damage


def written(content, file="survey.csv"):
    return lambda data: (data / file).write_bytes(content(data / file))


def without(reference):
    return lambda path: b"".join(row for row in path.read_bytes().splitlines(True) if reference.encode() not in row)


def unclaimed_and_missing(reference):
    """Takes away the claims that rest on a figure, where the article sums them up too, and its value for SMEs."""

    def damage(data):
        written(without(reference), "claims.csv")(data)
        article = data.parent / "article"
        replaced('claims = ["external-more", "external-much-more", ', "claims = [", "article.toml")(article)
        written(without(reference), "article.toml")(article)
        replaced(f"S04,{reference.replace('.', ',')},sme", f"S10,{reference.replace('.', ',')},sme")(data)

    return damage


CLAIM_OR_QUESTION = {
    "a letter that the font lacks": (
        replaced("tools,email,Courriel,Email", "tools,email,Courriel,Email 電", "codebook/items.csv"),
        [
            "data/codebook/items.csv, row 2, column label_en: found '電' (U+96FB); expected letters that the charts' font has"
        ],
    ),
    "an emoji in a publisher": (
        replaced("S04,Microsoft,", "S04,Microsoft 🙂,", "sources.csv"),
        ["data/sources.csv, row", "column publisher: found '🙂' (U+1F642)"],
    ),
    "claim that names nobody ahead": (
        replaced(",sme,more,", ",,more,", "claims.csv"),
        ["data/claims.csv, row 8, column leader: found nothing; expected one of sme, large for the rule 'more'"],
    ),
    "claim of an unknown item": (
        replaced(",tools.external-social-networks,sme,more", ",tools.external-social,sme,more", "claims.csv"),
        [
            "data/claims.csv, row 8, column figures: found 'tools.external-social'; "
            "expected a reference to what some page prints"
        ],
    ),
    "quotation of more than seven words": (
        replaced(",les PME sont beaucoup plus tentées,", ",un deux trois quatre cinq six sept huit,", "claims.csv"),
        [
            "data/claims.csv, row 2, column quotation: found 'un deux trois quatre cinq six sept huit'; expected the words of the article that the claim rests on, at most seven in a row"
        ],
    ),
    "figure that a claim needs": (
        replaced("S04,tools,external-social-networks,sme,35", "S10,tools,external-social-networks,sme,35"),
        [
            "data/claims.csv, row 2, column figures: found 'tools.external-social-networks'",
            "with a percent shown for each group",
        ],
    ),
    "question without figures": (
        replaced("not found by us,,S30", "not found by us,,S04", "codebook/questions.csv"),
        ["data/survey.csv: no row for the question collaboration from S04; expected at least one"],
    ),
}
LABEL = "tools,email,Courriel,Email"
BAD_INPUT = {
    **{
        f"hidden: {name}": (
            replaced(LABEL, LABEL.replace("Email", f"E{sign}mail"), "codebook/items.csv"),
            [
                f"data/codebook/items.csv, row 2, column label_en: found U+{ord(sign):04X} ({name})",
                "visible characters",
            ],
        )
        for name, sign in {
            "no letter": "\x1b",
            "RIGHT-TO-LEFT OVERRIDE": "\u202e",
            "LINE SEPARATOR": "\u2028",
            "ZERO WIDTH SPACE": "\u200b",
        }.items()
    },
    "a sign that is no letter": (
        replaced(LABEL, LABEL.replace("Email", "E\ufffemail"), "codebook/items.csv"),
        ["row 2, column label_en: found U+FFFE", "visible characters"],
    ),
    "NUL": (replaced(LABEL, LABEL.replace("Email", "E\0mail"), "codebook/items.csv"), ["data/codebook/items.csv"]),
    "spaces for a name": (
        replaced(LABEL, LABEL.replace("Email", '"  "'), "codebook/items.csv"),
        ["row 2, column label_en: found spaces only"],
    ),
    "an endless name": (
        replaced(LABEL, LABEL.replace("Email", "E" * 100_000), "codebook/items.csv"),
        ["row 2, column label_en: found 100000 characters; expected at most 2000"],
    ),
    "missing file": (lambda data: (data / "survey.csv").unlink(), ["data/survey.csv", "expected a CSV file"]),
    "missing description": (
        lambda data: (data / "datapackage.json").write_text("{"),
        ["data/datapackage.json, line 1, column 2: not JSON"],
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
    "unknown item of a country": (
        replaced("S36,FR,tools,team-sites", "S36,FR,tools,team-cites", "national.csv"),
        ["data/national.csv, row 2, columns question, item: found 'tools', 'team-cites'; expected", "in items"],
    ),
    "duplicate row": (
        written(lambda path: path.read_bytes() + path.read_bytes().splitlines(True)[1]),
        [
            "data/survey.csv, row 156",
            "the same as in the row at position 2",
            "one row for each source, question, item, segment",
        ],
    ),
    "missing cell": (replaced(",read\n", "\n"), ["data/survey.csv, row 2"]),
    "no value, no direction": (replaced(",sme,93,", ",sme,,"), ["row 2, columns percent and direction", "both empty"]),
    "Latin-1": (
        written(lambda path: path.read_text(encoding="utf-8").encode("latin-1", "replace"), "sources.csv"),
        ["data/sources.csv", "not UTF-8", "expected a CSV file, saved as UTF-8"],
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
}


@pytest.mark.parametrize(("damage", "told"), BAD_INPUT.values(), ids=BAD_INPUT)
@pytest.mark.slow
def test_bad_input_gets_one_line_and_changes_nothing(damage, told, tables, capsys):
    """`test_command_shows_no_traceback` builds the whole edition of such data."""
    damage(tables / "data")
    before = snapshot(tables)
    assert main(["validate"]) == 1
    message = capsys.readouterr().err
    assert message.count("\n") == 1 and message.startswith("contre-enquete: data/"), message
    for part in told:
        assert part in message
    assert snapshot(tables) == before


@pytest.mark.slow
def test_a_figure_that_a_chart_needs_is_told_by_the_build_which_changes_nothing(small, monkeypatch, capsys):
    """With one processor and no process but this one."""
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    monkeypatch.setattr(warm, "run_in_worker", lambda make, *arguments: make(*arguments))
    unclaimed_and_missing("tools.external-social-networks")(small / "data")
    (small / "site").mkdir()
    (small / "site/index.html").write_text("what was there")
    before = snapshot(small)
    assert main(["build"]) == 1
    message = capsys.readouterr().err
    assert message.startswith("contre-enquete: figure 'tools.external-social-networks.sme': not found; the nearest is ")
    assert message.count("\n") == 1
    after = snapshot(small).items()
    assert {path: kept for path, kept in after if not path.startswith(".cache/drawings/")} == before


@pytest.mark.parametrize("command", ["validate", pytest.param("build", marks=pytest.mark.thorough)])
@pytest.mark.parametrize(("damage", "told"), CLAIM_OR_QUESTION.values(), ids=CLAIM_OR_QUESTION)
@pytest.mark.slow
def test_a_claim_or_question_that_cannot_be_used_is_told_before_anything_starts(command, damage, told, copy, capsys):
    damage(copy / "data")
    assert main([command]) == 1
    out, message = capsys.readouterr()
    assert (out, message.count("\n")) == ("", 1)
    for part in told:
        assert part in message


@pytest.mark.parametrize(("file", "item"), [("survey", "S04,tools,{},sme"), ("national", "S36,FR,tools,{},")])
@pytest.mark.slow
def test_an_unknown_item_is_told_whatever_the_description_says(file, item, tables):
    """Another edition's description may have no foreign keys."""
    description = tables / "data/datapackage.json"
    package = json.loads(description.read_text(encoding="utf-8"))
    for resource in package["resources"]:
        resource["schema"].pop("foreignKeys", None)
    description.write_text(json.dumps(package), encoding="utf-8")
    replaced(item.format("team-sites"), item.format("team-cites"), f"{file}.csv")(tables / "data")
    with pytest.raises(DataError) as error:
        load_survey("en", tables)
    row = {"survey": 7, "national": 2}[file]
    told = "found 'tools', 'team-cites'; expected an item of data/codebook/items.csv"
    assert str(error.value) == f"data/{file}.csv, row {row}, columns question, item: {told}"


def test_other_faulty_rows_are_counted(tables):
    replace_text(tables / "data/survey.csv", ",sme,", ",pme,")
    with pytest.raises(DataError, match=r"row 2, column segment.*\(and \d+ more rows with faults\)$"):
        read_package(tables)


@pytest.mark.parametrize("odd", ["1_0", "９３", "+93", " 93", "-0", "1e-400", "1e999", "inf", "1,0", "9" * 400])
@pytest.mark.slow
def test_a_number_in_other_signs_is_refused(odd, tables):
    replaced(",sme,93,", f',sme,"{odd}",')(tables / "data")
    with pytest.raises(DataError) as error:
        read_package(tables)
    found = f"found {format_value(odd)}; expected a number from 0 to 100, with a point for decimals and no sign or unit"
    assert str(error.value) == f"data/survey.csv, row 2, column percent: {found}"


def test_a_date_in_other_digits_is_refused(tables):
    replaced("2013-03-25", "2013-3-25", "sample.csv")(tables / "data")
    with pytest.raises(DataError, match=r"column date: found '2013-3-25'; expected a date as YYYY-MM-DD$"):
        read_package(tables)


def test_an_open_quotation_mark_is_told_at_its_row(tables):
    replaced("S04,tools,email,large", 'S04,tools,email,"large')(tables / "data")
    with pytest.raises(DataError, match=r"^data/survey\.csv, row 3: found a quotation mark that does not close"):
        read_package(tables)


@pytest.mark.parametrize(("cell", "found"), [("", "nothing"), ("99999999999", "1e\\+11")])
@pytest.mark.slow
def test_respondents_that_no_survey_has_are_refused(cell, found, tables):
    replaced("S17,respondents,9908,", f"S17,respondents,{cell},", "sample.csv")(tables / "data")
    with pytest.raises(
        DataError, match=rf"^data/sample\.csv, row 2, column number: found {found}; expected the number"
    ):
        load_survey("en", tables)


def change_descriptor(tables, change):
    path = tables / "data/datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    change(package)
    path.write_text(json.dumps(package), encoding="utf-8")


DESCRIPTIONS = {
    "no list of tables": (lambda p: p.update(resources=[]), "resources: found []; expected a list of tables, at least one"),
    "a table less": (lambda p: p.update(resources=[r for r in p["resources"] if r["name"] != "survey"]), "resources: no table 'survey'; expected sources, segments"),
    "a column less": (lambda p: p["resources"][1]["schema"]["fields"].pop(1), "table sources: no column 'publisher'; expected source, publisher"),
    "a number as text": (lambda p: p["resources"][6]["schema"]["fields"][4].update(type="string", constraints={}), "table survey, column percent: found the type string; expected number or integer"),
    "a pattern that is none": (lambda p: p["resources"][1]["schema"]["fields"][1].update(constraints={"pattern": "("}), "not a data package ("),
    "an address for a table": (lambda p: p["resources"][1].update(path="https://example.org/a.csv"), "resources[2].path: found 'https://example.org/a.csv'; expected the path of a CSV file inside data/"),
    "a table elsewhere": (lambda p: p["resources"][1].update(path="../sources.csv"), "resources[2].path: found '../sources.csv'; expected the path of a CSV file"),
    "a version of two": (lambda p: p.update(version="1.0"), "version: found '1.0'; expected three numbers, such as '1.0.0'"),
    "a day that is none": (lambda p: p.update(created="2013-02-30"), "created: found '2013-02-30'; expected a date such as '2012-05-14'"),
    "a script for a homepage": (lambda p: p.update(homepage="javascript:alert(1)//"), "homepage: found 'javascript:alert(1)//'; expected an address such as https://example.org/"),
    "a question for a homepage": (lambda p: p.update(homepage="https://example.org/?page="), "homepage: found 'https://example.org/?page='; expected an address"),
    "a script for a licence": (lambda p: p["licenses"][0].update(path="javascript:alert(1)"), "licenses[1].path: found 'javascript:alert(1)'; expected an address"),
    "a script for a contact": (lambda p: p["contributors"][0].update(path="javascript:alert(1)"), "contributors[1].path: found 'javascript:alert(1)'; expected an address"),
    "a profile that is an address": (lambda p: p["resources"][1].update(profile="https://example.org/a.json"), "resources[2].profile: found 'https://example.org/a.json'; expected 'tabular-data-resource' or"),
    "a profile of the whole that is one": (lambda p: p.update(profile="https://example.org/a.json"), "profile: found 'https://example.org/a.json'; expected one of 'tabular-data-package'"),
    "semicolons": (lambda p: p["resources"][1].update(dialect={"delimiter": ";"}), "resources[2].dialect: found a table; expected {'delimiter': ','}"),
    "a table of another engine": (lambda p: p["resources"].append({**p["resources"][1], "name": "more"}), "resources: found the table 'more'; expected sources, segments"),
    "a key to no table": (lambda p: p["resources"][6]["schema"]["foreignKeys"][0]["reference"].update(resource="sauces"), "table survey, foreignKeys: found 'sauces'; expected a table"),
    "nobody": (lambda p: p.update(contributors=[{}]), "contributors[1].title: found nothing; expected a text"),
}  # fmt: skip


@pytest.mark.parametrize("fault", DESCRIPTIONS)
@pytest.mark.slow
def test_a_description_without_what_is_needed_is_told_by_its_key(fault, tables):
    change, told = DESCRIPTIONS[fault]
    change_descriptor(tables, change)
    with pytest.raises(DataError) as error:
        read_package(tables)
    assert str(error.value).startswith(("data/datapackage.json, " + told, "data/datapackage.json: " + told))


@pytest.mark.parametrize("harmless", ["bom", "crlf"])
@pytest.mark.slow
def test_spreadsheet_habits_are_harmless(harmless, tables, project):
    path = tables / "data/survey.csv"
    content = path.read_bytes().replace(b"\r\n", b"\n")
    path.write_bytes(b"\xef\xbb\xbf" + content if harmless == "bom" else content.replace(b"\n", b"\r\n"))
    assert read_package(tables)["survey"].equals(read_package(project)["survey"])


@pytest.mark.slow
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
    assert (run.returncode, run.stdout) == (1, f"Project: {copy}\n")
    assert run.stderr.count("\n") == 1 and "Traceback" not in run.stderr
    assert snapshot(copy) == before


def test_notebook_shows_a_short_exception():
    lines = DataError("data/survey.csv: no rows")._render_traceback_()
    assert lines == ["DataError: data/survey.csv: no rows"]


def test_project_is_found_from_its_folders_and_from_no_other(copy, tmp_path):
    assert find_project(copy / "notebooks/fr") == copy
    with pytest.raises(DataError, match=r"^data/datapackage\.json: not found in "):
        find_project(tmp_path)
