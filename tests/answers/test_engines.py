"""The same tables, byte for byte, from Spark, which is started on this machine, as from DuckDB."""

import os
import shutil
import subprocess
import sys

import pytest

from answers.test_breakdowns import BREAKDOWNS, DESIGNS, codebook, people, written
from answers.test_exports import EXPORTS
from answers.test_input import ANSWERS, CODEBOOK, SECRET, parquet, typed
from answers.test_oracle import COMMITTED, HERE
from conftest import PROJECT
from contre_enquete.answers.differences import name_differences

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
MAIN = """
import sys
from contre_enquete.__main__ import main
for name in sys.argv[1:]:
    answers, codebook, table = name.split("|")
    print(table, main(["tabulate", answers, "--codebook", codebook, "--output", table, "--minimum", "0", "--backend", "pyspark://"]))
"""
WHOLE_QUESTIONS = COMMITTED["clusters"][1].split("[questions.q]")[0] + (
    '[questions.answers]\nkind = "one"\ncolumn = "scale"\nmissing = ["9"]\n'
    'items = { one = ["1"], two = ["2"], three = ["3"], four = ["4"], five = ["5"] }\n'
    '[questions.people]\nkind = "number"\ncolumns = { people = "people" }\n'
)
WRONG = {
    "unlisted": ANSWERS.replace("PME;0,5;Non", f"PME;0,5;{SECRET}"),
    "short": ANSWERS.replace("PME;0,5;Non;Oui;4;", SECRET),
    "weight": ANSWERS.replace("0,5", "0,5 %"),
    "encoding": ANSWERS.replace("Grande;2", f"{SECRET};2").encode("latin-1"),
}


@pytest.fixture(scope="module")
def cases(engine, tmp_path_factory):
    """A folder with answers and codebooks that Spark has made tables of in one session; their names; what it said."""
    if os.environ.get("CONTRE_ENQUETE_SPARK") != "required":
        pytest.skip("Spark needs Java and half a gigabyte. To run them: make spark")
    if not shutil.which("java"):
        pytest.fail("no Java on the PATH, which Spark needs; on Debian: apt-get install default-jre-headless")
    folder = tmp_path_factory.mktemp("spark")
    answers = {case: (HERE / file, text) for case, (file, text) in COMMITTED.items()}
    answers["text"] = (folder / "text.csv", CODEBOOK)
    answers["text"][0].write_bytes(b"\xef\xbb\xbf" + ANSWERS.replace("\n", "\r\n").encode())
    answers["typed"] = (parquet(folder / "typed.parquet", typed()), CODEBOOK)
    answers["whole questions"] = (HERE / "invented.csv", WHOLE_QUESTIONS)
    for design in ("strata", "clusters"):
        text = codebook(*BREAKDOWNS, design=DESIGNS[design]).removeprefix('source = "ours"\n')
        answers[design] = (folder / f"{design}.csv", text)
        answers[design][0].write_text(written(people(200, without=0.2)), encoding="utf-8")
    for kind in ("consent", "google-forms", "microsoft-forms", "qualtrics", "size-as-number", "spss", "stopped-early"):
        (path,) = (path for path in EXPORTS.glob(f"{kind}.*") if path.suffix != ".toml")
        answers[kind] = (path, (EXPORTS / f"{kind}.toml").read_text(encoding="utf-8"))
    for fault, content in WRONG.items():
        answers[fault] = (folder / f"{fault}.csv", CODEBOOK)
        answers[fault][0].write_bytes(content if isinstance(content, bytes) else content.encode())
    answers = {case: (path, f'source = "Ours"\n{text}') for case, (path, text) in answers.items()}
    for case, (_, text) in answers.items():
        (folder / f"{case}.toml").write_text(text, encoding="utf-8")
    environment = os.environ | {
        "PYTHONPATH": f"{PROJECT / 'src'}:{PROJECT / '.cache/spark'}",
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_HOSTNAME": "localhost",
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_SUBMIT_ARGS": "--master local[2] --conf spark.ui.enabled=false --conf spark.sql.shuffle.partitions=2 pyspark-shell",
    }
    names = [f"{path}|{case}.toml|{case}.table" for case, (path, _) in answers.items()]
    command = [sys.executable, "-W", "ignore", "-c", MAIN, *names]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return folder, answers, done


def test_spark_gives_the_same_fractions(cases, tabulated):
    folder, answers, _ = cases
    for case in answers.keys() - WRONG.keys():
        _, said, table = tabulated(*answers[case])
        assert said == "" and table.read_bytes() == (folder / f"{case}.table").read_bytes(), case
        compared, by_spark = name_differences(table), name_differences(folder / f"{case}.table")
        assert by_spark.exists() == compared.exists(), case
        assert not compared.exists() or compared.read_bytes() == by_spark.read_bytes(), case


def test_what_spark_cannot_use_is_told_as_by_duckdb_and_nothing_leaks(cases, tabulated):
    folder, answers, done = cases
    told = [line for line in done.stderr.splitlines() if line.startswith("contre-enquete: ")]
    assert told == [tabulated(*answers[fault])[1].rstrip("\n") for fault in WRONG]
    assert SECRET not in done.stdout + done.stderr
    assert not [fault for fault in WRONG if (folder / f"{fault}.table").exists()]
