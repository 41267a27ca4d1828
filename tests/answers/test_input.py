"""What answers may look like, and what is said of those that cannot be used: line and column, never a value."""

import gzip
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from conftest import BESIDE, PROJECT, snapshot
from contre_enquete.__main__ import main
from contre_enquete.answers.differences import name_differences
from contre_enquete.answers.source import detect_file, open_answers
from contre_enquete.answers.table import TABLE_COLUMNS, read_table

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what Ibis calls of DuckDB
NAN = float("nan")
SECRET = "sécrète"  # what a person wrote
CODEBOOK = """
[file]
delimiter = ";"
decimal = ","
[design]
weight = "poids"
[segment]
column = "taille"
groups = { sme = ["PME"], large = ["Grande"] }
[questions.tools]
kind = "several"
columns = { email = "courriel", blogs = "blogue" }
yes = ["Oui"]
no = ["Non"]
missing = ["NSP"]
[questions.agree]
kind = "scale"
columns = { agree = "accord" }
values = ["1", "2", "3", "4", "5"]
"""
HEADER = "taille;poids;courriel;blogue;accord;mot\n"
LINES = [
    f"PME;1,5;Oui;Non;5;{SECRET}",
    "PME;0,5;Non;Oui;4;",
    "Grande;2;Oui;NSP;1;",
    'Grande;1,25;Non;Oui;2;"deux\nlignes; un ""mot"""',
    "PME;3;Oui;;3;é",
]
ANSWERS = HEADER + "\n".join(LINES) + "\n"


def rows(table):
    return {(row.item, row.segment): row for row in read_table(table).itertuples()}


def typed():
    """The answers as a Parquet file has them: numbers are numbers, what is missing is null."""
    import pyarrow as pa

    return pa.table(
        {
            "taille": pa.array(["PME", "PME", "Grande", "Grande", "PME"]).dictionary_encode(),
            "poids": [1.5, 0.5, 2.0, 1.25, 3.0],
            "courriel": ["Oui", "Non", "Oui", "Non", "Oui"],
            "blogue": ["Non", "Oui", "NSP", "Oui", None],
            "accord": pa.array([5, 4, 1, 2, 3], pa.int16()),
        }
    )


def parquet(path, table):
    import pyarrow.parquet

    pyarrow.parquet.write_table(table, path)
    return path


def test_the_table_has_what_it_says(tabulated):
    code, said, table = tabulated(ANSWERS, CODEBOOK)
    assert (code, said) == (0, "")
    assert table.read_text().splitlines()[0] == ",".join(TABLE_COLUMNS)
    found = rows(table)
    items = "email", "blogs", "agree", *(f"agree-value-{n}" for n in range(1, 6))
    assert list(found) == [(i, s) for i in items for s in ("sme", "large", "total")]
    blogs = found["blogs", "total"]
    assert (blogs.n, blogs.missing, blogs.base, blogs.yes, blogs.weighted_base, blogs.df) == (5, 2, 3, 2, 3.25, 2)
    assert blogs.percent == pytest.approx(100 * 1.75 / 3.25, rel=1e-15)
    assert found["agree", "sme"].percent == pytest.approx(40, rel=1e-15)


def as_comma(text):
    return text.replace(",", ".").replace(";", ",").replace("deux\nlignes,", "deux\nlignes ")


FORMS = {
    "windows": (ANSWERS.replace("\n", "\r\n").encode(), CODEBOOK, "answers.csv"),
    "a BOM": (b"\xef\xbb\xbf" + ANSWERS.encode(), CODEBOOK, "answers.csv"),
    "old mac": (ANSWERS.replace("deux\nlignes", "deux").replace("\n", "\r").encode(), CODEBOOK, "answers.csv"),
    "latin-1": (
        ANSWERS.encode("latin-1"),
        CODEBOOK.replace("[file]", '[file]\nencoding = "latin-1"'),
        "answers.csv",
    ),
    "utf-16": (
        ANSWERS.encode("utf-16"),
        CODEBOOK.replace("[file]", '[file]\nencoding = "utf-16"'),
        "answers.csv",
    ),
    "gzip": (gzip.compress(ANSWERS.encode()), CODEBOOK, "answers.csv.gz"),
    "tabs": (ANSWERS.replace(";", "\t").encode(), CODEBOOK.replace('";"', '"\\t"'), "answers.tsv"),
    "commas": (as_comma(ANSWERS).encode(), CODEBOOK.replace('";"', '","').replace('decimal = ","', ""), "answers.csv"),
    "blank lines": (ANSWERS.replace("\nPME", "\n\nPME").encode() + b"\n\n", CODEBOOK, "answers.csv"),
    "no end of line": (ANSWERS.rstrip().encode(), CODEBOOK, "answers.csv"),
    "quotes": (HEADER.encode() + ANSWERS[len(HEADER) :].replace("PME", '"PME"').replace("NSP", '""').encode(), CODEBOOK, "answers.csv"),
}  # fmt: skip


@pytest.fixture(scope="module")
def expected_table(engine, tmp_path_factory):
    """The table of the answers as they are, made once."""
    folder = tmp_path_factory.mktemp("expected")
    answers, codebook, table = (folder / name for name in ("answers.csv", "codebook.toml", "table.csv"))
    answers.write_text(ANSWERS, encoding="utf-8")
    codebook.write_text(CODEBOOK, encoding="utf-8")
    options = ["--codebook", str(codebook), "--output", str(table), "--minimum", "0"]
    assert main(["tabulate", str(answers), *options]) == 0
    return table.read_bytes()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.slow
def test_the_same_answers_in_another_form_give_the_same_table(form, expected_table, tabulated):
    content, codebook, name = FORMS[form]
    code, said, table = tabulated(content, codebook, name=name)
    assert (code, said) == (0, "")
    assert table.read_bytes() == expected_table


@pytest.mark.slow
def test_typed_answers_give_the_same_table(expected_table, tabulated, tmp_path):
    code, said, table = tabulated(parquet(tmp_path / "answers.parquet", typed()), CODEBOOK)
    assert (code, said) == (0, "")
    assert table.read_bytes() == expected_table


def test_yes_and_no_may_be_numbers_floats_or_booleans(tabulated, tmp_path):
    import pyarrow as pa

    answers = pa.table({"a": [1, 2, 2, None], "b": [1.0, 2.0, float("nan"), 2.0], "c": [True, False, None, False]})
    question = '[questions.{0}]\nkind = "several"\ncolumns = {{ {0} = "{0}" }}\nyes = ["{1}"]\nno = ["{2}"]\n'
    codebook = question.format("a", "1", "2") + question.format("b", "1", "2") + question.format("c", "true", "false")
    code, said, table = tabulated(parquet(tmp_path / "answers.parquet", answers), codebook)
    assert (code, said) == (0, "")
    assert {(row.item, row.yes, row.base, row.missing) for row in read_table(table).itertuples()} == {
        ("a", 1, 3, 1),
        ("b", 1, 3, 1),
        ("c", 1, 3, 1),
    }


def test_an_empty_cell_may_say_no(tabulated):
    codebook = '[questions.t]\nkind = "several"\ncolumns = { t = "t" }\nyes = ["x"]\nno = [""]\n'
    _, _, table = tabulated("n,t\n1,x\n2,\n3,\n4,x\n", codebook)
    row = rows(table)["t", "total"]
    assert (row.yes, row.base, row.missing, row.percent) == (2, 4, 0, 50)


def test_one_answer_gives_each_item_its_share(tabulated):
    codebook = '[questions.size]\nkind = "one"\ncolumn = "s"\nitems = { small = ["1"], large = ["2", "3"] }\n'
    _, _, table = tabulated("s\n1\n2\n3\n1\n\n", codebook)
    assert {key[0]: row.yes for key, row in rows(table).items()} == {"small": 2, "large": 2}


def test_who_weighs_nothing_is_in_no_base_but_in_the_size_of_the_stratum(tabulated):
    code, _, table = tabulated(ANSWERS.replace("3;Oui", "0;Oui"), CODEBOOK)
    email = rows(table)["email", "total"]
    assert (code, email.n, email.base, email.df) == (0, 4, 4, 3)


def damaged(old, new):
    assert ANSWERS.count(old) == 1
    return ANSWERS.replace(old, new).encode()


def codebook(old, new):
    assert old in CODEBOOK
    return CODEBOOK.replace(old, new, 1)


WEIGHT = "column poids: expected a number from 0 to 10**15, with ',' for decimals and no sign or unit"
COMPRESSED = gzip.compress(ANSWERS.encode() * 1000)
WRONG = {
    "another delimiter": (ANSWERS.replace(";", ",").encode(), CODEBOOK, "column poids: expected a column of that name in the file, whose header has none and is one column: is the delimiter that of the file?"),
    "an unknown column": (ANSWERS.encode(), codebook('"courriel"', '"courrier"'), "column courrier: expected a column of that name in the file, whose header has none"),
    "a value that is not listed": (damaged("PME;0,5;Non", f"PME;0,5;{SECRET}"), CODEBOOK, "line 3: column courriel: expected a value that the codebook lists, letter by letter: 'NSP', 'Non', 'Oui'"),
    "after a cell of two lines": (damaged("3;Oui;;3", f"3;Oui;{SECRET};3"), CODEBOOK, "line 7: column blogue: expected a value that the codebook lists, letter by letter: 'NSP', 'Non', 'Oui'"),
    "a group that is not listed": (damaged("Grande;2;", f"{SECRET};2;"), CODEBOOK, "line 4: column taille: expected a value that the codebook lists in segment, letter by letter: 'Grande', 'PME'"),
    "percent signs": (damaged("1,25", "1,25 %"), CODEBOOK, f"line 5: {WEIGHT}"),
    "a negative weight": (damaged("0,5", "-0,5"), CODEBOOK, f"line 3: {WEIGHT}"),
    "a weight with a sign between its digits": (damaged("0,5", "1_0"), CODEBOOK, f"line 3: {WEIGHT}"),
    "no weight": (damaged("0,5", ""), CODEBOOK, f"line 3: {WEIGHT}"),
    "a weight that is no number": (damaged("0,5", "nan"), CODEBOOK, f"line 3: {WEIGHT}"),
    "an endless weight": (damaged("0,5", "inf"), CODEBOOK, f"line 3: {WEIGHT}"),
    "an endless weight as a number": (damaged("0,5", "1e999"), CODEBOOK, f"line 3: {WEIGHT}"),
    "a weight with a plus": (damaged("0,5", "+1"), CODEBOOK, f"line 3: {WEIGHT}"),
    "a weight with a space": (damaged("0,5", " 1"), CODEBOOK, f"line 3: {WEIGHT}"),
    "a weight in other digits": (damaged("0,5", "９"), CODEBOOK, f"line 3: {WEIGHT}"),
    "a weight that vanishes": (damaged("0,5", "1e-400"), CODEBOOK, f"line 3: {WEIGHT}"),
    "line ends twice": (ANSWERS.replace("\n", "\r\r\n").encode(), CODEBOOK, "line 1: ends with CR twice, then LF, as a text does that Windows wrote twice; expected LF, or CR and LF"),
    "lines of two ends": (damaged(LINES[1] + "\n", LINES[1] + "\r").replace(b"\n", b"\r\n"), CODEBOOK, "line 3: ends with '\\r', those before it with '\\r\\n'; expected the same for all"),
    "100,000 columns": (";".join(f"q{place}" for place in range(100_000)).encode(), CODEBOOK, "line 1: 100,000 columns; expected at most 10,000: keep those of the codebook"),
    "the other decimal sign": (damaged("0,5", "0.5"), CODEBOOK, f"line 3: {WEIGHT}"),
    "no weight at all": (ANSWERS.replace("1,5", "0").replace("0,5", "0").replace(";2;Oui", ";0;Oui").replace("1,25", "0").replace(";3;Oui", ";0;Oui").encode(), CODEBOOK, "column courriel: expected at least one answer"),
    "an item without answers": (ANSWERS.replace("Non;5", ";5").replace("Oui;4", ";4").replace("Oui;2", ";2").encode(), CODEBOOK, "column blogue: expected at least one answer"),
    "a line that is short": (damaged("PME;0,5;Non;Oui;4;", "PME;0,5;Non;Oui;4"), CODEBOOK, "line 3: 5 cells; expected 6, as in the header, separated by ';'"),
    "a line that is long": (damaged("PME;0,5;Non;Oui;4;", f"PME;0,5;Non;Oui;4;;;{SECRET}"), CODEBOOK, "line 3: 8 cells; expected 6, as in the header, separated by ';'"),
    "another encoding": (ANSWERS.replace("Grande;2", "Établie;2").replace(SECRET, "").encode("latin-1"), CODEBOOK, "line 4: not utf-8; expected that, or the encoding in the codebook"),
    "a quotation mark that stays open": (damaged("PME;3;Oui;;3;é", f'PME;3;Oui;;3;"{SECRET}'), CODEBOOK, "line 7: a quotation mark that does not close; expected \"\" for one within a text"),
    "an endless line": (damaged("PME;3;Oui;;3;é", "PME;3;Oui;;3;" + SECRET * 300_000), CODEBOOK, "line 7: a line of more than 1,000,000 characters; expected a shorter one"),
    "nothing": (b"", CODEBOOK, "empty; expected a header and rows"),
    "a header": (HEADER.encode(), CODEBOOK, "column courriel: expected at least one line under the header"),
    "one person": ((HEADER + LINES[0] + "\n").encode(), CODEBOOK, "line 2: column taille: alone; expected at least two clusters, or people if there are none, in each stratum; join it with one that is like it, or set design.lonely"),
}  # fmt: skip


def refused(run, told, folder):
    """Runs a command that must say one line, tell no answer and write nothing."""
    before = snapshot(folder)
    code, said, table = run
    assert said == f"contre-enquete: {told}\n"
    assert code == 1 and SECRET not in said
    assert not table.exists() and not list(folder.glob(".*"))
    return before


@pytest.mark.parametrize("fault", WRONG)
@pytest.mark.slow
def test_what_cannot_be_used_is_told_in_one_line_by_its_place(fault, tabulated, tmp_path):
    content, told_of, told = WRONG[fault]
    separator = ", " if told.startswith("line") else ": "
    refused(tabulated(content, told_of), f"answers.csv{separator}{told}", tmp_path)


DESIGN = '[design]\nstratum = "s"\ncluster = "c"\npopulation = "n"\n[questions.q]\nkind = "several"\ncolumns = { q = "q" }\nyes = ["1"]\nno = ["0"]\n'
LONELY = "expected at least two clusters, or people if there are none, in each stratum; join it with one that is like it, or set design.lonely"
DESIGNS = {
    "a cluster alone": ("a,1,9,1\na,2,9,0\nb,1,9,1\nb,1,9,0\n", f"line 4: column c: alone; {LONELY}"),
    "no stratum": ("a,1,9,1\n,2,9,0\n", "line 3: column s: expected a value"),
    "no cluster": ("a,1,9,1\na,,9,0\n", "line 3: column c: expected a value"),
    "a population of two sizes": ("a,1,9,1\na,2,8,0\n", "line 3: column n: expected the same number in the whole stratum"),
    "a population that is no number": ("a,1,9,1\na,2,neuf,0\n", "line 3: column n: expected a whole number of at least 1"),
    "a population in parts": ("a,1,9.5,1\na,2,9.5,0\n", "line 2: column n: expected a whole number of at least 1"),
    "fewer than in the file": ("a,1,1,1\na,2,1,0\n", "column n: expected at least as many as the stratum has in the file"),
}  # fmt: skip


@pytest.mark.parametrize("fault", DESIGNS)
@pytest.mark.slow
def test_a_design_that_allows_no_estimate_is_told(fault, tabulated, tmp_path):
    lines, told = DESIGNS[fault]
    separator = ", " if told.startswith("line") else ": "
    refused(tabulated(f"s,c,n,q\n{lines}", DESIGN), f"answers.csv{separator}{told}", tmp_path)


def test_a_cluster_alone_will_do_where_it_is_all_that_there_is(tabulated):
    code, said, _ = tabulated("s,c,n,q\na,1,9,1\na,2,9,0\nb,1,1,1\nb,1,1,0\n", DESIGN)
    assert (code, said) == (0, "")


BROKEN = {
    "cut": (
        COMPRESSED[: len(COMPRESSED) // 2],
        "the gzip file ends or breaks after this line; expected the whole file",
    ),
    "cut at the end": (COMPRESSED[:-8], "the gzip file ends or breaks after this line; expected the whole file"),
    "none": (ANSWERS.encode(), "no gzip file"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_gzip_file_that_is_not_whole_is_told(fault, tabulated):
    content, told = BROKEN[fault]
    code, said, table = tabulated(content, CODEBOOK, name="answers.csv.gz")
    assert code == 1 and said.startswith("contre-enquete: answers.csv.gz") and said.endswith(f": {told}\n")
    assert said.count("\n") == 1 and not table.exists()


def test_a_parquet_file_of_other_types_is_told(tabulated, tmp_path):
    import pyarrow as pa

    cases = {
        "column accord: expected text, numbers or yes and no, not timestamp(6)": ("accord", pa.array([0] * 5, pa.timestamp("us"))),
        "column poids: expected numbers or text, not boolean": ("poids", pa.array([True] * 5)),
        "column courriel: expected text, numbers or yes and no, not array<string>": ("courriel", pa.array([["Oui"]] * 5)),
    }  # fmt: skip
    for told, (name, values) in cases.items():
        table = typed().set_column(typed().column_names.index(name), name, values)
        refused(tabulated(parquet(tmp_path / "answers.parquet", table), CODEBOOK), f"answers.parquet: {told}", tmp_path)
    values = pa.array(["Oui", "Non", SECRET, "Oui", "Non"])
    table = typed().set_column(2, "courriel", values)
    told = "row 3: column courriel: expected a value that the codebook lists, letter by letter: 'NSP', 'Non', 'Oui'"
    refused(tabulated(parquet(tmp_path / "answers.parquet", table), CODEBOOK), f"answers.parquet, {told}", tmp_path)


@pytest.mark.slow
def test_what_is_no_number_in_a_parquet_file_is_told(tabulated, tmp_path):
    """Also where the file's own statistics, which leave it out, say that all weights are below infinity."""
    import pyarrow as pa

    table = typed().set_column(typed().column_names.index("poids"), "poids", pa.array([1.0, 2.0, NAN, 1.0, 1.0]))
    told = "row 3: column poids: expected a number from 0 to 10**15"
    _, said, _ = tabulated(parquet(tmp_path / "answers.parquet", table), CODEBOOK)
    assert said.startswith(f"contre-enquete: answers.parquet, {told}")
    for role in ("stratum", "cluster"):
        strata = typed().append_column(role, pa.array([1.0, 1.0, NAN, 2.0, 2.0]))
        asked = codebook("[design]", f'[design]\n{role} = "{role}"')
        refused(
            tabulated(parquet(tmp_path / "answers.parquet", strata), asked),
            f"answers.parquet, row 3: column {role}: expected a value",
            tmp_path,
        )


def test_a_table_never_takes_the_place_of_the_answers(tabulated, tmp_path):
    answers = tmp_path / "answers.csv"
    answers.write_text(ANSWERS, encoding="utf-8")
    _, said, _ = tabulated(answers, CODEBOOK, "--output", answers)
    assert (
        said
        == "contre-enquete: answers.csv: holds the answers or their codebook; expected another file for the table\n"
    )
    assert answers.read_text(encoding="utf-8") == ANSWERS


def test_a_folder_is_told_as_one(tabulated, tmp_path):
    (tmp_path / "answers").mkdir()
    refused(tabulated(tmp_path / "answers", CODEBOOK), "answers: a folder; expected a file of answers", tmp_path)


@pytest.mark.parametrize(
    ("weight", "told"),
    [("1e16", "a number from 0 to 10**15, with '.' for decimals and no sign or unit"),
     ("1e-9", "weights of 0, or of at least 1/10**10 of the greatest")],
)  # fmt: skip
def test_weights_that_keep_no_digits_are_told(weight, told, tabulated):
    answers = "w,q\n" + "1000,Oui\n2000,Non\n" * 20 + f"{weight},Oui\n"
    asked = '[design]\nweight = "w"\n[questions.q]\nkind = "several"\ncolumns.q = "q"\nyes = ["Oui"]\nno = ["Non"]\n'
    code, said, table = tabulated(answers, asked)
    assert code == 1 and said.endswith(f"column w: expected {told}\n") and not table.exists()


def test_a_parquet_file_that_is_none_is_told(tabulated):
    code, said, table = tabulated(ANSWERS, CODEBOOK, name="answers.parquet")
    told = "no Parquet file, or one that is cut; expected the whole file"
    assert code == 1 and said == f"contre-enquete: answers.parquet: {told}\n"
    assert not table.exists()


def test_a_parquet_file_that_is_damaged_is_told(tabulated, tmp_path):
    told = "answers.csv: no Parquet file, or a damaged one; expected the whole file"
    refused(tabulated(b"PAR1" + SECRET.encode() + b"PAR1", CODEBOOK), told, tmp_path)


def test_a_workbook_that_is_cut_is_told(tabulated, tmp_path):
    content = b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00" + SECRET.encode()
    told = "answers.xlsx: no archive or workbook, or one that is cut; expected the whole file"
    refused(tabulated(content, CODEBOOK, name="answers.xlsx"), told, tmp_path)


def test_memory_that_does_not_do_is_told(tabulated, monkeypatch):
    monkeypatch.setattr("contre_enquete.answers.source.MEMORY_LIMIT", "8MB")
    answers = "c,q\n" + "".join(f"{cluster},{SECRET if cluster % 2 else 'Non'}\n" for cluster in range(20_000))
    asked = f'[design]\ncluster = "c"\n[questions.q]\nkind = "several"\ncolumns = {{ q = "q" }}\nyes = ["{SECRET}"]\nno = ["Non"]\n'
    code, said, table = tabulated(answers, asked)
    assert code == 1 and said.startswith(
        "contre-enquete: answers.csv: the engine stops (OutOfMemoryException); expected"
    )
    assert SECRET not in said and not table.exists()


CODEBOOKS = {
    "no TOML": ("[file]", "[file", "not TOML ("),
    "a key that nothing reads": ('[design]\nweight', '[design]\nwieght', "design.wieght: found 'poids'; expected one of the keys cluster, cluster_population, lonely, population, stratum, weight"),
    "a kind that is no text": ('"several"', '["several"]', "questions.tools.kind: found ['several']; expected one of 'one', 'several', 'scale'"),
    "an encoding that Python refuses": ("[file]", '[file]\nencoding = "undefined"', "file.encoding: found 'undefined'; expected the name of an encoding"),
    "a kind that is none": ('"several"', '"many"', "questions.tools.kind: found 'many'; expected one of 'one', 'several', 'scale'"),
    "a value in two lists": ('no = ["Non"]', 'no = ["Oui"]', "questions.tools: found 'Oui' in two lists; expected each value in one list only"),
    "a column twice": ('"blogue"', '"courriel"', "questions.tools.columns.blogs: found 'courriel'; expected a column of its own, not that of questions.tools.columns.email"),
    "numbers for texts": ('values = ["1", "2", "3", "4", "5"]', "values = [1, 2]", 'questions.agree.values: found [1, 2]; expected a list of values, each in quotes, as ["1", "2"]'),
    "a top box of all": ('"5"]', '"5"]\ntop = 5', "questions.agree.top: found 5; expected how many of the values, from the last, say yes, but not all; 0 for shares of each"),
    "a group called total": ("sme =", "total =", "segment.groups.total: found ['PME']; expected another name: it is that of everybody"),
    "a delimiter that is none": ('delimiter = ";"', 'delimiter = "::"', "file.delimiter: found '::'; expected one of ',', ';', '\\t', '|'"),
    "an encoding that is none": ("[file]", '[file]\nencoding = "latin1er"', "file.encoding: found 'latin1er'; expected the name of an encoding"),
    "no question": (CODEBOOK[CODEBOOK.index("[questions.tools]") :], "", "questions: found nothing; expected at least one question"),
}  # fmt: skip


@pytest.mark.parametrize("fault", CODEBOOKS)
def test_a_fault_of_the_codebook_is_told_by_its_key(fault, tabulated):
    old, new, told = CODEBOOKS[fault]
    code, said, table = tabulated(ANSWERS, codebook(old, new))
    assert code == 1 and said.startswith("contre-enquete: codebook.toml") and told in said and said.count("\n") == 1
    assert not table.exists()


def test_files_that_are_not_there_are_told(tabulated, tmp_path, capsys):
    refused(tabulated(tmp_path / "none.csv", CODEBOOK), "none.csv: not found", tmp_path)


def test_without_the_engine_the_command_says_how_to_have_it(tmp_path):
    (tmp_path / "answers.csv").write_text(ANSWERS, encoding="utf-8")
    run = subprocess.run([sys.executable, "-m", "contre_enquete", "codebook", "answers.csv"], cwd=tmp_path, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(PROJECT / "src")})  # fmt: skip
    assert (
        run.stderr
        == "contre-enquete: ibis is not installed; to tabulate answers: pip install 'contre-enquete[answers]'\n"
    )
    assert run.returncode == 1 and [path.name for path in tmp_path.iterdir()] == ["answers.csv"]


@pytest.mark.slow
def test_a_disk_that_is_full_leaves_table_and_differences_as_they_were(tabulated, monkeypatch):
    _, _, table = tabulated(ANSWERS, CODEBOOK)
    files = table, name_differences(table)
    before = [file.read_bytes() for file in files]
    answers = table.parent / "others.csv"
    answers.write_text(ANSWERS.replace("PME;0,5;Non", "PME;0,5;Oui"), encoding="utf-8")
    write, parts = Path.write_bytes, []

    def fill_disk(path, content):
        parts.append(path)
        if len(parts) == 2:
            raise OSError(28, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", fill_disk)
    code, said, _ = tabulated(answers, CODEBOOK)
    assert code and "cannot be written (No space left on device); no file is changed" in said
    assert [file.read_bytes() for file in files] == before and not list(table.parent.glob(".*"))


@pytest.mark.parametrize("minimum", ["-1", "1.5", "ten"])
def test_a_minimum_that_is_no_whole_number_is_told(minimum, tabulated, capsys):
    with pytest.raises(SystemExit):
        tabulated(ANSWERS, CODEBOOK, f"--minimum={minimum}")
    assert f"--minimum: found '{minimum}'; expected a whole number of at least 0" in capsys.readouterr().err


def is_open(path, process):
    """Whether a process has a file open."""
    with suppress(FileNotFoundError):  # one that it has just closed
        return any(file.resolve() == path for file in Path(f"/proc/{process}/fd").iterdir())


def test_no_thread_outlives_the_answers(engine, tmp_path, monkeypatch):
    """DuckDB aborts a process where a thread that holds its connection ends after Python has begun to."""

    class SlowTimer(threading.Timer):
        def run(self):
            super().run()
            time.sleep(0.1)

    monkeypatch.setattr(threading, "Timer", SlowTimer)
    (tmp_path / "answers.csv").write_text(ANSWERS, encoding="utf-8")
    before = threading.enumerate()
    with open_answers(detect_file(tmp_path / "answers.csv")):
        assert len(threading.enumerate()) > len(before)
    assert threading.enumerate() == before


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="no /proc here. To run them: make test on Linux")
@pytest.mark.parametrize(  # files in UTF-8 are read where they are, others are copied first
    ("sign", "encoding"), [(signal.SIGINT, "utf-8"), (signal.SIGTERM, "cp1252"), (signal.SIGHUP, "utf-8")]
)
@pytest.mark.slow
def test_an_interruption_leaves_nothing(sign, encoding, tmp_path):
    text = CODEBOOK.replace("[file]", f'[file]\nencoding = "{encoding}"')
    (tmp_path / "codebook.toml").write_text(text, encoding="utf-8")
    (tmp_path / "answers.csv").write_text(HEADER + (LINES[0] + "\n") * 1_000_000, encoding=encoding)
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    environment = os.environ | {"PYTHONPATH": f"{PROJECT / 'src'}:{BESIDE}", "TMPDIR": str(temporary)}
    command = [sys.executable, "-m", "contre_enquete", "tabulate", "answers.csv", "--codebook", "codebook.toml"]
    # What started the tests may ignore the signal, as nohup does.
    heed = partial(signal.signal, sign, signal.SIG_DFL)
    process = subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True, preexec_fn=heed
    )
    while not (any(temporary.iterdir()) and is_open(tmp_path / "answers.csv", process.pid)):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(sign)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130 and said.startswith("contre-enquete: interrupted") and said.count("\n") == 1
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["answers.csv", "codebook.toml", "tmp"]


def test_a_codebook_is_never_overwritten(tmp_path, capsys):
    (tmp_path / "answers.csv").write_text(ANSWERS, encoding="utf-8")
    (tmp_path / "answers.toml").write_text("mine")
    assert main(["codebook", str(tmp_path / "answers.csv")]) == 1
    assert capsys.readouterr().err.startswith("contre-enquete: answers.toml: is there already; expected a new file")
    assert (tmp_path / "answers.toml").read_text() == "mine"
