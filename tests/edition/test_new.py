"""The edition of another article, begun by `contre-enquete new`: three groups, other names, and everything works."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po

from conftest import PROJECT, replace_text, snapshot
from contre_enquete.__main__ import main
from contre_enquete.edition.check import check
from contre_enquete.edition.new import copy_skeleton, placeholder_lines
from contre_enquete.edition.outline import Outline, apply_outline
from contre_enquete.errors import DataError
from contre_enquete.plugin import load_figures
from contre_enquete.survey.claims import judge_claims
from contre_enquete.survey.contradictions import find_contradictions
from contre_enquete.survey.model import load_survey
from contre_enquete.text.grammar import load_grammar

pytestmark = pytest.mark.slow


@pytest.fixture
def edition(begun, tmp_path, monkeypatch):
    """A copy of the edition to change."""
    folder = shutil.copytree(begun, tmp_path / "edition", symlinks=True)
    monkeypatch.chdir(folder)
    return folder


def added(path, row):
    with path.open("a", encoding="utf-8") as file:
        file.write(row + "\n")


def problems(folder):
    return [f"{place}: {problem}" for report in check(folder) for place, problem in report.problems]


def test_it_is_built_and_the_same_again(edition, capsys):
    assert main(["build"]) == 0
    assert capsys.readouterr().out == "Nothing to do: site/index.html\n"
    assert problems(edition) == []
    assert main(["rerun"]) == 0
    assert capsys.readouterr().out.endswith("The same: every notebook and figure\n")


def test_a_title_that_is_a_question_is_cited_without_a_full_stop(edition):
    page = (edition / "site/notebooks/en/1-commute.html").read_text(encoding="utf-8")
    assert "Who goes to work by bicycle? Edition 1.0.0" in page


@pytest.fixture(params=["fr", pytest.param("en", marks=pytest.mark.thorough)])
def monolingual(request, edition):
    """The edition in one language alone: notebooks, columns of words and, in French, declaration and charts, too."""
    kept, lost = request.param, {"en": "fr", "fr": "en"}[request.param]
    shutil.rmtree(edition / f"notebooks/{lost}")
    (edition / f"data/README.{lost}.md").unlink(missing_ok=True)
    for path in edition.glob("data/**/*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
        with path.open("w", encoding="utf-8", newline="") as file:
            columns = [column for column in reader.fieldnames if not column.endswith(f"_{lost}")]
            writer = csv.DictWriter(file, columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
    if kept == "fr":
        with (edition / "article/locale/fr.po").open(encoding="utf-8") as file:
            translations = {message.id: message.string for message in read_po(file) if message.id}
        for name in ("article/article.toml", "article/__init__.py"):
            path = edition / name
            text = path.read_text(encoding="utf-8")
            for sentence, translation in translations.items():
                text = text.replace(f'"{sentence}"', f'"{translation}"')
            path.write_text(text, encoding="utf-8")
    shutil.rmtree(edition / "article/locale")
    return kept


def test_one_language_is_enough(monolingual, edition, capsys):
    """Its own words are written in it, and no catalogue is needed; pages, feed and log are of this language alone."""
    assert main(["build"]) == 0
    for name in ("index.html", f"feed.{monolingual}.xml", f"corrections.{monolingual}.html", "data/index.html"):
        assert f'lang="{monolingual}-CA"' in (edition / "site" / name).read_text(encoding="utf-8"), name
    other = {"en": "fr", "fr": "en"}[monolingual]
    assert not [path for path in (edition / "site").rglob("*") if other in path.name.split(".") and path.is_file()]
    assert main(["rerun"]) == 0
    assert main(["check", "--read", "--yes"]) == 0
    assert problems(edition) == []
    replace_text(edition / "data/survey.csv", "B1,commute,bicycle,town,34", "B1,commute,bicycle,town,43")
    before = shutil.copytree(edition, edition.parent / "before", symlinks=True)
    replace_text(before / "data/survey.csv", "B1,commute,bicycle,town,43", "B1,commute,bicycle,town,34")
    capsys.readouterr()
    assert main(["corrections", str(before), "."]) == 0
    assert {"en": "Corrections of", "fr": "Corrections du"}[monolingual] in capsys.readouterr().out


def test_a_region_writes_dates_as_it_does(edition):
    replace_text(edition / "article/article.toml", '"en-CA"', '"en-GB"')
    assert main(["build"]) == 0
    page = (edition / "site/notebooks/en/1-commute.html").read_text(encoding="utf-8")
    assert "4 May 2020" in page and "May 4, 2020" not in page and '<html lang="en-GB"' in page


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        (
            ["--language", "en-GB", "--groups", "18-29,30-49,50-64,65+", "--unit", "minutes", "--waves", "2015,2017"],
            [
                "34 minutes (18-29)",
                "12 minutes (65+)",
                "4 May 2020",
                '<html lang="en-GB"',
                "a rise of",
                "14 minutes</a>",
            ],
        ),
        pytest.param(
            [
                *("--language", "fr", "--groups", "1 personne,2 personnes,3 et plus", "--unit", "dollars"),
                "--waves",
                "2017-03,2017-11",
            ],
            ["34 $ (1 personne)", "12 $ (3 et plus)", "Moyenne des répondants", "20 $ (1 personne, mars 2017)"],
            marks=pytest.mark.thorough,
        ),
        pytest.param(["--groups", "women,men"], ["34% (women)", "12% (men)"], marks=pytest.mark.thorough),
    ],
)
def test_an_edition_begins_with_the_languages_groups_and_unit_asked_for(options, shown, tmp_path, monkeypatch, capsys):
    """Nothing is left to mend: it is built, checked and the same again."""
    assert main(["new", str(tmp_path / "edition"), *options]) == 0
    monkeypatch.chdir(tmp_path / "edition")
    language = options[1].partition("-")[0] if "--language" in options else "en"
    page = Path(f"site/notebooks/{language}/1-commute.html").read_text(encoding="utf-8").replace("\u00a0", " ")
    assert [words for words in shown if words not in page] == [] and "](#" not in page
    assert problems(Path()) == [] and main(["rerun"]) == 0
    assert [*Path().glob("README.*")] == [Path("README.md")] or "--language" not in options
    assert Path("README.md").read_text(encoding="utf-8").startswith("# Inventé\n") == (language == "fr")
    for path in [*Path("data").rglob("*.csv"), *Path("article").rglob("*.*"), *Path("site").rglob("*.html")]:
        content = path.read_text(encoding="utf-8")
        assert not re.search(r"\b(?:towns?|suburbs?|villages?|banlieue)\b", content), path
        assert "Inventé" not in content or language == "fr" or "--language" not in options, path


@pytest.mark.parametrize("language", ["fr", ""])
@pytest.mark.parametrize("unit", ["dollars", "hours", "per-1000", "count", "points", "score"])
def test_an_edition_of_amounts_speaks_of_them_and_not_of_percentages(unit, language, tmp_path):
    """Whatever the unit and language: in every file that `new` writes, but for the question of shares."""
    copy_skeleton(tmp_path / "edition")
    apply_outline(tmp_path / "edition", Outline(language=language, unit=unit))
    shutil.rmtree(tmp_path / "edition/article/reviewed")  # which a build writes anew
    for path in [path for path in (tmp_path / "edition").rglob("*.*") if path.is_file()]:
        said = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("helmet,")]
        assert not re.search(r"percent(?!ages\(|ages, Survey)|pourcent|\d\s?%", "\n".join(said), re.IGNORECASE), path
    survey = load_survey(language or "fr", tmp_path / "edition")
    measure = survey.question("commute")["measure"]
    assert unit in ("count", "score") or _names_unit(measure, survey.language, unit), measure
    judge_claims(survey)


def _names_unit(measure, language, unit):
    words = load_grammar(language.code).units.get(unit, ("points",))
    return any(
        re.search(rf"\b{re.escape(word)}$", measure.replace("\u00a0", " "))
        for word in [*words, language.unit_name(unit)]
    )


def test_an_edition_in_a_third_language_begins_with_what_is_to_be_translated(tmp_path, monkeypatch, capsys):
    assert main(["new", str(tmp_path / "edition"), "--language", "it-IT"]) == 0
    assert "next: translate what article/locale/it.po lists" in capsys.readouterr().out
    listed = Path(tmp_path / "edition/article/locale/it.po").read_text(encoding="utf-8")
    assert "A judgment, which no figure can settle." in listed and "smallest gap before rounding" in listed
    assert "1 is yes, 2 is no" not in listed and '"lowest country"' not in listed
    monkeypatch.chdir(tmp_path / "edition")
    assert main(["build"]) == 1
    with Path("article/locale/it.po").open("rb") as file:
        catalogue = read_po(file)
    for message in catalogue:
        message.string = message.id
    with Path("article/locale/it.po").open("wb") as file:
        write_po(file, catalogue)
    assert main(["build"]) == 0 and main(["check", "--read", "--yes"]) == 0 and main(["rerun"]) == 0
    assert main(["translate", "it-IT", "--survey"]) == 0
    assert "1 is yes, 2 is no" in Path("article/locale/it.po").read_text(encoding="utf-8")
    assert '<html lang="it-IT"' in Path("site/index.html").read_text(encoding="utf-8")


@pytest.mark.thorough
def test_a_third_language_comes_with_the_catalogue_of_the_edition(edition, capsys):
    """All that it lacks is told at once, and written where it is to be translated; numbers are read in it, too."""
    assert main(["translate", "it-CH"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[:2] == ["article/locale/it.toml", "notebooks/it/1-commute.ipynb"]
    assert re.fullmatch(r"article/locale/it.po: \d+ sentences to translate", said[2])
    assert main(["build"]) == 1
    told = capsys.readouterr().err
    assert told.startswith("contre-enquete: article/locale/it.po: no translation of ") and told.count("\n") == 1
    assert said[2].split()[1] + " in all; contre-enquete translate it writes them there" in told
    with (edition / "article/locale/it.po").open("rb") as file:
        catalogue = read_po(file)
    assert catalogue["Bicycle"].locations == [("data/codebook/items.csv", 2)]
    for message in catalogue:
        message.string = message.id and (message.string or message.id.replace("Town", "Città"))
    with (edition / "article/locale/it.po").open("wb") as file:
        write_po(file, catalogue)
    assert main(["build"]) == 0
    assert main(["check", "--read", "--yes"]) == 0
    assert problems(edition) == []
    assert '<html lang="it-CH"' in (edition / "site/index.it.html").read_text(encoding="utf-8")
    assert main(["rerun"]) == 0
    replace_text(edition / "data/codebook/items.csv", "Bus", "Coach")
    capsys.readouterr()
    assert main(["translate", "it"]) == 0
    assert capsys.readouterr().out == "article/locale/it.po: 1 sentences to translate\n"


@pytest.mark.parametrize(("language", "found"), [("xx", "no language"), ("it_IT", "no language"), ("en", "a language")])
def test_a_language_that_cannot_be_translated_into_is_refused(language, found, edition, capsys):
    before = snapshot(edition)
    assert main(["translate", language]) == 1
    assert capsys.readouterr().err.startswith(f"contre-enquete: {language}: found {found}")
    assert snapshot(edition) == before


@pytest.mark.thorough
def test_its_version_is_its_own(edition, capsys):
    """In each notebook and page, whichever the engine's is."""
    replace_text(edition / "data/datapackage.json", '"version": "1.0.0"', '"version": "3.1.4"')
    assert main(["build"]) == 0
    for path in edition.glob("notebooks/*/*.ipynb"):
        first, *others = json.loads(path.read_text(encoding="utf-8"))["cells"]
        assert first["metadata"] == {"edition": "3.1.4"} and not any("edition" in cell["metadata"] for cell in others)
    for name in ("site/index.en.html", "site/notebooks/en/1-commute.html"):
        page = (edition / name).read_text(encoding="utf-8")
        assert "Edition 3.1.4, " in page and " Edition 3.1.4.<" in page and '"version":"3.1.4"' in page
    replace_text(edition / "data/datapackage.json", '"version": "3.1.4"', '"version": "new"')
    assert main(["build"]) == 1
    told = "data/datapackage.json, version: found 'new'; expected three numbers, such as '1.0.0'"
    assert capsys.readouterr().err == f"contre-enquete: {told}\n"


def test_what_is_still_invented_is_remarked(edition, capsys):
    """What pages say of the edition, and what the data package says of itself; another edition has nothing of it."""
    words = tomllib.loads((edition / "article/article.toml").read_text(encoding="utf-8"))["words"]
    package = json.loads((edition / "data/datapackage.json").read_text(encoding="utf-8"))
    described = {key: package[key] for key in ("name", "title", "homepage")}
    described |= {"author": package["contributors"][0]["title"]}
    assert main(["check"]) == 0
    said = capsys.readouterr().out.splitlines()[-1]
    assert said.startswith("Still of the invented article, to be replaced: article/article.toml, lines ")
    for name, values in (("article/article.toml", words), ("data/datapackage.json", described)):
        lines = (edition / name).read_text(encoding="utf-8").splitlines()
        told = re.search(rf"{name}, lines ([\d, ]+)", said)[1].split(", ")
        for value in values.values():
            assert any(f'"{value}"' in lines[int(number) - 1] for number in told), value
            replace_text(edition / name, f'"{value}"', f'"{value} no more"')
    assert placeholder_lines(edition) == "article/article.toml, line 1"
    assert placeholder_lines(PROJECT) == ""


@pytest.mark.thorough
def test_its_own_tests_pass(edition):
    settings = {"PYTHONPATH": str(PROJECT / "src"), "JUPYTER_DEFAULT_PROVISIONER_NAME": "contre-enquete-warm"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval", "notebooks", "tests"]
    run = subprocess.run(command, cwd=edition, env=os.environ | settings, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout
    assert "12 passed" in run.stdout


def test_nothing_of_this_article_shows_in_it(edition):
    for path in [*edition.glob("site/**/*.html"), *edition.glob("figures/*/*.svg")]:
        said = path.read_text(encoding="utf-8")
        assert not re.search(r"Microsoft|Ipsos|Conseiller|\bPME\b|\bSME|Contre-enquête", said), path


MUTATED = {
    "a value": (
        "data/survey.csv",
        "B1,commute,bicycle,town,34",
        "B1,commute,bicycle,town,43",
        "commute.bicycle.town is 43",
    ),
    "a number": ("notebooks/fr/1-commute.ipynb", "34\u00a0%", "43\u00a0%", "commute.bicycle.town is 34"),
    "a group": ("notebooks/en/1-commute.ipynb", "12% in villages", "12% in town", "is of: village"),
    "a link": ("notebooks/en/1-commute.ipynb", "#commute.car.village", "#commute.car.suburb", "is of: suburbs"),
    "a number without a link": (
        "notebooks/en/1-commute.ipynb",
        "And the car",
        "And the 87 cars",
        "number is not linked",
    ),
    "words of the chart": (
        "article/__init__.py",
        "[{number} in town]",
        "[{number}9 in town]",
        "2 numbers in one link; expected one",
    ),
}


@pytest.mark.parametrize(("file", "old", "new", "told"), MUTATED.values(), ids=MUTATED)
def test_what_is_wrong_is_told(file, old, new, told, edition):
    replace_text(edition / file, old, new)
    if file.endswith(".py"):
        replace_text(edition / "article/locale/fr.po", old, new)
    assert [problem for problem in problems(edition) if told in problem]


@pytest.mark.parametrize(("old", "new"), [("town,more", "town,lowest"), ("bicycle,town,more", "bicycle,village,more")])
def test_a_damaged_rule_or_leader_of_a_claim_is_found(old, new, edition, capsys):
    """The notebook shows the verdicts, and a fresh run has another."""
    replace_text(edition / "data/claims.csv", old, new)
    assert main(["rerun"]) == 1
    said = capsys.readouterr()
    assert all(f"notebooks/{code}/1-commute.ipynb" in said.out + said.err for code in ("en", "fr"))


NAMES = {
    "commute": "travel",
    "bicycle": "pedals",
    "town": "downtown",
    "suburb": "edge",
    "village": "country",
    "B1": "P7",
}
NAMING = {
    "source",
    "question",
    "item",
    "segment",
    "shown",
    "shown_total",
    "leader",
    "figures",
    "about",
}  # columns of identifiers


@pytest.mark.thorough
def test_other_names_do_as_well(edition):
    """No group, source, question or item is known by its name."""

    def renamed(text):
        return re.sub(r"[\w-]+", lambda match: NAMES.get(match[0], match[0]), text)

    for path in edition.glob("data/**/*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, reader.fieldnames)
            writer.writeheader()
            writer.writerows({k: renamed(v) if k in NAMING else v for k, v in row.items()} for row in rows)
    for path in [
        *edition.glob("article/**/*.*"),
        edition / "data/datapackage.json",
        *edition.glob("notebooks/*/*.ipynb"),
    ]:
        if path.suffix != ".pyc":
            text = path.read_text(encoding="utf-8")
            identifiers = r"(?<=#)[\w.-]+|\{\w+\}|\"\w+\"(?=[,:\]\s)])|figures\.\w+|def \w+|\b\w+(?=\(survey)|\(commute,\)|(?<=charts\[\\\")\w+"
            path.write_text(re.sub(identifiers, lambda match: renamed(match[0]), text), encoding="utf-8")
    assert main(["build"]) == 0
    assert problems(edition) == []
    assert main(["rerun"]) == 0
    assert "#travel.pedals.downtown" in (edition / "site/notebooks/fr/1-commute.html").read_text(encoding="utf-8")


@pytest.mark.thorough
def test_a_renamed_figure_leaves_nothing_behind(edition, capsys):
    replace_text(edition / "article/__init__.py", '"commute"', '"commute", name="ways"')
    assert main(["build"]) == 0
    named = sorted(path.name for path in edition.glob("**/fr/ways.*"))
    assert set(named) == {"ways.csv", "ways.html", "ways.png", "ways.svg"}
    capsys.readouterr()
    assert main(["build"]) == 0
    assert capsys.readouterr().out == "Nothing to do: site/index.html\n"


def test_a_figure_is_drawn_as_its_code_says_now(edition):
    """Also in a process that has drawn it before."""
    for name in ("one", "two"):
        replace_text(edition / "article/__init__.py", '"commute"', f'"commute", name="{name}"')
        chart = load_figures(edition).commute(load_survey("en", edition))
        replace_text(edition / "article/__init__.py", f'"commute", name="{name}"', '"commute"')
        assert chart.name == name


def test_two_figures_of_one_name_are_told(edition, capsys):
    replace_text(edition / "article/__init__.py", "FIGURES = (commute,)", "FIGURES = (commute, commute)")
    assert main(["build"]) == 1
    assert "two figures have the name commute; expected a name of its own" in capsys.readouterr().err


def test_a_figure_that_no_notebook_shows_is_told(edition, capsys):
    """In the language that lacks it."""
    path = edition / "notebooks/fr/1-commute.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] != "chart-1"]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    assert main(["check"]) == 1
    told = "charts.fr, commute: shown by no notebook in fr; expected a cell that shows it, run by make"
    assert [line for line in capsys.readouterr().out.splitlines() if "shown" in line] == [told]


def test_a_figure_that_is_shown_and_stands_not_in_figures_is_told(edition, capsys):
    replace_text(edition / "article/__init__.py", "FIGURES = (commute,)", "FIGURES = ()")
    assert main(["check"]) == 1
    told = "commute: shown by 1-commute.ipynb; expected its function in FIGURES, or no such cell"
    said = capsys.readouterr().out.splitlines()
    assert [f"charts.{language}, {told}" in said for language in ("en", "fr")] == [True, True]


def test_a_catalogue_that_cannot_be_read_is_told(edition, capsys):
    added(edition / "article/locale/fr.po", '\nmsgid "x')
    assert main(["build"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("contre-enquete: article/locale/fr.po: not a catalogue (") and said.count("\n") == 1


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path, capsys):
    (tmp_path / "mine").write_text("mine")
    before = snapshot(tmp_path)
    assert main(["new", str(tmp_path)]) == 1
    assert "there already, and not an empty folder; expected a new one" in capsys.readouterr().err
    assert main(["new", str(tmp_path / "mine")]) == 1
    assert snapshot(tmp_path) == before


def test_a_folder_that_cannot_be_made_is_told(tmp_path, capsys):
    (tmp_path / "file").write_text("mine")
    assert main(["new", str(tmp_path / "file/edition")]) == 1
    told = "edition: cannot be made (Not a directory); expected a folder that can be written"
    assert capsys.readouterr().err == f"contre-enquete: {told}\n"


def test_an_edition_is_not_begun_inside_another(copy, capsys):
    assert main(["new", "notebooks/mine"]) == 1
    assert "mine: inside another edition, un dossier à nous; expected a folder outside it" in capsys.readouterr().err
    assert not (copy / "notebooks/mine").exists()


def test_an_edition_may_begin_beside_another(copy, monkeypatch):
    """As the README says it: `contre-enquete new ../my-edition`, from within an edition."""
    built = []
    monkeypatch.setattr("contre_enquete.edition.new.build", lambda folder, report: built.append(folder))
    assert main(["new", "../my-edition"]) == 0
    assert built == [(copy.parent / "my-edition").resolve()]
    assert (copy.parent / "my-edition/article/article.toml").is_file()


# What CONTRIBUTING says of each addition: the files that it takes, and what shows that it is there. They prove that
# document, and take a build each.


@pytest.mark.thorough
def test_walk_a_claim(edition):
    """Two files: a row of claims.csv, and its sentences, which whoever wrote them marks as read."""
    added(
        edition / "data/claims.csv",
        'car-villages,2,"En auto, les villages mènent","By car, villages lead",en auto,commute.car,village,more,,,,',
    )

    claim = judge_claims(load_survey("en", edition))[-1]
    assert (claim.claim, claim.figure, claim.wording) == ("car-villages", "source", "fits")
    assert main(["check", "--read", "--yes"]) == 0
    assert problems(edition) == []


@pytest.mark.thorough
def test_walk_a_source(edition):
    """Two files: a row of sources.csv, and its figures in survey.csv. What it prints otherwise is found."""
    added(
        edition / "data/sources.csv", "B3,Le Copiste,Tous à vélo,fr,2020-06,https://copiste.example,secondary,invented"
    )
    added(edition / "data/survey.csv", "B3,commute,bicycle,town,43,,,first line,read")

    found = [(c.kind, c.sources, c.says) for c in find_contradictions(load_survey("en", edition))]
    assert ("value", ("B3",), "43") in found
    assert main(["build"]) == 0
    assert "Le Copiste" in (edition / "site/notebooks/fr/1-commute.html").read_text(encoding="utf-8")


@pytest.mark.thorough
def test_walk_a_question(edition):
    """Five files: questions.csv, items.csv, survey.csv, the notebook that cites it (in each language), and its
    sentences, marked.
    """
    added(
        edition / "data/codebook/questions.csv",
        "rain,Pluie,Rain,Part des répondants,Share of respondents,répondants,respondents,percent,invented,B1,",
    )
    added(edition / "data/codebook/items.csv", "rain,agree,Sortent sous la pluie,Go out in the rain,pluie,rain")
    added(edition / "data/survey.csv", "B1,rain,agree,town,61,,,paragraph 4,read")
    replace_text(
        edition / "notebooks/en/1-commute.ipynb", "By car,", "In the rain, [61% in town](#rain.agree.town). By car,"
    )
    assert main(["check", "--read", "--yes"]) == 0
    assert problems(edition) == []


@pytest.mark.thorough
def test_walk_a_figure(edition):
    """Four files: the function and its place in FIGURES, its words in French, the cell that shows it, its sentences,
    marked.
    """
    replace_text(edition / "article/__init__.py", "FIGURES = (commute,)", HELMETS + "\n\nFIGURES = (commute, helmets)")
    added(
        edition / "article/locale/fr.po",
        '\nmsgid "Helmets: [{number} in town](#helmet.agree.town)"\n'
        'msgstr "Casque : [{number} en ville](#helmet.agree.town)"\n'
        '\nmsgid "Bar chart. {values}."\nmsgstr "Graphique à barres. {values}."',
    )
    for path in edition.glob("notebooks/*/*.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        (place, cell), *_ = [(n, cell) for n, cell in enumerate(notebook["cells"]) if cell["id"] == "chart-1"]
        notebook["cells"].insert(place + 1, cell | {"id": "chart-2", "source": 'edition.charts["helmets"]'})
        path.write_text(json.dumps(notebook), encoding="utf-8")
    assert main(["build"]) == 0
    assert main(["check", "--read", "--yes"]) == 0
    assert problems(edition) == []
    assert "Helmets: 44% in town" in (edition / "figures/en/helmets.svg").read_text(encoding="utf-8")
    assert 'id="figure-helmets"' in (edition / "site/notebooks/fr/1-commute.html").read_text(encoding="utf-8")


HELMETS = '''
def helmets(survey: Survey) -> Chart:
    """Who wears a helmet."""
    title = "Helmets: [{number} in town](#helmet.agree.town)"
    return Percentages(survey, "helmet", name="helmets").bars(title, "Bar chart. {values}.")
'''


@pytest.mark.thorough
def test_walk_a_summary(edition):
    """Two files, and one more for each language: the claims that it judges, its sentences, marked, and the text;
    without a text there is none.
    """
    assert not list(edition.glob("site/summary.*"))
    replace_text(edition / "article/article.toml", "[groups]", '[summary]\nclaims = ["bicycle-more"]\n\n[groups]')
    for language, text in {"fr": "[34\u00a0% en ville](", "en": "[34% in town]("}.items():
        text = f"# Bicycle\n\n{text}#commute.bicycle.town).\n\n## Too\n\nMore.\n"
        (edition / f"article/summary.{language}.md").write_text(text, encoding="utf-8")
    assert main(["build"]) == 0
    assert main(["check", "--read", "--yes"]) == 0
    assert problems(edition) == []
    page = (edition / "site/summary.en.html").read_text(encoding="utf-8")
    assert '<a href="notebooks/en/1-commute.html#commute.bicycle.town">34% in town</a>' in page
    assert page.index("<figure") < page.index("By bicycle, town leads") < page.index("Too</h2>")
    assert 'href="summary.en.html"' in (edition / "site/index.en.html").read_text(encoding="utf-8")
    replace_text(edition / "article/article.toml", "bicycle-more", "bicycle-less")
    with pytest.raises(DataError, match=r"summary\.claims: found 'bicycle-less'; expected a claim of the data package"):
        load_survey("en", edition)


def test_doors_are_told_of_notebooks_that_they_miss_or_do_not_have(edition):
    """Without doors, each notebook has a card; with some, all notebooks stand behind one."""
    page = (edition / "site/index.en.html").read_text(encoding="utf-8")
    assert page.count('<section class="card">') == 1 and 'class="door"' not in page
    declared = (edition / "article/article.toml").read_text(encoding="utf-8")
    door = '\n[doors.{0}]\ntitle = "An invented chart"\nwords = "Everything here is invented."\nnotebooks = ["{1}"]\n'
    for doors, expected in [
        (door.format("read", "1-commute"), set()),
        (door.format("read", "1-comute"), {"1-comute: no notebook in en has this name", "1-commute: behind no door of article.toml; expected one"}),
        (door.format("read", "1-commute") + door.format("again", "1-commute"), {"1-commute: behind two doors; expected one"}),
    ]:  # fmt: skip
        (edition / "article/article.toml").write_text(declared + doors, encoding="utf-8")
        assert {line.partition("doors, ")[2] for line in problems(edition) if "pages.en, doors" in line} == expected


@pytest.mark.thorough
def test_walk_a_notebook(edition):
    """One file for each language; pages, neighbours and the opening page follow."""
    for language in ("fr", "en"):
        first = edition / f"notebooks/{language}/1-commute.ipynb"
        (edition / f"notebooks/{language}/2-again.ipynb").write_bytes(first.read_bytes())
    assert main(["build"]) == 0
    page = (edition / "site/notebooks/fr/1-commute.html").read_text(encoding="utf-8")
    assert 'rel="next" href="2-again.html"' in page
