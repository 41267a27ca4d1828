"""Where R's survey package has no value: no degrees of freedom, no sampling error, weights of all sizes."""

import random
from fractions import Fraction as F

import pytest

from answers.test_input import rows

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what Ibis calls of DuckDB
QUESTION = '[questions.q]\nkind = "several"\ncolumns = { q = "q" }\nyes = ["1"]\nno = ["0"]\n'
GROUPS = '[segment]\ncolumn = "g"\ngroups = { few = ["few"], many = ["many"] }\n'


@pytest.mark.slow
def test_without_degrees_of_freedom_nothing_is_known_of_the_error(tabulated):
    answers = "c,g,q\n1,few,1\n1,few,0\n1,many,1\n2,many,0\n3,many,1\n"
    _, _, table = tabulated(answers, f'[design]\ncluster = "c"\n{GROUPS}{QUESTION}')
    few, many = rows(table)["q", "few"], rows(table)["q", "many"]
    assert (few.df, few.percent, few.lower, few.upper) == (0, 50, 0, 100) and few.standard_error != few.standard_error
    assert many.df == 2 and 0 < many.lower < many.percent < many.upper < 100


def test_a_group_of_nobody_has_a_row_and_no_percent(tabulated):
    _, _, table = tabulated("g,q\nmany,1\nmany,0\nfew,\n", GROUPS + QUESTION)
    few = rows(table)["q", "few"]
    assert (few.n, few.missing, few.base, few.yes) == (1, 1, 0, 0)
    assert few.percent != few.percent and few.lower != few.lower and few.df != few.df


def test_who_asks_everybody_errs_nothing_by_sampling(tabulated):
    _, _, table = tabulated("n,q\n4,1\n4,0\n4,0\n4,0\n", f'[design]\npopulation = "n"\n{QUESTION}')
    row = rows(table)["q", "total"]
    assert (row.percent, row.standard_error, row.lower, row.upper) == (25, 0, 25, 25)


def test_limits_hold_where_a_share_is_as_good_as_one(tabulated):
    answers = "w,q\n" + "1000000,1\n" * 2_000 + "0.001,0\n"
    _, _, table = tabulated(answers, f'[design]\nweight = "w"\n{QUESTION}')
    row = rows(table)["q", "total"]
    assert 99.9 < row.lower <= row.upper <= 100


def test_all_alike_is_no_certainty(tabulated):
    """Clusters of the same share leave a standard error of 0; as many people as there are do not leave an interval of
    0.
    """
    answers = "c,q\n" + "".join(f"{cluster},{yes}\n" for cluster in range(4) for yes in (0, 1))
    _, _, table = tabulated(answers, f'[design]\ncluster = "c"\n{QUESTION}')
    row = rows(table)["q", "total"]
    assert (row.percent, row.standard_error, row.df) == (50, 0, 3) and row.lower < 30 and row.upper > 70


@pytest.mark.parametrize("late", ["1000000.25", "0.000001", "1.5"])
@pytest.mark.slow
def test_weights_of_any_size_are_added_exactly(late, tabulated):
    """Also where those that the unit was guessed from are smaller by far."""
    answers = "w,q\n" + "1.5,0\n0.1,1\n" * 5_000 + f"{late},1\n"
    _, _, table = tabulated(answers, f'[design]\nweight = "w"\n{QUESTION}')
    yes = 500 + F(late)
    row = rows(table)["q", "total"]
    assert row.percent == float(100 * yes / (yes + 7_500)) and row.weighted_base == float(yes + 7_500)


@pytest.mark.slow
def test_columns_are_counted_each_for_itself(tabulated):
    """Also when they are many, or when one has as many values as others have answers together."""
    draw = random.Random(2013)
    brands, tools = [f"b{number}" for number in range(70)], [f"t{number}" for number in range(8)]
    people = [
        {
            "g": draw.choice(["few", "many", "many", ""]),
            "w": draw.choice(["0", "0.5", "2.25"]),
            "brand": draw.choice(["", *brands]),
        }
        | {tool: draw.choice("01 ").strip() for tool in tools}
        for _ in range(3_000)
    ]
    answers = "\n".join(",".join(row) for row in [people[0], *(person.values() for person in people)])
    questions = (
        f'[questions.tools]\nkind = "several"\nyes = ["1"]\nno = ["0"]\n[questions.tools.columns]\n{_alike(tools)}'
        f'[questions.brand]\nkind = "one"\ncolumn = "brand"\n[questions.brand.items]\n'
        + "".join(f'{brand} = ["{brand}"]\n' for brand in brands)
    )
    _, said, table = tabulated(answers, f'[design]\nweight = "w"\n{GROUPS}{questions}')
    assert not said
    for (item, group), row in rows(table).items():
        column = item if item in tools else "brand"
        inside = [one for one in people if group in (one["g"], "total") and one["w"] != "0"]
        base = [one for one in inside if one[column]]
        yes = [one for one in base if one[column] in ("1", item)]
        assert (row.n, row.base, row.yes) == (len(inside), len(base), len(yes)), (item, group)
        assert row.weighted_base == sum(float(one["w"]) for one in base)
        assert row.percent == float(100 * sum(F(one["w"]) for one in yes) / sum(F(one["w"]) for one in base))


def _alike(names):
    return "".join(f'{name} = "{name}"\n' for name in names)


STAGES = f'[design]\ncluster = "c"\npopulation = "n"\ncluster_population = "m"\n{QUESTION}'


@pytest.mark.slow
def test_in_two_stages_clusters_that_were_asked_wholly_err_as_in_one(tabulated):
    people = [(cluster, 9, 4, int(cluster > place)) for cluster in range(5) for place in range(4)]
    answers = "c,n,m,q\n" + "".join(",".join(map(str, row)) + "\n" for row in people)
    _, _, table = tabulated(answers, STAGES)
    whole = rows(table)["q", "total"].standard_error
    _, _, table = tabulated(answers, STAGES.replace('cluster_population = "m"\n', ""))
    assert whole == rows(table)["q", "total"].standard_error > 0
    _, _, table = tabulated(answers.replace(",4,", ",40,"), STAGES)
    assert rows(table)["q", "total"].standard_error > whole


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [((4, 5, 4, 4), "one whole number for each cluster"), ((1, 1, 4, 4), "of at least its lines")],
)
def test_the_size_of_a_cluster_is_one_number(sizes, expected, tabulated):
    answers = "c,n,m,q\n" + "".join(f"{place // 2},9,{size},{place % 2}\n" for place, size in enumerate(sizes))
    code, said, _ = tabulated(answers, STAGES)
    assert code == 1 and expected in said and "column m" in said


def test_a_cluster_of_which_one_of_many_was_asked_shows_no_variance(tabulated):
    code, said, _ = tabulated("c,n,m,q\n1,9,4,1\n2,9,4,1\n2,9,4,0\n", STAGES)
    assert code == 1 and "column m: expected 1 in a cluster with one line" in said


def test_two_stages_are_of_clusters_and_their_number(tabulated):
    code, said, _ = tabulated("m,q\n4,1\n4,0\n", f'[design]\ncluster_population = "m"\n{QUESTION}')
    assert code == 1 and "design.cluster_population" in said


def test_no_precision_of_two_stages_is_printed_of_a_protected_table(tabulated):
    people = [(cluster, 9, 400, int((cluster + place) % 3 > 0)) for cluster in range(5) for place in range(40)]
    answers = "c,n,m,q\n" + "".join(",".join(map(str, row)) + "\n" for row in people)
    _, _, table = tabulated(answers, STAGES, "--minimum", 10)
    row = rows(table)["q", "total"]
    assert row.percent > 0 and row.standard_error != row.standard_error
