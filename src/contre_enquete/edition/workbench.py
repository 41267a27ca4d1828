"""Run the stale steps of a build and keep their files.

A step is fresh if what it was given, what it read and what it made are byte for byte as in its last run, by a ledger of
digests. It is given what it always depends on; what else it reads of data and article is recorded while it runs. The
files of stale steps are made in memory first, then written beside those that they replace, and at last all are moved to
their places: an error leaves everything as it was, a full disk too, and an interruption leaves no half-written file.
One that comes between two moves leaves a marker, which `check` reports and the next build removes.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import TypedDict

from ..project import (
    LEDGER,
    RUNS,
    UNFINISHED,
    digest_contents,
    digest_each,
    hold_alone,
    is_running,
    list_sources,
    move_parts,
    write_parts,
)
from ..reads import collect

OUTPUT_FOLDERS = ("figures", "notebooks", "site", RUNS)  # where the build writes
PART_NUMBER = re.compile(r"\.([0-9]+)\.part$")  # the end of the name of a file that a process had not moved yet

Files = dict[str, bytes]  # path, relative to the project's folder -> content
Begin = Callable[
    [str, int | None, float], None
]  # told of a step that begins, how many may follow, its seconds last time
Step = tuple[str, list[bytes | None], Callable[[], Files]]  # name, inputs, the function that makes its files


class StepEntry(TypedDict):
    """The ledger's entry on a step: digests of all that it was given, read and made; the seconds that it took."""

    inputs: str
    reads: dict[str, str]
    results: dict[str, str]
    seconds: float


class Workbench:
    """An overlay of newly made files over the files on disk. Nothing is written until `finish()`."""

    def __init__(
        self, project: Path, report: Callable[[str], None], begin: Begin = lambda step, left, last: None
    ) -> None:
        self.project, self.report, self.begin = project, report, begin
        self.made: Files = {}
        self.stale = 0
        self.before = _parse_ledger(self.read(LEDGER) or b"{}")
        self.after: dict[str, StepEntry] = {}
        self.sources = digest_each(project, list_sources(project))
        self.others: dict[str, str] = {}  # digests of other files that steps read, "" for those that are not there

    def files(self, pattern: str) -> list[str]:
        """Return the paths of files that match a pattern, in order; without hidden files and folders."""
        disk = {path.relative_to(self.project).as_posix() for path in self.project.glob(pattern) if path.is_file()}
        made = {path for path in self.made if Path(path).match(pattern)}
        return sorted(
            path for path in disk - self.obsolete() | made if not any(part.startswith(".") for part in path.split("/"))
        )

    def obsolete(self) -> set[str]:
        """Return the paths of files that the steps taken so far made in the last build and no longer make."""
        before = {path for name in self.after if name in self.before for path in self.before[name]["results"]}
        return before - {path for entry in self.after.values() for path in entry["results"]}

    def read(self, path: str) -> bytes | None:
        """Return the content of a file that is made so far or on disk, None if it is neither."""
        file = self.project / path
        return self.made[path] if path in self.made else file.read_bytes() if file.is_file() else None

    def content(self, path: str) -> bytes:
        """Return the content of a file that is made so far or on disk. Raises OSError if it is neither."""
        return self.made[path] if path in self.made else (self.project / path).read_bytes()

    def changes(self, pattern: str) -> bool:
        """Return whether a file that matches a pattern has been made and is not the same on disk."""
        on_disk = {path: self.project / path for path in self.made if Path(path).match(pattern)}
        return any(not file.is_file() or file.read_bytes() != self.made[path] for path, file in on_disk.items())

    def steps(self, steps: list[Step]) -> None:
        """Make, side by side, the files of each step whose inputs or results have changed since the last build.

        If several steps fail, raises the error of the first one in the list.
        """
        digests = {name: digest_contents(*inputs) for name, inputs, _ in steps}
        stale = [(name, make) for name, _, make in steps if not self._fresh(name, digests[name])]
        later = len(stale) + len(self.before.keys() - self.after.keys() - digests.keys())
        with ThreadPoolExecutor(min(len(stale), os.cpu_count() or 1) or 1) as pool:
            tasks = {
                pool.submit(self._make, name, make, later - count): name for count, (name, make) in enumerate(stale, 1)
            }
            try:
                for task in as_completed(tasks):
                    if task.exception():
                        break
                    self.report(tasks[task])
            finally:
                pool.shutdown(cancel_futures=True)
        for task in tasks:
            if not task.cancelled():
                task.result()
        for task, name in tasks.items():
            files, read, seconds = task.result()
            self.made |= files
            results = {path: digest_contents(content) for path, content in files.items()}
            reads = {path: self._digest_source(path) for path in read}
            self.after[name] = {"inputs": digests[name], "reads": reads, "results": results, "seconds": seconds}
        self.stale += len(stale)

    def _make(self, name: str, make: Callable[[], Files], left: int) -> tuple[Files, set[str], float]:
        """Return the files that a step makes, the paths of the sources that it notes, and the seconds that it takes."""
        self.begin(name, left if self.before else None, self.before[name]["seconds"] if name in self.before else 0)
        begun = time.monotonic()
        with collect() as read:
            files = make()
        return files, read, round(time.monotonic() - begun, 1)

    def _fresh(self, name: str, inputs: str) -> bool:
        """Return whether a step's inputs (as a digest) and results are unchanged; if so, keep its entry."""
        entry = self.before.get(name)
        if entry is None or entry["inputs"] != inputs:
            return False
        if any(self._digest_source(path) != digest for path, digest in entry["reads"].items()):
            return False
        self.after[name] = entry
        return all(digest_contents(self.read(path)) == digest for path, digest in entry["results"].items())

    def _digest_source(self, path: str) -> str:
        """Return the digest of a source as the build found it."""
        if path not in self.sources:
            self.others |= digest_each(self.project, {path} - {*self.others})
        return self.sources.get(path) or self.others[path]

    def finish(self, keep_others: bool = False) -> None:
        """Replace the changed files; remove those that no step makes any more, and those that a killed build left.

        With `keep_others`, steps of the last build that were not asked for keep their entries and files. Raises
        WriteError if a file cannot be written.
        """
        with hold_alone(self.project):
            if keep_others:
                self.after = self.before | self.after
            now = digest_each(self.project, {*list_sources(self.project), *self.sources, *self.others})
            if self.sources | self.others != now:
                for entry in self.after.values():  # somebody saves a source meanwhile: which of the two was read?
                    entry["inputs"] = ""
            ledger = json.dumps(self.after, indent=1, sort_keys=True).encode() if self.after != self.before else None
            made = self.made if ledger is None else self.made | {LEDGER: ledger}
            parts = write_parts({self.project / path: content for path, content in made.items()})
            obsolete = [self.project / path for path in self._list_unmade() if (self.project / path).exists()]
            marker = self.project / UNFINISHED
            if parts or obsolete:
                marker.parent.mkdir(exist_ok=True)
                marker.touch()
                move_parts(parts)
                for path in obsolete:
                    path.unlink(missing_ok=True)
            marker.unlink(missing_ok=True)
            for folder in OUTPUT_FOLDERS:
                for part in (self.project / folder).rglob(".*.part"):
                    if (process := PART_NUMBER.search(part.name)) and not is_running(int(process[1])):
                        part.unlink(missing_ok=True)

    def _list_unmade(self) -> set[str]:
        """Return the paths of pages, figures and runs that the last build made and this one does not."""
        made, kept = (
            {path for entry in entries.values() for path in entry["results"]} for entries in (self.before, self.after)
        )
        return {path for path in made - kept if path.startswith(("site/", "figures/", f"{RUNS}/"))}


def _parse_ledger(content: bytes) -> dict[str, StepEntry]:
    """Return the entries of a ledger, none if it is damaged: then every step is stale."""
    try:
        ledger = {
            name: StepEntry(
                inputs=e["inputs"], reads=dict(e["reads"]), results=dict(e["results"]), seconds=float(e["seconds"])
            )
            for name, e in json.loads(content).items()
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
    return ledger
