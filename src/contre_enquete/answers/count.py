"""Ask the engine once for all the sums that a table needs."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from .cells import by_cell
from .clusters import by_cluster
from .codebook import Codebook
from .person import number
from .tally import DIGITS, HEAVIEST, KEPT, LONELY, FaultyAnswers, FaultyColumn, Tally

if TYPE_CHECKING:
    import ibis

PEEK = 10_000  # rows from which the unit of the weights is guessed


def count(answers: ibis.Table, codebook: Codebook, grouped: Collection[int] = ()) -> Tally:
    """Return the sums of a table of answers. Raises FaultyAnswers if some cannot be used.

    Who is in no group of the breakdowns in `grouped`, given by their places, is treated as one of no weight. If the unit of the weights proves to be wrong for the greatest of them, they are asked for once more.
    """
    _check_columns(answers, codebook)
    digits = 0
    if codebook.weight:
        some = answers.limit(PEEK)
        greatest = number(some[codebook.weight], codebook.decimal).max()
        digits = _digits(some.aggregate(greatest=greatest).to_pyarrow()[0][0].as_py())
    while True:
        result = (by_cluster if codebook.cluster else by_cell)(answers, codebook, digits, grouped)
        if codebook.cluster and len(codebook.breakdowns) > 1:
            plain = replace(codebook, stratum="", cluster="", population="")
            result.crossed = by_cell(answers, plain, digits, grouped).crossed
        needed = _digits(result.greatest) if codebook.weight else 0
        if needed == digits:
            return _checked(result, codebook)
        digits = needed


def _check_columns(answers: ibis.Table, codebook: Codebook) -> None:
    kinds = answers.schema()
    for name in codebook.list_columns():
        kind = kinds.get(name)
        if kind is None:
            raise FaultyColumn(name, "a column of that name in the file, whose header has none" + _undivided(kinds))
        if name in (codebook.weight, codebook.population):
            if not (kind.is_string() or (kind.is_numeric() and not kind.is_boolean())):
                raise FaultyColumn(name, f"numbers or text, not {kind}")
        elif not (kind.is_string() or kind.is_integer() or kind.is_floating() or kind.is_boolean()):
            raise FaultyColumn(name, f"text, numbers or yes and no, not {kind}")


def _undivided(names: Collection[str]) -> str:
    """Return a hint for who named the wrong delimiter, so that all the header is one column."""
    return " and is one column: is the delimiter that of the file?" if len(names) == 1 else ""


def _digits(greatest: float | None) -> int:
    """Return how many decimals of weights are kept, given the greatest weight; 0 if there is none."""
    return DIGITS - 1 - math.floor(math.log10(greatest)) if greatest and 1 / HEAVIEST <= greatest <= HEAVIEST else 0


def _checked(result: Tally, codebook: Codebook) -> Tally:
    """Return the sums. Raises FaultyAnswers if they do not do for an estimate."""
    if not result.clusters:
        raise FaultyAnswers(codebook.columns[0].name, "at least one line under the header")
    if codebook.weight and result.smallest < KEPT:
        raise FaultyAnswers(codebook.weight, f"weights of 0, or of at least 1/10**{DIGITS - 4} of the greatest")
    unit = codebook.cluster or codebook.stratum or codebook.columns[0].name
    for stratum, clusters in result.clusters.items():
        size = result.population.get(stratum, math.inf)
        if size < clusters:
            raise FaultyAnswers(codebook.population, "at least as many as the stratum has in the file")
        if clusters == 1 and size > 1:
            raise FaultyAnswers(unit, LONELY)
    for item, sums in zip(codebook.items, result.sums[-1], strict=True):
        if not sums.strata or not sum(stratum.b for stratum in sums.strata.values()):
            raise FaultyAnswers(codebook.columns[item.column].name, "at least one answer")
    return result
