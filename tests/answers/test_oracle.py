"""Percents, standard errors, limits and degrees of freedom against the values of R's survey package in expected.csv."""

import csv
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from conftest import slow_after
from contre_enquete.answers.differences import name_differences
from contre_enquete.answers.table import read_table

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what Ibis calls of DuckDB
HERE = Path(__file__).parent
YES_NO = 'yes = ["Yes"]\nno = ["No"]\n'
SCHOOLS = (
    '[questions.q]\nkind = "several"\ncolumns = { awards = "awards", "sch.wide" = "sch.wide", "comp.imp" = "comp.imp" }\n'
    + YES_NO
    + '[questions.n]\nkind = "number"\ncolumns.number = "api00"\n'
)
INVENTED = """
[segment]
column = "size"
groups = { PME = ["PME"], Grande = ["Grande"] }
[questions.q]
kind = "several"
columns = { tool = "tool", rare = "rare" }
yes = ["Oui"]
no = ["Non"]
[questions.s]
kind = "scale"
columns = { scale = "scale" }
values = ["1", "2", "3", "4", "5"]
missing = ["9"]
"""
COMMITTED = {
    "nhanes": (
        "nhanes.csv.gz",
        '[design]\nweight = "WTMEC2YR"\ncluster = "SDMVPSU"\nstratum = "SDMVSTRA"\n'
        '[segment]\ncolumn = "race"\ngroups = { 1 = ["1"], 2 = ["2"], 3 = ["3"], 4 = ["4"] }\n'
        '[questions.q]\nkind = "several"\ncolumns = { high = "HI_CHOL" }\nyes = ["1"]\nno = ["0"]\n',
    ),
    "clusters": (
        "invented.csv",
        f'[design]\nweight = "weight"\nstratum = "region"\ncluster = "place"\npopulation = "N"\n{INVENTED}',
    ),
    "people": ("invented.csv", f'[design]\nweight = "weight"\nstratum = "region"\npopulation = "people"\n{INVENTED}'),
    "simple": ("invented.csv", INVENTED),
}
COMMITTED |= {
    "apiclus2": (  # districts, then schools
        "apiclus2.csv",
        '[design]\nweight = "pw"\ncluster = "dnum"\npopulation = "fpc1"\ncluster_population = "fpc2"\n'
        f'[segment]\ncolumn = "stype"\ngroups = {{ E = ["E"], M = ["M"], H = ["H"] }}\n{SCHOOLS}',
    ),
    "apistrat by stratum": (
        "apistrat.csv",
        '[design]\nweight = "pw"\nstratum = "stype"\npopulation = "fpc"\n'
        f'[segment]\ncolumn = "stype"\ngroups = {{ E = ["E"], M = ["M"], H = ["H"] }}\n{SCHOOLS}',
    ),
}
for lonely in ("adjust", "average", "certainty"):  # where one cluster is left in a stratum
    codebook = COMMITTED["clusters"][1].replace(
        "[design]", f'[file]\nexcept.place = ["2", "3"]\n[design]\nlonely = "{lonely}"'
    )
    COMMITTED[f"lonely {lonely}"] = ("invented.csv", codebook[: codebook.index("[questions.s]")])
STAGES = """
stratum = "region"
weight = "weight"
cluster = "place"
population = "N"
cluster_population = "M"
[segment]
column = "size"
groups = { a = ["a"], b = ["b"], c = ["c"] }
[questions.q]
kind = "several"
columns = { tool = "tool" }
yes = ["Oui"]
no = ["Non"]
[questions.n]
kind = "number"
columns.number = "number"
"""
BY_STRATUM = STAGES.replace(
    'column = "size"\ngroups = { a = ["a"], b = ["b"], c = ["c"] }',
    'column = "region"\ngroups = { nord = ["nord"], sud = ["sud"], est = ["est"] }',
)
COMMITTED |= {
    "stages": ("stages.csv", f"[design]{STAGES}"),
    "stages by stratum": ("stages.csv", f"[design]{BY_STRATUM}"),
}
for lonely in ("adjust", "average", "certainty"):
    COMMITTED[f"stages {lonely}"] = (
        "stages.csv",
        f'[file]\nexcept.place = ["sud1", "sud3", "sud4"]\n[design]\nlonely = "{lonely}"{STAGES}',
    )
OF_R = {
    "apistrat": (
        "apistrat.csv",
        '[design]\nweight = "pw"\nstratum = "stype"\npopulation = "fpc"\n'
        f'[segment]\ncolumn = "both"\ngroups = {{ Yes = ["Yes"], No = ["No"] }}\n{SCHOOLS}',
    ),
    "apiclus1": (
        "apiclus1.csv",
        '[design]\nweight = "pw"\ncluster = "dnum"\npopulation = "fpc"\n'
        f'[segment]\ncolumn = "stype"\ngroups = {{ E = ["E"], M = ["M"], H = ["H"] }}\n{SCHOOLS}',
    ),
}
PAIR = ["item", "group_a", "group_b"]
AVERAGED = ["mean", "standard_error", "lower", "upper", "df", "base", "weighted_base"]
QUANTILE = ["mean", "standard_error", "lower", "upper", "df"]
COMPARED = ["difference", "standard_error", "lower", "upper", "df", "p"]
VALUES = ["percent", "standard_error", "lower", "upper", "df", "base", "weighted_base"]


def expected(case):
    with (HERE / "expected.csv").open(encoding="utf-8", newline="") as file:
        return {(row["item"], row["segment"]): row for row in csv.DictReader(file) if row["case"] == case}


def compare(table, case):
    rows = {
        (row.item, row.segment): row
        for row in read_table(table).itertuples()
        if row.kind not in ("number", "quantile", "value")
    }
    assert rows.keys() == expected(case).keys()
    for key, row in expected(case).items():
        found = [getattr(rows[key], name) for name in VALUES]
        np.testing.assert_allclose(found, [float(row[name]) for name in VALUES], rtol=1e-13, atol=0, err_msg=str(key))


def compare_means(table, case):
    with (HERE / "means.csv").open(encoding="utf-8", newline="") as file:
        wanted = [row for row in csv.DictReader(file) if row["case"] == case]
    rows = {row.segment: row for row in read_table(table).itertuples() if row.kind == "number"}
    assert rows.keys() == {row["segment"] for row in wanted}
    for row in wanted:
        found = [getattr(rows[row["segment"]], name) for name in AVERAGED]
        np.testing.assert_allclose(found, [float(row[name]) for name in AVERAGED], rtol=1e-12, err_msg=row["segment"])
    with (HERE / "quantiles.csv").open(encoding="utf-8", newline="") as file:
        wanted = [row for row in csv.DictReader(file) if row["case"] == case]
    quantiles = {(row.item, row.segment): row for row in read_table(table).itertuples() if row.kind == "quantile"}
    assert quantiles.keys() == {(row["item"], row["segment"]) for row in wanted} and wanted
    for row in wanted:
        key = row["item"], row["segment"]
        found = [getattr(quantiles[key], name) for name in QUANTILE]
        np.testing.assert_allclose(found, [float(row[name]) for name in QUANTILE], rtol=1e-12, err_msg=str(key))


def compare_differences(table, case, is_number=False):
    with (HERE / "differences.csv").open(encoding="utf-8", newline="") as file:
        wanted = {
            tuple(row[name] for name in PAIR): row
            for row in csv.DictReader(file)
            if row["case"] == case and (row["item"] == "number") == is_number
        }
    with name_differences(table).open(encoding="utf-8", newline="") as file:
        rows = {tuple(row[name] for name in PAIR): row for row in csv.DictReader(file)}
    assert wanted
    for (item, a, b), row in wanted.items():
        is_turned = (item, a, b) not in rows
        found = rows[(item, b, a) if is_turned else (item, a, b)]
        names = COMPARED if a else COMPARED[-2:]
        values = {name: float(row[name]) for name in names}
        if is_turned:
            values |= {"difference": -values["difference"], "lower": -values["upper"], "upper": -values["lower"]}
        expected = [values[name] for name in names]
        np.testing.assert_allclose(
            [float(found[name]) for name in names], expected, rtol=1e-10, err_msg=f"{item} {a} {b}"
        )


@pytest.mark.parametrize("case", slow_after(2, COMMITTED))
def test_the_table_is_that_of_the_survey_package(case, tabulated):
    file, codebook = COMMITTED[case]
    code, said, table = tabulated(HERE / file, codebook)
    assert (code, said) == (0, "")
    if case != "apistrat by stratum":  # whose shares are those of "apistrat"
        compare(table, case)
    if "api" in case or "stages" in case:
        compare_means(table, case)
        compare_differences(table, case, is_number=True)
    if case != "lonely average":  # R's own covariances take the mean over other strata
        compare_differences(table, case)


@pytest.mark.parametrize("case", slow_after(1, ["clusters", "people", "simple"]))
def test_means_are_those_of_the_survey_package(case, tabulated):
    file, codebook = COMMITTED[case]
    numbers = '[questions.n]\nkind = "number"\ncolumns = { number = "scale" }\nmissing = ["9"]\n'
    code, said, table = tabulated(HERE / file, codebook[: codebook.index("[questions.s]")] + numbers)
    assert (code, said) == (0, "")
    compare_means(table, case)
    compare_differences(table, case, is_number=True)


@pytest.mark.parametrize("groups", slow_after(1, ["", " of four"]))
@pytest.mark.parametrize("case", slow_after(1, ["clusters", "people", "simple"]))
def test_tests_of_whole_questions_are_those_of_the_survey_package(case, groups, tabulated):
    from scipy.special import fdtrc

    codebook = COMMITTED[case][1]
    codebook = codebook[: codebook.index("[questions.q]")]
    if groups:
        limits = ", ".join(f"g{group} = [{4 * group}, {4 * group + 3}]" for group in range(4))
        codebook = f'{codebook[: codebook.index("[segment]")]}[segment]\ncolumn = "places"\nlimits = {{ {limits} }}\n'
    codebook += (
        '[questions.answers]\nkind = "one"\ncolumn = "scale"\nmissing = ["9"]\n'
        'items = { one = ["1"], two = ["2"], three = ["3"], four = ["4"], five = ["5"] }\n'
        '[questions.means]\nkind = "number"\ncolumns = { means = "scales" }\nmissing = ["9"]\n'
    )
    people = pd.read_csv(HERE / "invented.csv", dtype=str)
    people = people.assign(scales=people["scale"], places=people["place"])  # a column has one role
    code, said, table = tabulated(people.to_csv(index=False), codebook)
    assert (code, said) == (0, "")
    with (HERE / "tests.csv").open(encoding="utf-8", newline="") as expected:
        wanted = {row["of"]: row for row in csv.DictReader(expected) if row["case"] == f"{case}{groups}"}
    with name_differences(table).open(encoding="utf-8", newline="") as found:
        rows = {
            row["question"]: row for row in csv.DictReader(found) if not row["group_a"] and row["item"] in ("", "means")
        }
    assert rows.keys() == wanted.keys() == {"answers", "means"}
    for of, row in wanted.items():
        f, numerator, *found = (float(rows[of][name]) for name in ("f", "df_numerator", "df", "p"))
        assert fdtrc(numerator, found[0], f) == pytest.approx(float(row["p"]))
        np.testing.assert_allclose(found, [float(row["df"]), float(row["p"])], rtol=1e-10, err_msg=of)


@pytest.fixture(scope="module")
def of_r(tmp_path_factory):
    """The folder that oracle.R writes, where there is R with the package."""
    folder = tmp_path_factory.mktemp("r")
    rscript = shutil.which("Rscript")
    if not rscript or subprocess.run([rscript, "-e", "library(survey)"], capture_output=True).returncode:
        pytest.skip(
            "no R with the survey package. To run them, on Debian: apt-get install r-cran-survey, then make thorough"
        )
    subprocess.run([rscript, HERE / "oracle.R", folder], check=True, capture_output=True)
    return folder


@pytest.mark.parametrize("case", OF_R)
@pytest.mark.slow
@pytest.mark.thorough
def test_so_it_is_of_the_data_that_comes_with_the_package(case, of_r, tabulated):
    file, codebook = OF_R[case]
    code, said, table = tabulated(of_r / file, codebook)
    assert (code, said) == (0, "")
    compare(table, case)
    if case == "apiclus1":
        compare_means(table, case)
        compare_differences(table, case)
        compare_differences(table, case, is_number=True)


@pytest.mark.slow
@pytest.mark.thorough
def test_the_committed_values_are_those_that_the_package_gives(of_r):
    assert (of_r / "expected.csv").read_text() == (HERE / "expected.csv").read_text()
    assert (of_r / "means.csv").read_text() == (HERE / "means.csv").read_text()
    assert (of_r / "differences.csv").read_text() == (HERE / "differences.csv").read_text()
    assert (of_r / "tests.csv").read_text() == (HERE / "tests.csv").read_text()
    assert (of_r / "quantiles.csv").read_text() == (HERE / "quantiles.csv").read_text()
    for file in ("apistrat.csv", "apiclus2.csv", "stages.csv"):
        assert (of_r / file).read_text() == (HERE / file).read_text()
    assert (of_r / "invented.csv").read_text() == (HERE / "invented.csv").read_text()
