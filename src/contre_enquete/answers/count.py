"""Ask the engine once for all the sums that a table needs, and check that they do for an estimate."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .cells import count_by_cell
from .clusters import count_by_cluster
from .codebook import Codebook, Condition
from .person import encode_people, is_in, weigh_people
from .tally import (
    MAX_WEIGHT,
    MIN_UNITS,
    SINGLETON_STRATUM,
    WEIGHT_DIGITS,
    AnswersError,
    ColumnError,
    Tally,
)

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir


@contextmanager
def encode_answers(answers: ibis.Table, codebook: Codebook) -> Iterator[ibis.Table]:
    """Yield people as `encode_people` has them, in a table of the engine, so that their file is read once."""
    with encode_people(answers, codebook).cache() as people:
        yield people


def count_answers(people: ibis.Table, codebook: Codebook, grouped: Collection[int] = ()) -> Tally:
    """Return the sums of people, as `encode_answers` has them. Raises AnswersError if some cannot be used.

    People in no group of the breakdowns in `grouped`, given by their indices, count as people of no weight.
    """
    digits = 0
    if codebook.weight:
        digits = _choose_digits(people.aggregate(greatest=people.valid.max()).to_pyarrow()[0][0].as_py())
    weighed = weigh_people(people, codebook, digits, grouped)
    tally = (count_by_cluster if codebook.cluster else count_by_cell)(weighed, codebook, digits)
    _check_tally(tally, codebook)
    return tally


def select_counted(answers: ibis.Table, codebook: Codebook) -> ibis.Table:
    """Return the people who count; `Codebook.counts_person` is the same rule for one. Raises ColumnError."""
    _check_columns(answers, codebook)
    conditions = [_holds(answers, condition) for condition in codebook.only]
    conditions += [~_holds(answers, condition) for condition in codebook.excluded]
    return answers.filter(*conditions) if conditions else answers


def _holds(answers: ibis.Table, condition: Condition) -> ir.BooleanValue:
    return is_in(answers[condition.name], condition.values).fill_null(False)


def _check_columns(answers: ibis.Table, codebook: Codebook) -> None:
    """Raise ColumnError unless the table has the columns of the codebook, of types that can be read."""
    types = answers.schema()
    for name in codebook.list_columns():
        type_ = types.get(name)
        if type_ is None:
            hint = _hint_at_delimiter(types)
            raise ColumnError(name, f"a column of that name in the file, whose header has none{hint}")
        if name in (codebook.weight, codebook.population, codebook.cluster_population):
            if not (type_.is_string() or (type_.is_numeric() and not type_.is_boolean())):
                raise ColumnError(name, f"numbers or text, not {type_}")
        elif not (type_.is_string() or type_.is_integer() or type_.is_floating() or type_.is_boolean()):
            raise ColumnError(name, f"text, numbers or yes and no, not {type_}")


def _hint_at_delimiter(columns: Collection[str]) -> str:
    """Return a hint for whoever set the wrong delimiter, so that all the header is one column."""
    return " and is one column: is the delimiter that of the file?" if len(columns) == 1 else ""


def _choose_digits(greatest: float | None) -> int:
    """Return how many decimals of weights are kept, given the greatest weight; 0 if there is none."""
    if not greatest or not 1 / MAX_WEIGHT <= greatest <= MAX_WEIGHT:
        return 0
    return WEIGHT_DIGITS - 1 - math.floor(math.log10(greatest))


def _check_tally(tally: Tally, codebook: Codebook) -> None:
    """Raise AnswersError if the sums do not do for an estimate."""
    if not tally.clusters:
        who = " that counts" if codebook.only or codebook.excluded else ""
        raise AnswersError(codebook.columns[0].name, f"at least one line under the header{who}")
    if codebook.weight and tally.smallest < MIN_UNITS:
        expected = f"weights of 0, or of at least 1/10**{WEIGHT_DIGITS - 4} of the greatest"
        raise AnswersError(codebook.weight, expected)
    unit = codebook.cluster or codebook.stratum or codebook.columns[0].name
    for stratum, clusters in tally.clusters.items():
        size = tally.population.get(stratum, math.inf)
        if size < clusters:
            raise AnswersError(codebook.population, "at least as many as the stratum has in the file")
        # One cluster shows no variance between clusters, unless it is all that the stratum has.
        if clusters == 1 and size > 1 and not codebook.lonely:
            raise AnswersError(unit, SINGLETON_STRATUM)
    for item, sums in zip(codebook.items, tally.sums[-1], strict=True):
        if not sums.strata or not sum(stratum.x for stratum in sums.strata.values()):
            raise AnswersError(codebook.columns[item.column].name, "at least one answer")
