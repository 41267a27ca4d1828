"""The same tables, byte for byte, from Spark, which is started on this machine, as from DuckDB."""

import os
import shutil
import subprocess
import sys

import pytest

from answers.test_input import ANSWERS, CODEBOOK, HEADER, SECRET, parquet, typed
from answers.test_oracle import COMMITTED, HERE
from conftest import BESIDE, PROJECT

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
MAIN = """
import sys
from contre_enquete.__main__ import main
for name in sys.argv[1:]:
    answers, codebook, table = name.split("|")
    print(table, main(["tabulate", answers, "--codebook", codebook, "--output", table, "--backend", "pyspark://"]))
"""
WRONG = {
    "unlisted": ANSWERS.replace("PME;0,5;Non", f"PME;0,5;{SECRET}"),
    "short": ANSWERS.replace("PME;0,5;Non;Oui;4;", SECRET),
    "weight": ANSWERS.replace("0,5", "0,5 %"),
    "encoding": ANSWERS.replace("Grande;2", f"{SECRET};2").encode("latin-1"),
}


@pytest.fixture
def spark():
    """Runs the command with Spark on names of answers, codebook and table; gives what it said."""
    if not shutil.which("java"):
        told = "no Java on the PATH, which Spark needs; on Debian: apt-get install default-jre-headless"
        if os.environ.get("CONTRE_ENQUETE_BROWSER") == "required":
            pytest.fail(told)
        pytest.skip(told)

    def run(folder, *names):
        environment = os.environ | {
            "PYTHONPATH": f"{PROJECT / 'src'}:{BESIDE}",
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_LOCAL_HOSTNAME": "localhost",
            "PYSPARK_PYTHON": sys.executable,
            "PYSPARK_SUBMIT_ARGS": "--master local[2] --conf spark.ui.enabled=false --conf spark.sql.shuffle.partitions=2 pyspark-shell",
        }
        command = [sys.executable, "-W", "ignore", "-c", MAIN, *names]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-2000:]
        return done

    return run


def test_spark_gives_the_same_fractions(spark, tabulated, tmp_path):
    cases = {case: (HERE / file, codebook) for case, (file, codebook) in COMMITTED.items()}
    cases["text"] = (tmp_path / "text.csv", CODEBOOK)
    (tmp_path / "text.csv").write_bytes(b"\xef\xbb\xbf" + ANSWERS.replace("\n", "\r\n").encode())
    cases["typed"] = (parquet(tmp_path / "typed.parquet", typed()), CODEBOOK)
    expected = {}
    for case, (answers, codebook) in cases.items():
        (tmp_path / f"{case}.toml").write_text(codebook, encoding="utf-8")
        _, said, table = tabulated(answers, codebook)
        assert said == ""
        expected[case] = table.read_bytes()
    spark(tmp_path, *(f"{answers}|{case}.toml|{case}.csv.table" for case, (answers, _) in cases.items()))
    assert {case: (tmp_path / f"{case}.csv.table").read_bytes() for case in cases} == expected


def test_what_spark_cannot_use_is_told_as_by_duckdb_and_nothing_leaks(spark, tabulated, tmp_path):
    (tmp_path / "told.toml").write_text(CODEBOOK, encoding="utf-8")
    expected = ""
    for fault, content in WRONG.items():
        (tmp_path / f"{fault}.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
        code, said, _ = tabulated(tmp_path / f"{fault}.csv", CODEBOOK)
        assert code == 1 and HEADER[:6] not in said
        expected += said
    done = spark(tmp_path, *(f"{fault}.csv|told.toml|{fault}.table" for fault in WRONG))
    assert [line for line in done.stderr.splitlines() if line.startswith("contre-enquete: ")] == expected.splitlines()
    assert SECRET not in done.stdout + done.stderr
    assert not list(tmp_path.glob("*.table"))
