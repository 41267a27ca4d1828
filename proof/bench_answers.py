"""How long a table of many answers takes, beside the same sums by hand, in one run: compare ratios, not seconds.

    .venv/bin/python proof/bench_answers.py 10000 1000000 10000000

Invents as many answers as are named, the same each time, as CSV and as Parquet: 32 columns, of which 20 questions of
several answers, 6 scales, weights, 40 strata of 50 clusters, and two breakdowns. Two codebooks use them: with weights,
strata and one breakdown, and with clusters and the second breakdown too. Each job is a process of its own, of which it
prints seconds, those of processors (which a busy machine changes less), and peak memory. It fails where the memory of
ours is over the limit below, however many rows there are. svy estimates three of the items, where it is installed:

    .venv/bin/python -m pip install --target .cache/svy svy

How long protection takes, of surveys in which 2 % of the answers are missing, and how many percents it withholds; the
coarse method alone too, where the exact one ends. It fails where it takes longer or withholds more than it should:

    .venv/bin/python proof/bench_answers.py protection
"""

import csv
import math
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

PROJECT = Path(__file__).resolve().parents[1]
MOST_MEGABYTES = 2_000  # that a table may take: the engine has 1 GB, then goes to disk
SIZES = [int(text) for text in sys.argv[1:] if text.isdecimal()] or [10_000, 1_000_000]
TOOLS, SCALES = [f"q{place}" for place in range(20)], [f"s{place}" for place in range(6)]
CODEBOOK = f"""
[file]
delimiter = ";"
[design]
weight = "weight"
stratum = "stratum"
[segment]
column = "size"
groups.small = ["10-99", "100-249"]
groups.large = ["250+"]
[questions.tools]
kind = "several"
columns = {{ {", ".join(f'{name} = "{name}"' for name in TOOLS)} }}
yes = ["Oui"]
no = ["Non"]
[questions.scales]
kind = "scale"
columns = {{ {", ".join(f'{name} = "{name}"' for name in SCALES)} }}
values = ["1", "2", "3", "4", "5"]
"""
CLUSTERS = """
[breakdowns.region]
column = "region"
groups = { r0 = ["r0"], r1 = ["r1"], r2 = ["r2"], r3 = ["r3"] }
"""
CODEBOOKS = {
    "strata": CODEBOOK,
    "clusters": CODEBOOK.replace("[segment]", 'cluster = "cluster"\n[segment]') + CLUSTERS,
}
INVENT = """
import duckdb, sys
rows, folder = int(sys.argv[1]), sys.argv[2]
con = duckdb.connect()
con.execute("create macro u(i, j) as (hash(i * 64 + j + 7000000007) >> 2)::bigint")
columns = ["i + 1 as id", "['10-99', '100-249', '250+'][1 + u(i, 0) % 3] as size", "'s' || (u(i, 1) % 40) as stratum",
           "'c' || (u(i, 3) % 50) as cluster", "'r' || (u(i, 4) % 4) as region",
           "round(0.5 + (u(i, 2) % 1000000) / 1000000.0, 4) as weight"]
for j in range(20):
    columns.append(f"case when u(i, {10 + j}) % 100 < {3 + 4 * j} then 'Oui' when u(i, {10 + j}) % 100 < 96 then 'Non' else '' end as q{j}")
for j in range(6):
    columns.append(f"case when u(i, {40 + j}) % 50 = 0 then '' else (1 + u(i, {40 + j}) % 5)::varchar end as s{j}")
select = f"select {', '.join(columns)} from range({rows}) t(i)"
con.execute(f"copy ({select}) to '{folder}/answers.csv' (delimiter ';', header)")
con.execute(f"copy ({select}) to '{folder}/answers.parquet' (format parquet)")
"""
BY_HAND = """
import duckdb, sys
from bench_answers import SCALES, TOOLS
path, has_clusters = sys.argv[1], sys.argv[2] == "clusters"
con = duckdb.connect(config={"memory_limit": "1GB"})
said = {**dict.fromkeys(TOOLS, "= 'Oui'"), **dict.fromkeys(SCALES, "in ('4', '5')")}
codes = ", ".join(f"case when {c} <> '' then ({c} {yes})::tinyint end {c}" for c, yes in said.items())
source = f"'{path}'" if path.endswith("parquet") else f"read_csv('{path}', delim = ';', header = true, all_varchar = true)"
people = f"select case when size = '250+' then 'large' else 'small' end size, region, stratum, cluster, weight::double w, {codes} from {source}"
base = "case when {0} is not null then w end"
sums = [f"count({{0}}) n_{{0}}, sum({{0}}) k_{{0}}, sum({base}) x_{{0}}, sum(w * {{0}}) y_{{0}}, sum({base} * w) s_{{0}}"]
if not has_clusters:
    sums += ["sum(w * w * {0})"]
    query = f"select size, stratum, count(*), {', '.join(part.format(c) for c in said for part in sums)} from ({people}) group by all"
else:
    keys = "(stratum, cluster), (stratum, cluster, size), (stratum, cluster, region)"
    totals = f"select stratum, cluster, size, region, {', '.join(part.format(c) for c in said for part in sums)} from ({people}) group by grouping sets ({keys})"
    of = "sum(n_{0}), sum(k_{0}), sum(x_{0}), sum(y_{0}), sum(s_{0}), sum(x_{0} * x_{0}), sum(x_{0} * y_{0}), sum(y_{0} * y_{0})"
    query = f"select stratum, size, region, count(*), {', '.join(map(of.format, said))} from ({totals}) group by all"
print(con.execute(query).fetchall()[0][:5])
"""
PANDAS = """
import pandas as pd, sys
from bench_answers import SCALES, TOOLS
path = sys.argv[1]
table = pd.read_parquet(path) if path.endswith("parquet") else pd.read_csv(path, sep=";", dtype=str, keep_default_na=False).astype({"weight": float})
groups, w = [table["size"], table["stratum"]], table["weight"]
found = []
for c in [*TOOLS, *SCALES]:
    known, yes = table[c] != "", table[c].isin(["Oui", "4", "5"])
    sums = pd.DataFrame({"n": known, "yes": yes, "w": w * known, "wy": w * yes, "ww": w * w * known, "wwy": w * w * yes})
    found.append(sums.groupby(groups).sum())
print(found[0].iloc[0].tolist())
"""
SVY = """
import sys
sys.path.insert(0, sys.argv[2])
import polars as pl, svy
path, items = sys.argv[1], ["q0", "q1", "q2"]
columns = ["size", "stratum", "weight", *items]
table = pl.read_parquet(path, columns=columns) if path.endswith("parquet") else pl.read_csv(path, separator=";", columns=columns)
coded = [pl.when(pl.col(c) != "").then((pl.col(c) == "Oui").cast(pl.Int8)).alias(c) for c in items]
sample = svy.Sample(data=table.with_columns(coded), design=svy.Design(stratum="stratum", wgt="weight"))
print([sample.estimation.prop(y=c, by="size", drop_nulls=True) for c in items])
"""

SURVEYS = {  # people, breakdowns, groups, items, weights: the most seconds of processors, on idle cores; percents withheld
    (300, 1, 8, 30, True): (10, 187), (3_000, 1, 8, 30, True): (10, 27),
    (400, 2, 4, 12, False): (10, 57), (400, 2, 4, 12, True): (10, 57),
    (300, 3, 8, 30, False): (60, 690), (3_000, 3, 8, 30, False): (60, 260),
    (300, 3, 8, 30, True): (60, 710), (3_000, 3, 8, 30, True): (60, 210), (30_000, 3, 8, 30, True): (60, 25),
}  # fmt: skip
MOST_COARSE = 1.3  # times the percents that the exact method withholds
INVENT_SURVEY = """
import csv, random, sys
people, breakdowns, groups, items, folder = *map(int, sys.argv[1:5]), sys.argv[5]
draw = random.Random(1)
shares = [draw.betavariate(1, 2) for _ in range(items)]
names = [f"b{b}" for b in range(breakdowns)], [f"q{q}" for q in range(items)]
with open(f"{folder}/answers.csv", "w", newline="") as file:
    table = csv.writer(file)
    table.writerow([*names[0], *names[1], "weight"])
    for _ in range(people):
        of = draw.choices(range(groups), [1 / rank for rank in range(1, groups + 1)], k=breakdowns)
        said = ["" if draw.random() < 0.02 else int(draw.random() < share) for share in shares]
        table.writerow([*of, *said, round(draw.lognormvariate(0, 0.5), 4)])
"""


def write_survey_codebook(breakdowns: int, groups: int, items: int, weights: bool) -> str:
    lines = ['[design]\nweight = "weight"'] if weights else []
    for place in range(breakdowns):
        lines.append(f'[breakdowns.b{place}]\ncolumn = "b{place}"')
        lines += [f'groups.b{place}g{group} = ["{group}"]' for group in range(groups)]
    lines.append('[questions.q]\nkind = "several"\nyes = ["1"]\nno = ["0"]')
    return "\n".join([*lines, *(f'columns.q{item} = "q{item}"' for item in range(items))])


def bench_protection() -> int:
    """Return how many goals are missed."""
    print(f"{'people':>7} {'breakdowns x groups x items':28} {'weights':8} {'seconds':>8} {'processor':>9} withheld")
    missed = 0
    for (people, breakdowns, groups, items, weights), (most_seconds, most_withheld) in SURVEYS.items():
        with TemporaryDirectory(dir=PROJECT / ".cache") as folder:
            sizes = [str(number) for number in (people, breakdowns, groups, items)]
            subprocess.run([sys.executable, "-c", INVENT_SURVEY, *sizes, folder], check=True)
            codebook = write_survey_codebook(breakdowns, groups, items, weights)
            Path(folder, "codebook.toml").write_text(codebook, encoding="utf-8")
            seconds, busy, percents, is_exact = tabulate_survey(folder)
            misses = ["too long"] if not busy < most_seconds else []
            misses += ["too many"] if percents.count("") > most_withheld else []
            withheld = f"{percents.count('')} of {len(percents)}"
            if is_exact:
                *_, coarse, _ = tabulate_survey(folder, "--time-limit", "0")
                withheld += f", coarse {coarse.count('')}"
                is_coarse_worse = coarse.count("") > MOST_COARSE * percents.count("")
                misses += ["too many by the coarse method"] if is_coarse_worse else []
        missed += len(misses)
        shape = f"{breakdowns} x {groups} x {items}"
        line = f"{people:7,} {shape:28} {'yes' if weights else 'no':8} {seconds:8.1f} {busy:9.1f} {withheld}"
        print(": ".join([line, *misses]), flush=True)
    return missed


def tabulate_survey(folder: str, *options: str) -> tuple[float, float, list[str], bool]:
    """Return seconds, those of processors, the percents of the table, and whether the exact method made it."""
    files = ["--codebook", f"{folder}/codebook.toml", "--output", f"{folder}/table.csv"]
    job = [sys.executable, "-m", "contre_enquete", "tabulate", f"{folder}/answers.csv", *files, *options]
    seconds, busy, _ = measured(job)
    with Path(folder, "table.csv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    return seconds, busy, [row["percent"] for row in rows], all(row["withheld"] != "coarse" for row in rows)


def main() -> None:
    if sys.argv[1:] == ["protection"]:
        sys.exit(1 if bench_protection() else 0)
    print(f"{'rows':>11} {'':36} {'seconds':>8} {'× by hand':>9} {'processor':>9} {'× by hand':>9} {'peak MB':>8}")
    peaks = []
    for rows in SIZES:
        with TemporaryDirectory(dir=PROJECT / ".cache") as folder:
            measured([sys.executable, "-c", INVENT, str(rows), folder])
            for design, codebook in CODEBOOKS.items():
                Path(folder, "codebook.toml").write_text(codebook, encoding="utf-8")
                peaks += [bench_file(rows, design, f"{folder}/answers.{kind}") for kind in ("csv", "parquet")]
    if max(peaks) > MOST_MEGABYTES:
        raise SystemExit(f"a table took {max(peaks):,.0f} MB; expected at most {MOST_MEGABYTES:,}")


def bench_file(rows: int, design: str, answers: str) -> float:
    """Print how long the jobs take of one file, and return the megabytes of ours."""
    folder = Path(answers).parent
    options = ["--codebook", f"{folder}/codebook.toml", "--output", f"{folder}/table.csv"]
    ours = [sys.executable, "-m", "contre_enquete", "tabulate", answers, *options]
    jobs = {
        "SQL by hand": [sys.executable, "-c", BY_HAND, answers, design],
        "ours": ours,
        "ours, unprotected": [*ours, "--minimum", "0"],
    }
    if design == "strata":
        jobs["pandas"] = [sys.executable, "-c", PANDAS, answers]
        if (library := PROJECT / ".cache/svy").is_dir():
            jobs["svy, three items"] = [sys.executable, "-c", SVY, answers, str(library)]
    hand: tuple[float, float] | None = None
    peaks = {}
    for name, job in jobs.items():
        seconds, busy, peaks[name] = measured(job)
        hand = hand or (seconds, busy)
        times = f"{seconds:8.2f} {seconds / hand[0]:9.2f} {busy:9.2f} {busy / hand[1]:9.2f}"
        label = f"{design}, {Path(answers).suffix[1:]}: {name}"
        print(f"{rows:11,} {label:36} {times} {peaks[name]:8.0f}", flush=True)
    return peaks["ours"]


def measured(job: list[str]) -> tuple[float, float, float]:
    """Seconds, seconds of processors and peak megabytes of a command, NaN if it fails, as for want of memory."""
    environment = os.environ | {"PYTHONPATH": f"{PROJECT / 'src'}:{PROJECT / 'proof'}:{PROJECT / '.cache/answers'}"}
    begun = time.monotonic()
    process = subprocess.Popen(job, env=environment, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        return math.nan, math.nan, used.ru_maxrss / 1024
    return time.monotonic() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


if __name__ == "__main__":
    main()
