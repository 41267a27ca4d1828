"""A survey of several waves: a question for each, changes between them, and texts that tell the wrong year fail."""

import re
import shutil
from dataclasses import replace

import pytest

from conftest import add_margins, edit_table, slow_rows_after
from contre_enquete.charts.lines import Trend
from contre_enquete.charts.plots import Style
from contre_enquete.edition.tracing import trace_text
from contre_enquete.errors import DataError
from contre_enquete.figures.registry import index_figures
from contre_enquete.statistics.inference import newcombe
from contre_enquete.survey.claims import judge_claims
from contre_enquete.survey.contradictions import find_contradictions
from contre_enquete.survey.model import load_survey
from contre_enquete.text.links import strip_links

CHANGE = "#change.commute.{}.2015.2017"


@pytest.fixture(scope="module")
def survey(waves_project):
    return load_survey("en", waves_project)


@pytest.fixture
def damaged(waves_project, tmp_path):
    """Return a function that loads a copy of the edition with files that functions have changed."""

    def load(changes):
        shutil.copytree(waves_project, tmp_path / "copy")
        for name, change in changes.items():
            path = tmp_path / "copy" / name
            if path.suffix == ".csv":
                edit_table(path, change)
            else:
                path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
        return load_survey("en", tmp_path / "copy")

    return load


def test_each_wave_is_a_question_of_its_own(survey):
    assert list(survey.questions["question"]) == ["commute@2015", "commute@2017", "helmet"]
    assert survey.percent("commute@2015", "bicycle", "town") == 34
    assert survey.percent("commute@2017", "bicycle", "town") == 42
    assert survey.question("commute@2017")["label"] == "Going to work, 2017"
    assert [(c.question, c.says) for c in find_contradictions(survey)] == [
        ("commute@2015", "31"),
        ("commute@2017", "27"),
    ]


@pytest.mark.parametrize(
    ("reference", "value", "unit"),
    [
        ("change.commute.bicycle.town.2015.2017", 8, "points"),
        ("change.commute.bus.town.2015.2017", -4, "points"),
        ("change.commute.car.town.2015.2017", 0, "points"),
        ("change-percent.commute.walk.town.2015.2017", 100, "percent"),
        ("change-low.commute.bus.town.2015.2017", -5, "points"),
        ("change-high.commute.bus.town.2015.2017", -3, "points"),
        ("gap.commute@2017.bicycle", 22, "points"),
    ],
)
def test_a_figure_of_waves(survey, reference, value, unit):
    figure = index_figures(survey)[reference]
    assert (figure.value, figure.unit) == (value, unit)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("In 2017, [42%](#commute@2017.bicycle.town) of town went by bicycle.", ""),
        ("In 2015, [42%](#commute@2017.bicycle.town) of town went by bicycle.", "names: 2015; "),
        ("In 2016, [42%](#commute@2017.bicycle.town) of town went by bicycle.", "names: 2016; "),
        ("In 2016, many did. By bicycle, [42%](#commute@2017.bicycle.town) of town.", "names: 2016; "),
        ("In 2017, many did. By bicycle, [42%](#commute@2017.bicycle.town) of town.", ""),
        ("In 2016, many did.\n\nBy bicycle, [42%](#commute@2017.bicycle.town) of town.", ""),
        ("In town, by bicycle, [34%](#commute@2015.bicycle.town) in 2017, [42%](#commute@2017.bicycle.town) in 2015.", "no year"),
        (f"From 2015 to 2017, bicycles in town rose by [8 points]({CHANGE.format('bicycle.town')}).", ""),
        (f"From 2013 to 2017, bicycles in town rose by [8 points]({CHANGE.format('bicycle.town')}).", "names: 2013; "),
        (f"Bicycles in town fell by [8 points]({CHANGE.format('bicycle.town')}).", "direction: found a fall; "),
        (f"Buses in town rose by [4 points]({CHANGE.format('bus.town')}).", "direction: found a rise; "),
        (f"Buses in town: [4 points]({CHANGE.format('bus.town')}).", "direction: found no word for it; "),
        (f"Buses in town: [−4 points]({CHANGE.format('bus.town')}).", ""),
        (f"Buses in town fell by [more than 3 points]({CHANGE.format('bus.town')}).", ""),
        (f"Buses in town fell by [4%]({CHANGE.format('bus.town')}).", "unit: found percent; "),
        (f"Buses in villages fell by [4 points]({CHANGE.format('bus.town')}).", "names: villages; "),
        (f"Cars in town rose by [0 points]({CHANGE.format('car.town')}).", "direction: found a rise; "),
        ("By bicycle, [42%](#commute.bicycle.town).", "figure 'commute.bicycle.town': not found; the nearest is 'commute@"),
    ],
)  # fmt: skip
def test_a_text_that_tells_the_wrong_year_or_direction_fails(survey, text, fault):
    faults = [problem.fault for problem in trace_text(text, survey).problems]
    assert bool(faults) == bool(fault) and all(found.startswith(fault) for found in faults)


def test_months_and_names_of_waves_are_held_against_a_text(damaged):
    def rename(text):
        return text.replace('"2015", "2017"]', '"2017-03", "2017-11"]').replace("@2017", "@2017-11")

    def move(rows):
        return [row | {"wave": {"2015": "2017-03", "2017": "2017-11"}.get(row["wave"], "")} for row in rows]

    survey = damaged({"article/article.toml": rename, "data/survey.csv": move})
    assert survey.question("commute@2017-11")["label"] == "Going to work, November 2017"
    told = "In {}, [42%](#commute@2017-11.bicycle.town) of town went by bicycle."
    faults = {
        when: bool(trace_text(told.format(when), survey).problems)
        for when in ("November 2017", "2017", "May 2017", "2016")
    }
    assert faults == {"November 2017": False, "2017": False, "May 2017": True, "2016": True}


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("article/article.toml", lambda text: text.replace('["2015"', '["2014"'), r"survey\.csv, row 2, column wave: found '2015'; expected a wave of .*: 2014, 2017; the nearest is"),
        ("article/article.toml", lambda text: text.replace('"2017"]', '"2017", "2019"]'), r"waves\.order: found '2019'; expected a wave of data/survey\.csv"),
        ("article/article.toml", lambda text: text.replace('"2015", "2017"', '"2015", "then"'), r"waves\.order: found 'then'; expected a year, month or day, or waves\.labels\.then"),
        ("data/survey.csv", lambda rows: [rows[0] | {"wave": ""}, *rows[1:]], r"survey\.csv, row 3, column wave: found '2017'; expected nothing, as in the first row of commute"),
        ("data/datapackage.json", lambda text: text.replace(', "wave"]', "]"), "table survey, primaryKey: found no wave; expected source, question, item, segment, wave"),
        ("data/datapackage.json", lambda text: text.replace('"wave", "type": "string"', '"wave", "type": "integer"'), "column wave: found the type integer; expected string"),
    ],
)  # fmt: skip
def test_waves_that_cannot_be_used_are_refused_in_a_line(damaged, name, change, message):
    with pytest.raises(DataError, match=message) as error:
        damaged({name: change})
    assert "\n" not in str(error.value)


def judge(survey, rule, about):
    """Return how a claim with this rule and reference is judged, and why."""
    row = survey.claims.iloc[[-1]].assign(rule=rule, leader="", about=about, reading="", figures="commute@2017.bicycle")
    (claim,) = judge_claims(replace(survey, claims=row))
    return claim


@pytest.mark.parametrize(
    ("rule", "about", "wording"),
    [
        ("up", "change.commute.bicycle.town.2015.2017", "fits"),
        ("up", "change.commute.bicycle.2015.2017", "fits"),  # in each group
        ("up", "change.commute.bus.town.2015.2017", "reverses"),
        ("up", "change.commute.car.town.2015.2017", "not judged"),  # the same, which rounding may hide
        ("down", "change.commute.bus.2015.2017", "fits"),
        ("down", "change.commute.bus.2015.2017 change.commute.bicycle.town.2015.2017", "reverses"),
        ("unchanged", "change.commute.car.2015.2017", "fits"),
        ("unchanged", "change.commute.bus.town.2015.2017", "reverses"),
        ("doubled", "change.commute.walk.town.2015.2017", "fits"),  # 27, then 54
        ("doubled", "change.commute.walk.suburb.2015.2017", "fits"),  # 11, then 38
        ("doubled", "change.commute.bicycle.town.2015.2017", "overstates"),  # 34, then 42
        ("doubled", "change.commute.bus.town.2015.2017", "reverses"),
        ("halved", "change.commute.bus.village.2015.2017", "fits"),  # 9, then 5
        ("halved", "change.commute.bus.town.2015.2017", "overstates"),  # 41, then 37
        ("halved", "change.commute.bicycle.town.2015.2017", "reverses"),
    ],
)
def test_words_of_change_are_judged(survey, rule, about, wording):
    claim = judge(survey, rule, about)
    assert claim.wording == wording
    assert trace_text(claim.wording_reason, survey).problems == ()


def test_a_group_that_one_wave_lacks_leaves_the_words_open(survey):
    rows = survey.figures
    lost = (rows["question"] == "commute@2015") & (rows["item"] == "bicycle") & (rows["segment"] == "suburb")
    assert judge(replace(survey, figures=rows[~lost]), "up", "change.commute.bicycle.2015.2017").wording == "not judged"


@pytest.mark.parametrize(
    "about", ["commute@2017.bicycle", "change.commute.bicycle.2017.2015", "change.commute.bicycle.town.2015.2019"]
)
def test_a_word_of_change_needs_a_change(survey, about):
    with pytest.raises(DataError, match=rf"column about: found '{about}'; expected change\.question\.item\[\.group\]"):
        judge(survey, "up", about)


def test_a_change_has_limits_where_margins_are_published(damaged):
    """Newcombe's, of 34 and 42 percent of 300 respondents each."""
    survey = damaged({"article/article.toml": lambda text: text})
    assert "low.change.commute.bicycle.town.2015.2017" not in index_figures(survey)
    add_margins(
        survey.project,
        "source,segment,n,margin,locator,certainty",
        *(f"B1,{g},300,,page 2,read" for g in ("town", "suburb", "village")),
    )
    survey = load_survey("en", survey.project)
    figures = [index_figures(survey)[f"{end}.change.commute.bicycle.town.2015.2017"] for end in ("low", "high")]
    limits = [100 * float(limit) for limit in newcombe(0.34, 300, 0.42, 300)]
    assert [figure.value for figure in figures] == [round(limit, 1) for limit in limits]
    assert figures[0].details == ("from the published number of respondents",)
    claim = judge(survey, "up", "change.commute.bicycle.village.2015.2017")  # 12, then 20
    assert claim.wording == "fits" and "from the published numbers of respondents" in claim.wording_reason
    assert judge(survey, "unchanged", "change.commute.bus.town.2015.2017").wording == "not judged"  # 41, then 37
    for rule in ("doubled", "halved"):
        claim = judge(survey, rule, "change.commute.bus.town.2015.2017")
        assert claim.wording_reason.endswith("The verdict allows for rounding alone; chance is not judged.")


@pytest.mark.parametrize(
    ("header", "rows", "told"),
    slow_rows_after(
        1,
        [
            (",wave", (",2015", ",2017"), "town\xa0±5.7 points (2015), town\xa0±5.7 points (2017)."),
            (",question", (",commute",), "town\xa0±5.7 points (2015), town\xa0±5.7 points (2017)."),
            ("", ("",), "town\xa0±5.7 points."),
        ],
    ),
)
def test_the_note_of_a_line_chart_is_traced_whatever_its_margins_are_of(header, rows, told, damaged):
    """The years of what other sources print stand before it, and must not be taken for those of the margins."""
    copied = ("B2", "commute", "bicycle", "town", "2017")

    def print_otherwise(table):
        names = ("source", "question", "item", "segment", "wave")
        return [row | ({"value": "39"} if tuple(row[name] for name in names) == copied else {}) for row in table]

    survey = damaged({"data/survey.csv": print_otherwise})
    add_margins(
        survey.project,
        f"source,segment,n,margin,locator,certainty{header}",
        *(f"B1,town,300,5.7,page 2,read{row}" for row in rows),
    )
    survey = load_survey("en", survey.project)
    note = (
        Trend(survey, "commute", "bicycle", {"town": Style("#0B4F8A", "#0B4F8A")}).lines("Title", "{values}").words.note
    )
    assert "(2017)](#commute@2017.bicycle.town.B2) (" in note and told in strip_links(note)
    assert not trace_text(note, survey).problems


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (f"Since 2015, bicycles in town rose by [8 points]({CHANGE.format('bicycle.town')}).", ""),
        (f"Since 2017, bicycles in town rose by [8 points]({CHANGE.format('bicycle.town')}).", "since 2017; "),
        (f"Bicycles in town rose to [42%](#commute@2017.bicycle.town) in 2017 (2016: no poll), by [8 points]({CHANGE.format('bicycle.town')}) since 2015.", ""),
        (f"In 2016, bicycles in town rose by [8 points]({CHANGE.format('bicycle.town')}) since 2015.", "names: 2016; "),
        ("## In 2016\n\nBy bicycle, [42%](#commute@2017.bicycle.town) of town.", "names: 2016; "),
        ("## In 2017\n\nBy bicycle, [42%](#commute@2017.bicycle.town) of town.", ""),
        ("In 2016:\n\n- bicycle, town: [42%](#commute@2017.bicycle.town)", "names: 2016; "),
        ("| Bicycle, town | 2015 | 2017 |\n|---|---|---|\n| share | [42%](#commute@2017.bicycle.town) | |", "names: 2015; "),
    ],
)  # fmt: skip
def test_the_year_may_stand_above_a_sentence(survey, text, fault):
    faults = [problem.fault for problem in trace_text(text, survey).problems]
    assert bool(faults) == bool(fault) and all(found.startswith(fault) for found in faults)


@pytest.mark.parametrize(
    ("rule", "about", "nearest"),
    [
        ("majority", "commute.bicycle", "commute@2017.bicycle"),
        ("up", "change.commute.bycicle.2015.2017", "commute.bicycle"),
    ],
)
def test_a_reference_to_nothing_names_the_nearest_item(survey, rule, about, nearest):
    with pytest.raises(DataError, match=rf"; the nearest is '{re.escape(nearest)}'$"):
        judge(survey, rule, about)
