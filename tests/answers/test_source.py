"""The file that is named is read and no other, a pipe is as good as a file, and no answers stay behind."""

import gzip
import os
import random
import subprocess
import sys
import tempfile
import threading
import time

import pytest

from conftest import BESIDE, PROJECT
from contre_enquete.__main__ import main
from contre_enquete.answers import source
from contre_enquete.answers.table import read_table
from contre_enquete.errors import DataError

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what Ibis calls of DuckDB
CODEBOOK = '[questions.q]\nkind = "several"\ncolumns.q = "q"\nyes = ["yes"]\nno = ["no"]\n'
SAY_NO = "q\n" + "no\n" * 30
SAY_YES = "q\n" + "yes\n" * 30
SECRET = "a secret of somebody"
NAMES = {  # and a file beside it, which the name matches as a pattern
    "[ab].csv": "a.csv",
    "a?.csv": "ab.csv",
    "*.csv": "a.csv",
    "**.csv": "a.csv",
    "[!b].csv": "a.csv",
    "{a,b}.csv": "a.csv",
    'it\'s "it".csv': "its it.csv",
    "a\\b.csv": "ab.csv",
    "%61.csv": "a.csv",
    "-.csv": "a.csv",
    "~.csv": "a.csv",
    "a\nb.csv": "a.csv",
    "s3:a.csv": "a.csv",
    "-": "a.csv",
}


@pytest.fixture
def folder(engine, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "c.toml").write_text(CODEBOOK)
    return tmp_path


def tabulate(path):
    return main(["tabulate", str(path), "--codebook", "c.toml", "--output", "t.csv", "--minimum", "0"])


def write_parquet(path, text):
    import pyarrow as pa
    import pyarrow.parquet

    with path.open("wb") as file:
        pyarrow.parquet.write_table(pa.table({"q": text.split()[1:]}), file)


WRITERS = {
    ".csv": lambda path, text: path.write_text(text),
    ".csv.gz": lambda path, text: path.write_bytes(gzip.compress(text.encode())),
    ".parquet": write_parquet,
}


@pytest.mark.parametrize(
    ("name", "beside", "suffix"),  # each name as text, and one in each other format
    [
        pytest.param(*names, suffix, marks=pytest.mark.slow if suffix == ".csv" or not place else pytest.mark.thorough)
        for place, names in enumerate(NAMES.items())
        for suffix in WRITERS
    ],
)
def test_the_file_that_is_named_is_read_and_no_other(name, beside, suffix, folder, capsys):
    name, beside = (folder / text.replace(".csv", suffix) for text in (name, beside))
    WRITERS[suffix](name, SAY_NO)
    WRITERS[suffix](beside, SAY_YES)
    assert tabulate(name) == 0
    (row,) = read_table(folder / "t.csv").itertuples()
    assert (row.percent, row.base) == (0, 30)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_the_codebook_is_of_the_file_that_is_named(suffix, folder):
    WRITERS[suffix](folder / f"[ab]{suffix}", SAY_YES)
    WRITERS[suffix](folder / f"a{suffix}", SAY_NO)
    assert main(["codebook", f"[ab]{suffix}", "--output", "made.toml"]) == 0
    assert "30 people" in (folder / "made.toml").read_text() and '"no"' not in (folder / "made.toml").read_text()


@pytest.mark.parametrize("suffix", WRITERS)
def test_a_pipe_is_as_good_as_a_file(suffix, folder, capsys):
    WRITERS[suffix](folder / "answers", SAY_NO)
    os.mkfifo(folder / "pipe")
    threading.Thread(target=lambda: (folder / "pipe").write_bytes((folder / "answers").read_bytes())).start()
    assert tabulate("pipe") == 0
    assert read_table(folder / "t.csv")["base"].tolist() == [30]


def test_a_fault_of_a_pipe_is_told_at_its_line(folder, capsys):
    os.mkfifo(folder / "pipe")
    threading.Thread(target=lambda: (folder / "pipe").write_text(f"q\nyes\n{SECRET}\n")).start()
    assert tabulate("pipe") == 1
    said = capsys.readouterr().err
    assert said.startswith("contre-enquete: standard input, line 3: column q: expected a value") and SECRET not in said


def run(*arguments, **options):
    environment = os.environ | {"PYTHONPATH": f"{PROJECT / 'src'}:{BESIDE}"} | options.pop("environment", {})
    return subprocess.Popen([sys.executable, "-m", "contre_enquete", *arguments], env=environment, **options)


@pytest.mark.slow
def test_standard_input_is_read(folder):
    command = ["tabulate", "-", "--codebook", "c.toml", "--output", "t.csv", "--minimum", "0"]
    process = run(*command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.communicate(SAY_NO)[1] == "" and process.returncode == 0
    assert read_table(folder / "t.csv")["base"].tolist() == [30]
    process = run(*command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    told = "standard input: a terminal or a device; expected answers from a file or another command"
    assert process.communicate()[1] == f"contre-enquete: {told}\n"


@pytest.mark.parametrize("answers", ["-", "pipe"])
def test_a_pipe_needs_the_name_of_what_to_write(answers, folder, capsys):
    os.mkfifo(folder / "pipe")
    for command in (["codebook", answers], ["tabulate", answers, "--codebook", "c.toml"]):
        assert main(command) == 1
        assert capsys.readouterr().err.startswith("contre-enquete: --output: found nothing; expected the file to write")


@pytest.mark.parametrize("command", [["tabulate", "--codebook", "c.toml"], ["codebook"]])
def test_what_is_no_file_is_told(command, folder, capsys):
    for path, told in {
        "/dev/zero": "zero: no ordinary file",
        ".": ".: a folder",
        "/": "/: a folder",
        "": ".: a folder",
    }.items():
        assert main([*command, "--output", "t", path]) == 1
        assert capsys.readouterr().err == f"contre-enquete: {told}; expected a file of answers\n"
        assert not (folder / "t").exists()


def test_the_codebook_of_a_name_that_is_no_text_is_made(folder):
    answers = folder / os.fsdecode(b"a\xff.csv")
    answers.write_text(SAY_NO + SAY_YES[2:])
    assert main(["codebook", str(answers), "--output", "made.toml"]) == 0
    assert tabulate(answers) == 0


def test_what_killed_runs_left_is_removed_and_nothing_else(folder, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    dead = subprocess.Popen(["true"])
    dead.wait()
    names = [f"contre-enquete-{dead.pid}-abc", f"contre-enquete-{os.getpid()}-abc", "contre-enquete-mine", "other"]
    for name in names:
        (folder / name).mkdir()
        (folder / name / "answers.csv").write_text(SECRET)
    (folder / f"contre-enquete-{dead.pid}-link").symlink_to(folder / "other")
    (folder / "a.csv").write_text(SAY_NO)
    assert tabulate("a.csv") == 0
    assert [(folder / name / "answers.csv").exists() for name in names] == [False, True, True, True]


def test_a_query_that_does_not_end_is_stopped(folder, monkeypatch):
    from contre_enquete.answers.faults import reraise_as_data_error

    monkeypatch.setattr(source, "MAX_COMPUTING_SECONDS", 0.2)
    (folder / "a.csv").write_text(SAY_NO)
    answers = source.Answers(folder / "a.csv")
    with (
        pytest.raises(DataError, match=r"^a\.csv: the engine stops \(3,600 seconds are over\); expected"),
        reraise_as_data_error(answers),
        source.open_answers(answers) as table,
    ):
        table.get_backend().raw_sql(
            "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b"
        ).fetchall()


def check_no_answers_left(folder, environment):
    """No file of a folder has answers, and the next run removes the folder that a killed one left."""
    assert not [path for path in folder.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
    (folder.parent / "small.csv").write_text(SAY_NO)
    command = ["tabulate", "small.csv", "--codebook", "c.toml", "--output", "t.csv", "--minimum", "0"]
    assert run(*command, environment=environment, cwd=folder.parent).wait() == 0
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.thorough
def test_a_run_that_is_killed_at_any_moment_leaves_no_answers(seed, folder):
    """Of answers in another encoding, which are copied first; without SIGTERM, which a run could handle."""
    text = CODEBOOK.replace("[questions", '[file]\nencoding = "cp1252"\n[questions').replace(
        '"no"', f'"no", "{SECRET}"'
    )
    (folder / "d.toml").write_text(text)
    (folder / "big.csv").write_text("q\n" + f"yes\n{SECRET}\n" * 1_000_000, encoding="cp1252")
    (temporary := folder / "tmp").mkdir()
    environment = {"TMPDIR": str(temporary)}
    process = run("tabulate", "big.csv", "--codebook", "d.toml", "--output", "u.csv", environment=environment)
    time.sleep(random.Random(seed).uniform(0.5, 6))
    process.kill()
    process.wait()
    assert not list(folder.glob(".*")) or (folder / "u.csv").exists()
    check_no_answers_left(temporary, environment)
