"""Damages a copy of the edition in every way it knows, and counts what the checks notice.

`make mutants` tries every damage; `make mutants SAMPLE=40` forty of them, spread over the kinds.
Each mutant is one file changed. Its checks are tests that `make test` runs, the quickest first: a
mutant is killed when one fails. They run in processes forked from one that has imported what the
tests import, but not the package, so that damaged code counts.
"""

import csv
import io
import json
import multiprocessing
import os
import re
import shutil
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

PROJECT = Path(__file__).resolve().parents[1]
DRAWN = ["tests/test_charts.py", "-k", "not legible and not outside and not settings and not overlaps"]
FRESH = ["tests/test_notebooks.py", "-k", "fresh or redrawn"]
FRENCH = ["tests/test_notebooks.py", "-k", "fresh and fr/"]
CHECKS = {
    "data": [["tests/test_data.py", "-k", "figures_of or totals or security or used"], DRAWN, FRESH],
    "prose": [["tests/test_prose.py", "-k", "traced_whole"], ["tests/test_editions.py", "-k", "cells"]],
    "chart": [DRAWN, FRESH],
    "rule": [["tests/test_claims.py"], ["tests/test_estimates.py"], FRESH],
    "translation": [
        ["tests/test_approved.py"],
        ["tests/test_prose.py", "-k", "traced_whole"],
        ["tests/test_charts.py", "-k", "alternative or words or unused or data_table"],
        FRENCH,
    ],
}


@dataclass(frozen=True)
class Mutant:
    """One damage: its kind, where it is, what the file becomes, and which checks are concerned."""

    kind: str
    name: str
    path: str
    content: str
    checks: str


def data() -> Iterator[Mutant]:
    """Every percentage by one, and every pair of groups exchanged."""
    path = "data/survey.csv"
    header, *rows = list(csv.reader(io.StringIO((PROJECT / path).read_text(encoding="utf-8"))))
    percent, segment = header.index("percent"), header.index("segment")
    for number, row in enumerate(rows):
        if row[percent]:
            changed = [*row]
            changed[percent] = f"{float(row[percent]) + 1:g}"
            yield Mutant(
                "percentage by one", f"row {number + 2}", path, written(header, rows, {number: changed}), "data"
            )
    pairs = defaultdict(dict)
    for number, row in enumerate(rows):
        pairs[tuple(row[:3])][row[segment]] = number
    for key, found in pairs.items():
        if {"sme", "large"} <= set(found):
            one, other = found["sme"], found["large"]
            changed = {one: [*rows[one]], other: [*rows[other]]}
            changed[one][segment], changed[other][segment] = "large", "sme"
            if rows[one][percent] != rows[other][percent]:
                yield Mutant("groups exchanged", " ".join(key), path, written(header, rows, changed), "data")


def written(header: list[str], rows: list[list[str]], changed: dict[int, list[str]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows([header, *(changed.get(n, row) for n, row in enumerate(rows))])
    return buffer.getvalue()


LINK = re.compile(r"\[([^\[\]]*)\]\(#([^()\s]+)\)")
GROUPS = {"fr": ("PME", "grande entreprise"), "en": ("SME", "large compan")}


def prose() -> Iterator[Mutant]:
    """Each number, group word and link target of the notebooks; headings removed."""
    for path, notebook in notebooks():
        language = path.split("/")[1]
        for cell in notebook["cells"]:
            text = "".join(cell["source"])
            if cell["cell_type"] != "markdown":
                continue
            for match in LINK.finditer(text):
                where = f"{path} {cell['id']} {match[2]}"
                for kind, words in (
                    ("number in prose", by_one(match[1])),
                    ("group word", exchanged(match[1], *GROUPS[language])),
                ):
                    if words != match[1]:
                        yield cell_mutant(
                            kind, where, path, notebook, cell, text[: match.start(1)] + words + text[match.end(1) :]
                        )
                other = ".".join(reversed(match[2].split(".")))
                yield cell_mutant(
                    "link target", where, path, notebook, cell, text[: match.start(2)] + other + text[match.end(2) :]
                )
            if text.startswith("## "):
                yield cell_mutant(
                    "heading removed", f"{path} {cell['id']}", path, notebook, cell, text.split("\n", 1)[-1]
                )


def by_one(text: str) -> str:
    return re.sub(r"\d+(?!.*\d)", lambda match: str(int(match[0]) + 1), text, count=1)


def exchanged(text: str, sme: str, large: str) -> str:
    return text.replace(sme, large) if sme in text else text.replace(large, sme)


def cell_mutant(kind: str, name: str, path: str, notebook: dict, cell: dict, text: str) -> Mutant:
    cells = [{**each, "source": text} if each is cell else each for each in notebook["cells"]]
    return Mutant(kind, name, path, json.dumps({**notebook, "cells": cells}, ensure_ascii=False), "prose")


def outputs() -> Iterator[Mutant]:
    """Each stored output changed, cleared, its picture replaced, its counts nulled."""
    for path, notebook in notebooks():
        for cell in notebook["cells"]:
            for output in cell.get("outputs", []):
                data = output["data"]
                html = "".join(data["text/html"])
                damages = {
                    "output: number": {**data, "text/html": by_one(html)},
                    "output: text": {**data, "text/plain": "".join(data["text/plain"])[::-1]},
                    "output: picture": {**data, "text/html": re.sub(r"base64,.{40}", "base64," + "A" * 40, html)},
                }
                for kind, damaged in damages.items():
                    if damaged != {**data, "text/html": html}:
                        yield output_mutant(kind, path, notebook, cell, {"outputs": [{**output, "data": damaged}]})
                yield output_mutant("output: removed", path, notebook, cell, {"outputs": [], "execution_count": None})
                yield output_mutant("output: count", path, notebook, cell, {"execution_count": 99})


def output_mutant(kind: str, path: str, notebook: dict, cell: dict, changes: dict) -> Mutant:
    cells = [{**each, **changes} if each is cell else each for each in notebook["cells"]]
    content = json.dumps({**notebook, "cells": cells}, ensure_ascii=False)
    return Mutant(kind, f"{path} {cell['id']}", path, content, "output")


def code() -> Iterator[Mutant]:
    """Charts and alternative texts: value, order, label, colour, marker, title, axis. Rules: each limit and verdict."""
    chart = {
        "chart: value": (r"x=segment", lambda m: 'x="sme"'),
        "chart: order": (r"len\((pairs|rows)\) - 0\.5, -0\.5", lambda m: f"-0.5, len({m[1]}) - 0.5"),
        "chart: label": (r"percent\(value\)(?=,\n)", lambda m: "percent(value + 1)"),
        "chart: colour": (
            r"COLOURS\[segment\]|palette=COLOURS",
            lambda m: m[0].replace("COLOURS[segment]", "'#123456'").replace("COLOURS", "None"),
        ),
        "chart: marker": (
            r"\(\"sme\", \"o\"\), \(\"large\", \"D\"\)|\"sme\": \"<\"",
            lambda m: m[0].replace('"o"', '"D"').replace('"<"', '">"'),
        ),
        "chart: title": (r"title=title", lambda m: "title=title[::-1]"),
        "chart: axis": (r"percent_axis\(axes, survey\.language\)", lambda m: "axes.set_xlim(20, 100)"),
        "alternative text": (r"alternative=alternative", lambda m: "alternative=alternative[1:]"),
    }
    for path in sorted(PROJECT.glob("src/contre_enquete/*charts.py")):
        yield from replaced(path, chart, "chart")
    rules = {
        "rule: limit": (
            r"Fraction\(3, 2\)|JUST = 3|(?<=[<>]= )-?1\b|(?<=> )50\b|(?<=<= )50\b",
            lambda m: m[0].replace("3", "4").replace("50", "40") if re.search("3|50", m[0]) else "2",
        ),
        "rule: verdict": (
            r"return \(?\"(?:supported|contradicted|inverted|within rounding|wrong unit|not checkable|opinion)\"",
            lambda m: re.sub('"[^"]+"', lambda v: '"opinion"' if v[0] != '"opinion"' else '"supported"', m[0]),
        ),
    }
    yield from replaced(PROJECT / "src/contre_enquete/claims.py", rules, "rule")


def replaced(path: Path, damages: dict, checks: str) -> Iterator[Mutant]:
    text = path.read_text(encoding="utf-8")
    for kind, (pattern, change) in damages.items():
        for match in re.finditer(pattern, text):
            line = text.count("\n", 0, match.start()) + 1
            content = text[: match.start()] + change(match) + text[match.end() :]
            yield Mutant(kind, f"{path.name}:{line} {match[0]}", path.relative_to(PROJECT).as_posix(), content, checks)


def translations() -> Iterator[Mutant]:
    """Each translation removed, and each replaced by another."""
    path = PROJECT / "src/contre_enquete/locale/fr.po"
    text = path.read_text(encoding="utf-8")
    for match in re.finditer(r'msgid "(.+)"\nmsgstr "(.+)"', text):
        for kind, words in (("translation removed", ""), ("translation changed", f"Xx {match[2]}")):
            content = text[: match.start(2)] + words + text[match.end(2) :]
            yield Mutant(kind, match[1][:60], path.relative_to(PROJECT).as_posix(), content, "translation")


def notebooks() -> Iterator[tuple[str, dict]]:
    for path in sorted(PROJECT.glob("notebooks/[!.]*/*.ipynb")):
        yield path.relative_to(PROJECT).as_posix(), json.loads(path.read_text(encoding="utf-8"))


def sample(mutants: list[Mutant], size: int) -> list[Mutant]:
    """So many of them, the kinds in turn, evenly spread over each kind: the same at every run."""
    kinds = defaultdict(list)
    for mutant in mutants:
        kinds[mutant.kind].append(mutant)
    share = -(-size // len(kinds))
    chosen = {kind: found[:: max(1, len(found) // share)][:share] for kind, found in kinds.items()}
    turns = [
        mutant for turn in range(share) for mutant in (found[turn] for found in chosen.values() if turn < len(found))
    ]
    return turns[:size]


def copy(folder: Path) -> Path:
    """What the checks read, in a folder of its own."""
    target = folder / "project"
    ignore = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "*.part")
    for name in ("data", "figures", "notebooks", "src", "tests", "tools"):
        shutil.copytree(PROJECT / name, target / name, ignore=ignore)
    for name in ("README.md", "CHANGELOG.md", "CITATION.cff", "pyproject.toml", "requirements.lock", "environment.yml"):
        shutil.copy(PROJECT / name, target)
    return target


def checks_of(mutant: Mutant) -> list[list[str]]:
    """The tests that a mutant is tried with, quickest first; a stored output, with its own notebook alone."""
    if mutant.checks in CHECKS:
        return CHECKS[mutant.checks]
    _, language, name = mutant.path.removesuffix(".ipynb").split("/")
    return [["tests/test_notebooks.py", "-k", f"(fresh or clean) and {language}/{name}"]]


def killed_by(mutant: Mutant, project: Path) -> str:
    """The check that notices a mutant, or nothing."""
    path = project / mutant.path
    before = path.read_bytes()
    path.write_text(mutant.content, encoding="utf-8")
    try:
        for check in checks_of(mutant):
            if run(check, project):
                return " ".join(check)
        return ""
    finally:
        path.write_bytes(before)


def run(check: list[str], project: Path) -> int:
    """The exit code of pytest on a check, in a fork of this process."""
    if child := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 2
    try:
        code = test(check, project)
    finally:
        os._exit(int(code not in (0, 5)))


def test(check: list[str], project: Path) -> int:
    import pytest

    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    os.chdir(project)
    os.environ["PYTHONPATH"] = str(project / "src")
    os.environ["JUPYTER_DEFAULT_PROVISIONER_NAME"] = "contre-enquete-warm"
    sys.path[:0] = [str(project / "src"), str(project / "tests")]
    options = [
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "-W",
        "ignore::pytest.PytestAssertRewriteWarning",
    ]
    return pytest.main([*options, *check])


def work(tasks, results, ready, undamaged: list[str]) -> None:
    """Tries mutants until there are none left; the copy is this process's own, and passes every check first."""
    with TemporaryDirectory() as folder:
        project = copy(Path(folder))
        ready.put({check for check in undamaged if run(check.split("\t"), project)})
        while (mutant := tasks.get()) is not None:
            results.put((mutant, killed_by(mutant, project)))


def main(size: int) -> int:
    mutants = [*data(), *prose(), *outputs(), *code(), *translations()]
    mutants = sample(mutants, size) if size else mutants
    sys.dont_write_bytecode = True
    import babel.messages.pofile, frictionless, hypothesis, matplotlib.backends.backend_agg, nbclient, nbconvert, pandas, pytest, seaborn  # noqa: E401, F401, I001

    context = multiprocessing.get_context("fork")
    tasks, results, ready = (context.SimpleQueue() for _ in range(3))
    count = os.cpu_count() or 1
    checks = sorted({"\t".join(check) for mutant in mutants for check in checks_of(mutant)})
    workers = [context.Process(target=work, args=(tasks, results, ready, checks[n::count])) for n in range(count)]
    for worker in workers:
        worker.start()
    feed(tasks, mutants, len(workers))
    if failing := set().union(*(ready.get() for _ in workers)):
        for worker in workers:
            worker.kill()
        sys.exit("Checks that fail without any damage, so that nothing can be said:\n" + "\n".join(sorted(failing)))
    survivors, total, begun = [], Counter(), time.monotonic()
    for done in range(1, len(mutants) + 1):
        mutant, check = results.get()
        total[mutant.kind] += 1
        if not check:
            survivors.append(mutant)
        left = (time.monotonic() - begun) / done * (len(mutants) - done)
        print(
            f"\r{done} of {len(mutants)}, {len(survivors)} survived, {left / 60:.0f} min left ",
            end="",
            file=sys.stderr,
            flush=True,
        )
    print(file=sys.stderr)
    for worker in workers:
        worker.join()
    lost = Counter(mutant.kind for mutant in survivors)
    for kind, count in total.items():
        print(f"{kind:22} {count - lost[kind]:4} of {count:4} killed")
    for mutant in survivors:
        print(f"SURVIVED {mutant.kind}: {mutant.name}")
    print(f"{sum(total.values()) - len(survivors)} of {sum(total.values())} mutants killed")
    return 1 if survivors else 0


def feed(tasks, mutants: list[Mutant], workers: int) -> None:
    """Hands the mutants out from a thread, since a pipe holds only so much."""
    from threading import Thread

    Thread(target=lambda: [tasks.put(each) for each in [*mutants, *[None] * workers]], daemon=True).start()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
