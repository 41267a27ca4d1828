"""Ask the engine once for all the sums that a table needs, and check that they do for an estimate."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .cells import Cells, sum_cells, sum_strata
from .clusters import add_clusters, add_people
from .codebook import Codebook, Condition
from .person import encode_people, is_in, weigh_people
from .tally import (
    MAX_WEIGHT,
    MIN_UNITS,
    SINGLETON_STRATUM,
    WEIGHT_DIGITS,
    AnswersError,
    ColumnError,
    Record,
    Tally,
    check_code,
)

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir


@contextmanager
def encode_answers(answers: ibis.Table, codebook: Codebook) -> Iterator[ibis.Table]:
    """Yield people as `encode_people` has them, in a table of the engine, so that their file is read once."""
    with encode_people(answers, codebook).cache() as people:
        yield people


def count_answers(people: ibis.Table, codebook: Codebook, grouped: Collection[int] = ()) -> tuple[Tally, Cells]:
    """Return the sums of people, as `encode_answers` has them. Raises AnswersError if some cannot be used.

    People in no group of the breakdowns in `grouped`, given by their indices, count as people of no weight.
    """
    greatest = _find_greatest(people, codebook)
    digits = _choose_digits(greatest) if codebook.weight else 0
    weighed = weigh_people(people, codebook, digits, grouped)
    cells = sum_cells(weighed, codebook)
    tally = Tally.make_empty(codebook, digits)
    for record in sum_strata(cells):
        _add_stratum(record, codebook, tally)
    if codebook.cluster:
        add_clusters(weighed, cells, codebook, tally)
    else:
        add_people(cells, codebook, tally)
    _check_tally(tally, codebook)
    return tally, cells


def _find_greatest(people: ibis.Table, codebook: Codebook) -> float | None:
    """Return the greatest weight. Raises AnswersError for a value of a column that the codebook does not list."""
    columns = {f"segment{place}": breakdown.column for place, breakdown in enumerate(codebook.breakdowns)}
    columns |= {f"code{place}": column for place, column in enumerate(codebook.columns)}
    codes = {name: people[name].max() for name in columns}
    (record,) = people.aggregate(valid=people.valid.max(), **codes).to_pyarrow().to_pylist()
    for name, column in columns.items():
        check_code(column, record[name] or 0)
    greatest: float | None = record["valid"]
    return greatest


def _add_stratum(record: Record, codebook: Codebook, tally: Tally) -> None:
    """Add how many clusters, or people without them, are in a stratum. Raises AnswersError for what cannot be used."""
    tally.add_record(record, codebook)
    if codebook.cluster and record["no_cluster"]:
        raise AnswersError(codebook.cluster, "a value in each line")
    tally.clusters[record["stratum"]] = int(record["clusters" if codebook.cluster else "rows"])


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
