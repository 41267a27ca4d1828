"""The sentences that a class judges: each is right or wrong as the answers say."""

import re

import nbformat
import pytest

import article.exercises as exercises
from conftest import PROJECT
from contre_enquete.survey.model import load_survey


@pytest.fixture(params=["fr", "en"])
def survey(request):
    return load_survey(request.param)


def test_a_sentence_is_changed_where_the_answers_say_that_it_is_wrong(survey):
    posed, judged = (exercises.pose_sentences(survey).frame, exercises.judge_sentences(survey).frame)
    right = survey.language.say("right")
    assert list(posed.index) == list(judged.index)
    for sentence, (correct, said) in zip(posed.iloc[:, 0], judged.to_numpy(), strict=True):
        assert (sentence == correct) == (said == right)
    assert 1 < (judged.iloc[:, 1] == right).sum() < len(judged) - 2


def read_sections(path):
    """Each section's words, by the id of the cell with its title."""
    sections, name = {}, ""
    for cell in nbformat.read(path, 4).cells:
        if cell.cell_type == "markdown":
            name = cell.id if cell.source.startswith("## ") else name
            sections[name] = f"{sections.get(name, '')}\n{cell.source}".strip()
    return sections


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_exercise_links_to_its_answer(language):
    exercises, answers = (
        read_sections(PROJECT / f"notebooks/{language}/{name}.ipynb") for name in ("6-exercises", "7-answers")
    )
    asked = [name for name in exercises if name in answers and name not in ("", "register", "edition")]
    assert len(asked) == 8
    for name in asked:
        assert exercises[name].splitlines()[-1].endswith(f"](7-answers.ipynb#{name})")
        assert exercises[name].splitlines()[0] == answers[name].splitlines()[0]


def test_what_is_right_is_what_the_data_say(survey):
    for item, sentence in zip(exercises.DAMAGES, exercises.judge_sentences(survey).frame.iloc[:, 0], strict=True):
        percents = {group: survey.percent("tools", item, group) for group in ("sme", "large")}
        ahead, behind = sorted(percents, key=percents.get, reverse=True)
        numbers = [float(number) for number in re.findall(r"\d+", sentence.split(survey.language.say(": "))[-1])]
        assert numbers == [percents[ahead] - percents[behind], percents[ahead], percents[behind]]
        assert survey.segment_label(ahead) in sentence and survey.segment_label(behind) not in sentence


def test_each_damage_is_of_the_kind_that_the_answers_name(survey):
    posed = dict(zip(exercises.DAMAGES, exercises.pose_sentences(survey).frame.iloc[:, 0], strict=True))
    right = dict(zip(exercises.DAMAGES, exercises.judge_sentences(survey).frame.iloc[:, 0], strict=True))
    damaged = {damage: item for item, damage in exercises.DAMAGES.items() if damage}
    groups = {group: survey.segment_label(group) for group in ("sme", "large")}
    swapped = right[damaged["groups"]].replace(groups["sme"], "?").replace(groups["large"], groups["sme"])
    assert posed[damaged["groups"]] == swapped.replace("?", groups["large"])
    assert "point" in right[damaged["unit"]] and "point" not in posed[damaged["unit"]]
    numbers = [list(map(int, re.findall(r"\d+", of[damaged["number"]]))) for of in (right, posed)]
    assert [after - before for before, after in zip(*numbers, strict=True)] == [1, 1, 0]
    lead, high, low = map(int, re.findall(r"\d+", posed[damaged["item"]]))
    assert low == survey.percent("tools", exercises.OTHER, "sme") and lead == high - low
