"""The page of any survey: which steps it makes stale, what it shows of whatever was asked, and that nothing fails."""

import re
import sys
from dataclasses import replace
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from conftest import PROJECT, copy_project, slow_after
from contre_enquete import load_edition
from contre_enquete.answers.table import TABLE_COLUMNS
from contre_enquete.charts import palette
from contre_enquete.charts.own import draw_own_questions
from contre_enquete.charts.parts import PARTS
from contre_enquete.display.own import OwnSurvey
from contre_enquete.edition.build import build
from contre_enquete.edition.outputs import leave_out_empty_parts
from contre_enquete.edition.workbench import Workbench
from contre_enquete.notebooks.run import read_notebook
from contre_enquete.project import digest_contents
from contre_enquete.survey.model import CopyOnRead

NOTEBOOKS = sorted(PROJECT.glob("notebooks/en/*.ipynb"))


def write_table(project, rows):
    """Write a table of one's own, of rows given by what is not empty in them."""
    table = pd.DataFrame([{"source": "Canteen survey"} | row for row in rows], columns=TABLE_COLUMNS)
    table.to_csv(project / "data/yours.csv", index=False)


def share(question, item, segment="total", percent=40.0, **more):
    limits = {} if percent is None else {"percent": percent, "lower": percent - 8, "upper": percent + 8}
    return {"question": question, "item": item, "segment": segment, "base": 90, "kind": "one"} | limits | more


SURVEYS = {  # what somebody may have asked
    "a name of any form": [share("Où manger?", "à l’école"), share("Où manger?", "1/2", percent=12.0)],
    "one question": [share("lunch", "soup"), share("lunch", "salad", percent=12.0)],
    "all hidden": [share("lunch", item, percent=None, withheld="yes") for item in ("soup", "salad")],
    "numbers": [
        {"question": "wait", "item": "minutes", "segment": segment, "base": 45, "kind": "number", "mean": mean,
         "lower": mean - 2, "upper": mean + 2, "unit": "minutes", "breakdown": "site" if segment != "total" else ""}
        for segment, mean in (("north", 12.5), ("south", 120.0), ("total", 66.0))
    ],
    "a scale": [
        share("food", "taste", percent=70.0, kind="scale", counted="4 / 5"),
        *(share("food", f"taste-value-{n}", percent=percent, kind="value", item_label=str(n))
          for n, percent in enumerate((5.0, 10.0, 15.0, 30.0, 40.0), 1)),
    ],
    "many groups": [
        share("lunch", "soup", f"floor-{n}", percent=20.0 + n, breakdown="floor") for n in range(12)
    ] + [share("lunch", "soup", "wing-a", breakdown="wing"), share("lunch", "soup")],
    "signs without a letter": [share("lunch", "soup", item_label="🍲 Soupe du jour", question_label="Qu’aimez-vous? 😀")],
    "names of any length": [share("lunch", "soup", item_label="Une soupe qui " + "mijote longtemps " * 12)],
}  # fmt: skip


@pytest.fixture
def project(tmp_path):
    return copy_project(tmp_path / "project")


@pytest.fixture
def list_stale(monkeypatch):
    """Returns the steps whose inputs a change of a project changes, without making any of them."""

    def list_stale(project, change):
        digests = []
        for act in (lambda: None, change):
            act()
            digests.append({})
            with monkeypatch.context() as patched:
                patched.setattr(
                    Workbench,
                    "steps",
                    lambda bench, steps, seen=digests[-1]: seen.update(
                        {name: digest_contents(*inputs) for name, inputs, _ in steps}
                    ),
                )
                patched.setattr(Workbench, "finish", lambda bench: None)
                build(project)
        before, after = digests
        return [name for name in after if before.get(name) != after[name]]

    return list_stale


@pytest.mark.thorough  # test_stale.py compares what is made with a build from nothing
def test_another_survey_of_ones_own_makes_its_notebook_figures_and_pages_alone(project):
    build(project, report=lambda step: None)
    write_table(project, SURVEYS["one question"])
    (project / "data/yours-differences.csv").unlink()
    made: list[str] = []
    build(project, report=made.append)
    expected = {"data", "site/data", "site/index.html", "site/index.en.html"}
    for code in ("en", "fr"):
        expected |= {f"figures/{code}/own", f"runs/{code}/8-yours", f"notebooks/{code}/8-yours.ipynb"}
        expected |= {f"site/notebooks/{code}/8-yours.html", f"site/figures/{code}/8-yours"}
        expected.add(f"site/corrections.{code}.html")  # with the summary, which links to rows of all notebooks
    assert set(made) == expected


@pytest.mark.slow
def test_a_new_result_makes_its_page_stale_alone(project, list_stale):
    path = project / "notebooks/en/8-yours.ipynb"
    text = path.read_text(encoding="utf-8")
    assert list_stale(project, lambda: path.write_text(text.replace("Invented", "Imagined"), encoding="utf-8")) == [
        "site/notebooks/en/8-yours.html", "site/index.en.html",
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_other_notebook_reads_the_survey_of_ones_own(path, monkeypatch):
    """So that its table need not be an input of theirs."""
    read = CopyOnRead.__get__
    asked = []

    def watch(table, survey, owner):
        if Path(sys._getframe(1).f_code.co_filename).name != "dataclasses.py":  # which copies a survey
            asked.append(table.name)
        return read(table, survey, owner)

    load_edition("en", PROJECT).survey.results.clear()
    monkeypatch.setattr(CopyOnRead, "__get__", watch)
    monkeypatch.chdir(PROJECT)
    names = {}
    for cell in read_notebook(path).cells:
        if cell.cell_type == "code" and ".register(" not in cell.source:
            exec(cell.source, names)
    assert ("yours" in asked) == (path.stem == "8-yours")


@pytest.mark.slow
@pytest.mark.parametrize("name", SURVEYS)
@pytest.mark.parametrize("language", ["fr", pytest.param("en", marks=pytest.mark.thorough)])
def test_any_survey_has_a_chart_for_each_question(name, language, project):
    write_table(project, SURVEYS[name])
    edition = load_edition(language, project)
    own = edition.own
    series = own.questions().parts()
    asked = dict.fromkeys(row["question"] for row in SURVEYS[name])
    names = [f"own-{question}".replace("Où manger?", "ou-manger") for question in asked]
    assert [entry["chart"]["name"] for entry in series["entries"]] == names
    assert own.beside().frame.empty and own.differences().frame.empty
    assert "2013" not in repr(own.summary()) + str([entry["chart"]["notes"] for entry in series["entries"]])
    for entry in series["entries"]:
        for row in (row for row in SURVEYS[name] if row.get("percent") and row.get("breakdown") != "wing"):
            percent = edition.survey.language.percent(row["percent"], 1)
            assert any(percent in cell for cells in entry["chart"]["table"]["rows"] for cell in cells), percent


@pytest.mark.parametrize("shown", slow_after(1, [(10.0, None, None, 30.0, 40.0), (None,) * 5]))
def test_hidden_answers_to_a_scale_are_one_part_of_the_bar(shown, project):
    values = [
        share("food", f"taste-value-{n}", percent=percent, kind="value", item_label=f"mark {n}",
              counted="4 / 5" if n > 3 else "", withheld="" if percent else "yes")
        for n, percent in enumerate(shown, 1)
    ]  # fmt: skip
    write_table(project, [share("food", "taste", percent=70.0, kind="scale", counted="4 / 5"), *values])
    (chart,) = draw_own_questions(load_edition("en", project).survey)
    widths = [bar.get_width() for bar in chart.figure.axes[0].patches]
    if any(shown):
        assert widths == pytest.approx([10, 20, 30, 40])
        assert (
            "70.0% (mark 1 10.0%, mark 2 hidden, mark 3 hidden, mark 4 30.0%, mark 5 40.0%)" in chart.words.alternative
        )
    else:
        assert not widths and "is shown only without weights" in chart.words.note
        assert len(chart.table) == 1


VALUES = {"mark": (20.0, 30.0, 50.0), "finish": (10.0, None, None)}


@pytest.mark.parametrize("number", [3, 9], ids=["a bar", "more values than a bar has colours"])
def test_a_scale_without_a_share_of_its_highest_values_is_drawn_whole(number, project):
    rows = [
        row
        for scale, shown in VALUES.items()
        for row in [
            share("food", scale, percent=None, kind="scale", item_label=f"The {scale}"),
            *(
                share("food", f"{scale}-value-{place}", percent=percent, kind="value", item_label=f"grade {place}",
                      withheld="yes" if percent is None else "")
                for place, percent in enumerate([*shown, *[0.0] * (number - 3)], 1)
            ),
        ]
    ]  # fmt: skip
    write_table(project, rows)
    (chart,) = draw_own_questions(load_edition("en", project).survey)
    axes = chart.figure.axes[0]
    drawn = [text.get_text() for text in axes.texts]
    if number == 3:
        assert [bar.get_width() for bar in axes.patches] == pytest.approx([20, 30, 50, 10, 90])
        colours = [to_hex(bar.get_facecolor()).upper() for bar in axes.patches]
        assert colours[:3] == [palette.VERMILION_TEXT, palette.GRID_GREY, palette.BLUE] and colours[4] == palette.PAPER
        assert "The mark: all respondents (grade 1 20.0%, grade 2 30.0%, grade 3 50.0%)" in chart.words.alternative
        assert "all respondents (grade 1 10.0%, grade 2 hidden, grade 3 hidden)" in chart.words.alternative
        assert {"The mark", "The finish"} <= set(drawn) and not [text for text in drawn if "%" in text]
    else:
        assert not axes.patches and {"20.0%", "10.0%", "hidden"} <= set(drawn)
    assert chart.words.subtitle.startswith("Share of each answer, in %") == (number == 3)
    assert [*chart.table.index] == [f"The {scale}: grade {place}" for scale in VALUES for place in range(1, number + 1)]


def test_bars_of_one_scale_have_no_name_beside_the_title(project):
    rows = [
        share("food", "food", percent=None, kind="scale", question_label="The food", item_label="The food"),
        *(share("food", f"food-value-{n}", percent=50.0, kind="value", item_label=f"grade {n}") for n in (1, 2)),
    ]
    write_table(project, rows)
    (chart,) = draw_own_questions(load_edition("en", project).survey)
    assert chart.words.title == "The food" and [*chart.table.index] == ["grade 1", "grade 2"]
    assert [text.get_text() for text in chart.figure.axes[0].texts] == ["50", "50"]


@pytest.mark.slow
def test_tests_of_whole_questions_stand_before_differences(project):
    """One of all answers, and one of the means of three groups; that of two groups would say what their pair says."""
    rows = [share("food", f"meal-{n}", "here", kind="one", question_label="Food") for n in "ab"]
    ages = [
        share("age", item, "here", kind="number", question_label="Ages", item_label=item, percent=None, mean=40.0)
        for item in ("age", "years")
    ]
    write_table(project, [*rows, *ages])
    pair, test = "{},b,x,{},3,2,-1,7,,,90,0.2,0.4,\n", "{},b,,,,,,,3,1,90,{},{},\n"
    lines = [
        pair.format("food,meal-a", "y"), test.format("food,", 0.01, 0.02), test.format("food,meal-a", 0.03, 0.06),
        test.format("age,age", 0.5, 1), *(pair.format("age,age", group) for group in "yz"),
        test.format("age,years", 0.5, 1), pair.format("age,years", "y"),
    ]  # fmt: skip
    path = project / "data/yours-differences.csv"
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n" + "".join(lines), encoding="utf-8")
    for language, words in (("en", "all groups"), ("fr", "tous les groupes")):
        frame = load_edition(language, project).own.differences().frame
        assert [*frame.index[:2]] == ["Food", "Ages: age" if language == "en" else "Ages\u00a0: age"]
        assert [cell == words for cell in frame.iloc[:, 0]] == [True, True, *[False] * (len(frame) - 2)]
    assert [*frame.iloc[:2, 1]] == ["oui", "non"]


@pytest.mark.slow
def test_a_base_is_not_told_as_the_number_of_people():
    """Where that is hidden, as in the shipped example, of whom a few gave no answer to some question."""
    survey = load_edition("en", PROJECT).survey
    known = replace(survey, yours=survey.yours.assign(n=400.0))
    assert survey.yours["n"].isna().all()
    assert f"Largest base, in people: {survey.yours['base'].max():g}; questions: 1" in repr(OwnSurvey(survey).summary())
    assert "People: 400; questions: 1" in repr(OwnSurvey(known).summary())


def test_parts_of_a_page_without_a_row_are_left_out():
    """The cards of what they alone cite too, and a register that is left empty."""

    def output(**parts):
        return nbformat.v4.new_output("execute_result", {PARTS: parts})

    def notebook(rows):
        table = output(table={"rows": rows})
        register = output(register={"caption": "", "cards": [{"reference": "sample.countries", "html": ""}]})
        return nbformat.v4.new_notebook(
            cells=[
                nbformat.v4.new_markdown_cell("# Title", id="title"),
                nbformat.v4.new_markdown_cell("## Beside\n\n[32 countries](#sample.countries)", id="beside"),
                nbformat.v4.new_code_cell("table", outputs=[table], id="table"),
                nbformat.v4.new_markdown_cell("### Limits", id="limits"),
                nbformat.v4.new_markdown_cell("## Figures", id="figures"),
                nbformat.v4.new_code_cell("register", outputs=[register], id="register"),
                nbformat.v4.new_markdown_cell("## End", id="end"),
            ]
        )

    def kept(rows):
        return [cell.id for cell in leave_out_empty_parts(notebook(rows)).cells]

    assert kept([]) == ["title", "end"]
    assert kept([["a"]]) == ["title", "beside", "table", "limits", "figures", "register", "end"]


@pytest.mark.slow
def test_the_page_that_ships_says_that_its_survey_is_invented(site):
    page = (Path(site) / "notebooks/en/8-yours.html").read_text(encoding="utf-8")
    assert "nobody answered it" in page and "Invented example: tools used for work" in page
    assert re.search(r'<figure id="figure-own-tools">.*?own-tools\.png', page, re.DOTALL)
