"""Say in a terminal what was made of a file of answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..text.language import Language
from .protect import describe_protection
from .published import PublishedNames
from .tabulate import Tabulation


def describe_table(
    table: Tabulation, codebook: Path, output: Path, published: PublishedNames, language: Language
) -> Iterator[str]:
    """Yield line by line what a table holds, what it hides and why, and how much of it is compared."""
    say, number = language.say, language.number
    if table.renamed:
        names = ", ".join(map(repr, table.renamed))
        yield say("The header has names twice: these columns are called {names}", names=names)
    if uncounted := table.count.uncounted:
        yield say("{number} rows do not count: {file} leaves them out", number=number(uncounted), file=codebook.name)
    withheld = sum(bool(row["withheld"]) for row in table.rows)
    rows = say("{rows} rows, {withheld} of them with hidden figures", rows=len(table.rows), withheld=withheld)
    yield say("Made {file}: {rows}", file=output, rows=rows)
    if withheld:
        yield say(
            "To hide fewer, join small groups or rare answers in {file}, or use fewer breakdowns", file=codebook.name
        )
    yield from describe_protection(table.count, table.protected, language)
    for key in table.count.grouped_only:
        yield say("People in no group of {key} are left out everywhere: too few to stay hidden in the total", key=key)
    if published.items and (count := published.count_rows(table.rows)):
        yield say("{count} rows have names of the published survey, and are compared with its figures", count=count)
    elif published.items:
        yield say("No question is one of the published survey: nothing is compared with its figures")
