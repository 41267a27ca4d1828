"""Count people by profile: those who are alike in each breakdown, stratum and cluster.

Profiles are the finest cells of which a reader may know the size. They are never printed; `suppress` keeps the answers
of the small ones, and of small strata and clusters, from being computed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from .cells import Cells
from .codebook import Codebook

if TYPE_CHECKING:
    import ibis

BIG = "decimal(38, 0)"  # for sums of weights, in whole units
MAX_PROFILES = 2_000  # of which witnesses are found in time


def choose_known_design(cells: Cells, codebook: Codebook) -> Codebook:
    """Return the codebook without clusters, or without strata too, if there are more than `MAX_PROFILES` profiles."""
    if codebook.cluster and _count_keys(cells, codebook) > MAX_PROFILES:
        codebook = replace(codebook, cluster="")
    if codebook.stratum and _count_keys(cells, codebook) > MAX_PROFILES:
        codebook = replace(codebook, stratum="")
    return codebook


def _count_keys(cells: Cells, codebook: Codebook) -> int:
    return int(_select_counted(cells).select(_list_keys(codebook)).distinct().count().to_pyarrow().as_py())


def _select_counted(cells: Cells) -> ibis.Table:
    """Return the cells in which somebody counts."""
    return cells.table.filter(cells.table.everybody_n > 0)


def _list_keys(codebook: Codebook) -> list[str]:
    """Return the columns in which people of a profile are alike."""
    keys = [f"segment{place}" for place in range(len(codebook.breakdowns))]
    return keys + [role for role in ("stratum", "cluster") if getattr(codebook, role)]


def count_profiles(cells: Cells, codebook: Codebook) -> pd.DataFrame:
    """Return the counts of each profile, one row for each item, but for values of scales.

    Columns: `question`, `item`, `yes`, `base`, `people`; `weighted_yes`, `weighted_base` and their `squares_yes`,
    `squares_base`, in units of the weights, but no `squares_yes` where people were drawn in clusters; the group of each
    breakdown, by its key, None for people in none; and `stratum` and `cluster` where the codebook has them, a cluster
    as the pair of its stratum and its name.
    """
    keys, table = _list_keys(codebook), _select_counted(cells)
    sums = {"people": table.everybody_n.sum()}
    for place in range(len(codebook.columns)):
        sums |= _add_up(table, codebook, f"missing{place}", f"base{place}")
    for place in range(len(codebook.items)):
        sums |= _add_up(table, codebook, f"yes{place}", f"yes{place}")
    return _list_items(table.group_by(keys).aggregate(**sums).order_by(keys).to_pandas(), codebook)


def find_exclusive_questions(people: ibis.Table, codebook: Codebook) -> list[str]:
    """Return the questions of several columns of which nobody says yes to two items: single answers, by the data."""
    items: dict[str, list[ibis.Value]] = {}
    counted = [item for item in codebook.items if not item.has_top]
    for item in counted:
        items.setdefault(item.single_answer, []).append((people[f"code{item.column}"] == item.code).ifelse(1, 0))
    columns = {
        item.single_answer: len({of.column for of in counted if of.single_answer == item.single_answer})
        for item in counted
    }
    several = [question for question, number in columns.items() if number > 1]
    if not several:
        return []
    most = {
        f"most{place}": sum(items[question][1:], items[question][0]).max() for place, question in enumerate(several)
    }
    (record,) = people.aggregate(**most).to_pyarrow().to_pylist()
    return [question for question, value in zip(several, record.values(), strict=True) if value == 1]


def sum_largest_weights(people: ibis.Table, codebook: Codebook, n: int) -> list[int]:
    """Return the sum of the n greatest weights of each group, in the order of the codebook, then of everybody."""
    import ibis

    def sum_largest(of: ibis.Table) -> int:
        largest = of.order_by(ibis.desc("units")).limit(n)
        return int(
            largest.aggregate(total=largest.units.cast(BIG).sum().cast("string")).to_pyarrow()[0][0].as_py() or 0
        )

    groups = [
        people.filter(people[f"segment{place}"] == code)
        for place, breakdown in enumerate(codebook.breakdowns)
        for code in range(len(breakdown.groups))
    ]
    return [sum_largest(of) for of in (*groups, people)]


def _add_up(table: ibis.Table, codebook: Codebook, name: str, result: str) -> dict[str, ibis.Value]:
    """Return the sums of people, weights and squares, which may not be known of an answer (`cells.list_sums`).

    Those of a base are those of all people less those of who did not answer.
    """

    def add(of: str) -> ibis.Value:
        column = table[f"{name}_{of}"]
        return (table[f"everybody_{of}"] - column if name.startswith("missing") else column).sum()

    sums = {"weight": "weight", "square": "square"} if codebook.weight else {"weight": "n", "square": "n"}
    known = {kind: of for kind, of in sums.items() if f"{name}_{of}" in table.columns}
    return {result: add("n"), **{f"{result}_{kind}": add(of).cast("string") for kind, of in known.items()}}


def _list_items(counted: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Return one row for each profile and item, from one for each profile."""
    keys: dict[str, list[Any]] = {}
    for place, breakdown in enumerate(codebook.breakdowns):
        names = dict(enumerate(breakdown.groups))
        keys[breakdown.key] = [names.get(code) for code in counted[f"segment{place}"]]
    if codebook.stratum:
        keys["stratum"] = list(counted["stratum"])
    if codebook.cluster:
        strata = counted["stratum"] if codebook.stratum else [0] * len(counted)
        keys["cluster"] = list(zip(strata, counted["cluster"], strict=True))
    parts = []
    for place, item in enumerate(codebook.items):
        if item.has_top:  # withheld where there are profiles
            continue
        yes, base = f"yes{place}", f"base{item.column}"
        sums = {"yes": counted[yes], "base": counted[base], "people": counted["people"]}
        weights = {
            f"{kind}_{name}": [int(value) for value in counted[f"{column}_{suffix}"]]
            for name, column in (("yes", yes), ("base", base))
            for kind, suffix in (("weighted", "weight"), ("squares", "square"))
            if f"{column}_{suffix}" in counted
        }
        part = pd.DataFrame({"question": item.single_answer, "item": item.item, **sums})
        for name, values in (weights | keys).items():
            part[name] = pd.Series(values, dtype=object, index=part.index)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)
