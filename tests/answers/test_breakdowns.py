"""The same answers grouped in several ways at once: each as if it were alone, but for what all of them would tell
together.
"""

import random
from itertools import product

import numpy as np
import pandas as pd
import pytest

from answers.attack import Attack, narrow, narrow_crossed, scipy, weighted_narrow, withheld_counts  # noqa: F401
from contre_enquete.answers.table import read_table

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what Ibis calls of DuckDB
REGIONS = {"north": "Nord", "centre": "Centre", "south": "Sud"}
SIZES = {"small": "1-49", "medium": "50-99", "large": "100+"}
BREAKDOWNS = {
    "segment": ("taille", {"sme": ["1-49", "50-99"], "big": ["100+"]}),
    "breakdowns.size": ("taille", {name: [value] for name, value in SIZES.items()}),
    "breakdowns.region": ("région", {name: [value] for name, value in REGIONS.items()}),
}
ITEMS = {"email": 0.9, "blogs": 0.5, "phone": 0.15}
QUESTIONS = (
    '[questions.tools]\nkind = "several"\ncolumns = { email = "email", blogs = "blogs", phone = "phone" }\n'
    'yes = ["1"]\nno = ["0"]\n[questions.size]\nkind = "one"\ncolumn = "one"\nitems = { a = ["a"], b = ["b"] }\n'
)
DESIGNS = {
    "none": "",
    "weights": '[design]\nweight = "w"\n',
    "strata": '[design]\nweight = "w"\nstratum = "s"\n',
    "clusters": '[design]\nweight = "w"\nstratum = "s"\ncluster = "c"\n',
}


def codebook(*keys, design=""):
    tables = [
        f'[{key}]\ncolumn = "{column}"\n' + "".join(f"groups.{name} = {values}\n" for name, values in groups.items())
        for key, (column, groups) in BREAKDOWNS.items()
        if key in keys
    ]
    return f'source = "ours"\n{design}{"".join(tables)}{QUESTIONS}'.replace("'", '"')


def people(n, seed=2013, without=0.0):
    """Invented answers; a share of the people say no region."""
    draw = random.Random(seed)
    for _ in range(n):
        size = draw.choices(list(SIZES.values()), [4, 2, 6])[0]
        region = "" if draw.random() < without else draw.choices(list(REGIONS.values()), [5, 4, 1])[0]
        tools = {item: draw.choice("0 ") if draw.random() > share else "1" for item, share in ITEMS.items()}
        design = {"w": f"{draw.randint(1, 400) / 100}", "s": draw.choice("xy"), "c": draw.choice("12345678")}
        yield {"taille": size, "région": region, **tools, "one": draw.choice("aabbc "), **design}


def written(answers):
    answers = [person | {"one": {"c": ""}.get(person["one"], person["one"].strip())} for person in answers]
    answers = [{name: value.strip() for name, value in person.items()} for person in answers]
    return "\n".join(",".join(row) for row in [answers[0], *(person.values() for person in answers)]) + "\n"


@pytest.mark.parametrize(
    "design", ["none", "clusters", *(pytest.param(name, marks=pytest.mark.thorough) for name in ("weights", "strata"))]
)
@pytest.mark.slow
def test_each_breakdown_is_as_if_it_were_alone(design, tabulated):
    answers = written(people(300, without=0.2))
    code, said, table = tabulated(answers, codebook(*BREAKDOWNS, design=DESIGNS[design]))
    assert (code, said) == (0, "")
    every = read_table(table)
    assert every.segment.unique().tolist() == ["sme", "big", *SIZES, *REGIONS, "total"]
    for key, (_, groups) in BREAKDOWNS.items():
        _, _, table = tabulated(answers, codebook(key, design=DESIGNS[design]))
        alone = read_table(table)
        assert alone.equals(every[every.segment.isin([*groups, "total"])].reset_index(drop=True))


def printed(table):
    """What is printed of the counts, as the attack reads it."""
    tables = {group: key for key, (_, groups) in BREAKDOWNS.items() for group in groups}
    full = read_table(table)
    return full.assign(group=full.segment, table=full.segment.map(tables).fillna(""))


def shared(answers, keys):
    """Who is in the same group of each breakdown, counted apart from the engine."""
    group = {key: {value: name for name, values in BREAKDOWNS[key][1].items() for value in values} for key in keys}
    for person, item in product(answers, ITEMS):
        groups = {key: group[key].get(person[BREAKDOWNS[key][0]]) for key in keys}
        yield {"question": "tools", "item": item, **groups, "yes": person[item] == "1", "base": person[item] != " "}


@pytest.mark.parametrize(  # in which a breakdown tells of another
    ("n", "seed", "keys"),
    [
        (150, 0, list(BREAKDOWNS)),
        (500, 2, ["segment", "breakdowns.region"]),
        pytest.param(150, 0, ["segment", "breakdowns.region"], marks=pytest.mark.thorough),
        pytest.param(500, 2, list(BREAKDOWNS), marks=pytest.mark.thorough),
    ],
)
@pytest.mark.slow
def test_what_is_withheld_of_one_breakdown_is_not_had_back_from_another(n, seed, keys, tabulated):
    answers = list(people(n, seed))
    _, _, table = tabulated(written(answers), codebook(*keys))
    full = printed(table)
    _, _, table = tabulated(written(answers), codebook(*keys), "--minimum", "10")
    published = printed(table)
    tools = full.question == "tools"
    cells = full[tools].assign(people=full.n).astype({"yes": int, "base": int, "people": int}).reset_index()
    withheld = pd.DataFrame({"n": published.base.isna(), "percent": published.percent.isna()})[tools].reset_index()
    withheld["suppressed"] = ""
    crossed = pd.DataFrame(shared(answers, keys)).assign(people=1)
    crossed = crossed.groupby(["question", "item", *keys], dropna=False, as_index=False).sum()
    attack = Attack(cells, withheld, (), crossed)
    assert 0 < withheld.percent.sum() < len(withheld)
    assert narrow(attack, withheld_counts(cells, withheld)) == narrow_crossed(attack, crossed) == {}


@pytest.mark.parametrize(
    ("alike", "decimals"),
    [
        (True, ()),
        pytest.param(False, ("--decimals", "2"), marks=pytest.mark.thorough),
        pytest.param(True, ("--decimals", "2"), marks=pytest.mark.thorough),
        pytest.param(False, (), marks=pytest.mark.thorough),
    ],
)
@pytest.mark.slow
def test_weights_that_are_known_tell_of_no_group(alike, decimals, tabulated):
    """By the weighted percents that are printed, for who knows how many are in the same groups and what their mean
    weight is.
    """
    keys = ["segment", "breakdowns.region"]
    answers = list(people(260, 5))
    if alike:
        weights = dict(zip(REGIONS.values(), ("1.25", "1.48", "0.93"), strict=True))
        answers = [person | {"w": weights[person["région"]]} for person in answers]
    _, _, table = tabulated(written(answers), codebook(*keys, design=DESIGNS["weights"]), "--minimum", "10", *decimals)
    published = printed(table)
    assert (published.percent.dropna() % 1 == 0).all()  # one of fewer than 1,000 people changes a percent
    assert published.yes.isna().all() and 0 < published.percent.count() < len(published)
    crossed = pd.DataFrame(shared(answers, keys)).assign(people=1)
    units = np.array([round(100 * float(person["w"])) for person, _ in product(answers, ITEMS)])
    crossed = crossed.assign(weighted_yes=crossed.yes * units * crossed.base, weighted_base=crossed.base * units)
    crossed = crossed.groupby(["question", "item", *keys], as_index=False).sum()
    for item in ITEMS:
        of_item = crossed[crossed.item == item].reset_index()
        rows = published[(published.question == "tools") & (published.item == item)].reset_index()
        sums = [
            of_item[[row.group == "total" or of_item.loc[i, row.table] == row.group for i in of_item.index]].sum()
            for row in rows.itertuples()
        ]
        cells = rows[["table", "group"]].assign(**{name: [int(of[name]) for of in sums] for name in ("base", "weighted_yes", "weighted_base")})  # fmt: skip
        withheld = pd.DataFrame({"percent": rows.percent.isna()})
        assert weighted_narrow(cells, withheld, of_item, 0) == {}, item


@pytest.mark.parametrize("design", ["none", "strata", pytest.param("clusters", marks=pytest.mark.thorough)])
@pytest.mark.slow
def test_errors_of_a_guarded_design_are_rounded(design, tabulated):
    """To the last digit they would tell how the people of one group are spread over the strata, which may be groups
    too.
    """
    design = DESIGNS[design].replace('weight = "w"\n', "")
    _, _, table = tabulated(written(people(500)), codebook("segment", design=design), "--minimum", "10")
    errors = read_table(table).standard_error.dropna()
    assert len(errors) and errors.equals(errors.round(1)) == ("stratum" in design)


@pytest.mark.slow
def test_people_in_no_group_of_a_breakdown_are_left_out_where_the_total_would_tell_of_them(tabulated, capsys):
    answers = list(people(400, without=0.02))
    few = sum(not person["région"] for person in answers)
    assert 0 < few < 20
    tabulated(written(answers), codebook("segment", "breakdowns.region"), "--minimum", "10")
    _, _, table = tabulated(written(answers), codebook("segment", "breakdowns.region"), "--minimum", "10")
    assert printed(table).n.max() == 400 - few


@pytest.mark.slow
def test_people_in_no_group_of_a_breakdown_are_counted_where_they_are_many(tabulated):
    """Even if few of them gave one of the answers: what would tell of these is withheld, for that answer alone."""
    answers = list(people(400, without=0.25))
    _, _, table = tabulated(written(answers), codebook("segment", "breakdowns.region"), "--minimum", "10")
    assert printed(table).n.max() == 400


WRONG = {
    "a group of two breakdowns": ("north =", "sme =", "breakdowns.region.groups.sme: found ['Nord']; expected another name: segment.groups has that group"),
    "a group called total": ("north =", "total =", "breakdowns.region.groups.total: found ['Nord']; expected another name: it is that of everybody"),
    "a column of answers": ('column = "région"', 'column = "email"', "questions.tools.columns.email: found 'email'; expected a column of its own, not that of breakdowns.region.column"),
    "no groups": ('groups.north = ["Nord"]\ngroups.centre = ["Centre"]\ngroups.south = ["Sud"]\n', "", "breakdowns.region.groups: found nothing; expected values for each group"),
    "no table": ("[breakdowns.region]", "[breakdowns]", "breakdowns.column: found 'région'; expected a table"),
    "a table that nothing reads": ("[breakdowns.region]", "[other]", "other: found a table; expected one of the keys breakdowns, design, file, questions, segment, source"),
    "nothing in them": (codebook("breakdowns.region").removeprefix('source = "ours"\n').removesuffix(QUESTIONS), "[breakdowns]\n", "breakdowns: found a table; expected at least one breakdown with a name, as [breakdowns.region]"),
    "no values": ('groups.north = ["Nord"]', "groups.north = []", "breakdowns.region.groups.north: found []; expected a list of values, each in quotes, as [\"1\", \"2\"]"),
}  # fmt: skip


@pytest.mark.parametrize("fault", WRONG)
def test_a_breakdown_that_is_none_is_told_by_its_key(fault, tabulated):
    old, new, told = WRONG[fault]
    text = codebook("segment", "breakdowns.region")
    assert old in text
    code, said, table = tabulated(written(people(20)), text.replace(old, new))
    assert code == 1 and said == f"contre-enquete: codebook.toml, {told}\n" and not table.exists()


@pytest.mark.slow
def test_a_value_that_a_breakdown_does_not_list_is_told_by_line(tabulated):
    answers = written(people(20)).splitlines()
    answers[7] = answers[7].replace(answers[7].split(",")[1], "Ailleurs")
    for design in (DESIGNS["none"], DESIGNS["clusters"]):
        code, said, _ = tabulated("\n".join(answers) + "\n", codebook("segment", "breakdowns.region", design=design))
        assert code == 1 and said.startswith(
            "contre-enquete: answers.csv, line 8: column région: expected a value that the codebook lists in breakdowns.region, "
        )
        assert "Ailleurs" not in said


@pytest.mark.slow
def test_everybody_may_be_of_one_group_and_of_breakdowns(tabulated):
    text = '[segment]\ngroup = "sme"\n' + codebook("breakdowns.region").removeprefix('source = "ours"\n')
    _, said, table = tabulated(written(people(60)), text)
    assert said == "" and read_table(table).segment.unique().tolist() == [*REGIONS, "sme"]
