"""An attacker of tables of answers: all that a reader can compute, written apart from the module that protects them."""

import sys
from fractions import Fraction as F
from functools import cached_property

import numpy as np
import pandas as pd
import pytest

from conftest import PROJECT

ORACLE = PROJECT / ".cache/oracle"
COUNTS = ["table", "question", "item", "group", "yes", "base"]


@pytest.fixture(scope="module", autouse=True)
def scipy():
    """scipy, which is not in the environment: installed, it slows every kernel."""
    if not (ORACLE / "scipy").is_dir():
        pytest.fail(".cache/oracle: scipy is missing; run make test, which installs it", pytrace=False)
    sys.path.append(str(ORACLE))
    yield
    sys.path.remove(str(ORACLE))


class Attack:
    """What a reader can compute of the counts, by integer programming."""

    def __init__(self, cells, withheld, single=(), crossed=None):
        self.fixed, self.sums, self.low = {}, [], {}
        self.add_rows(cells, withheld)
        if "people" in cells:
            self.add_people(cells)
        keys = list(dict.fromkeys(self.key(row) for row in cells.itertuples()))
        counts = {self.key(row): (row.yes, row.base) for row in cells.itertuples()}
        self.add_groups(keys, counts)
        self.add_single_answers([key for key in keys if key[1] in single], counts)
        if crossed is not None:
            self.cross(crossed)

    def add_rows(self, cells, withheld):
        """Add what is printed of each row; yes and no add up to the base, and equal bases of a group are one."""
        people = {}
        for row, told in zip(cells.itertuples(), withheld.itertuples(), strict=True):
            key = self.key(row)
            if not told.n:
                self.fixed["base", *key] = row.base
            if not told.percent:
                self.fixed["yes", *key] = row.yes
            self.sums.append({("yes", *key): 1, ("no", *key): 1, ("base", *key): -1})
            other = people.setdefault((key[0], key[3], row.base), key)
            if other != key:
                self.sums.append({("base", *key): 1, ("base", *other): -1})
            if "people" in cells:
                there = ("people", key[0], key[3])
                if not told.n:
                    self.fixed[there] = row.people
                self.sums.append({there: -1, ("base", *key): 1, ("missing", *key): 1})

    def add_people(self, cells):
        """Add that the groups of a table, with people in none, add up to everybody."""
        for name in dict.fromkeys(cells["table"][cells["group"] != "total"]):
            groups = cells[cells["table"] == name].drop_duplicates("group")
            everybody = cells["people"][cells["group"] == "total"].iloc[0]
            parts = dict.fromkeys(("people", name, group) for group in groups["group"])
            if groups["people"].sum() < everybody:
                parts["people", name, "none"] = None
            self.sums.append(dict.fromkeys(parts, 1) | {("people", "", "total"): -1})

    def add_groups(self, keys, counts):
        """Add that the counts of the groups of a table, with people in none, add up to those of everybody."""
        for table, question, item in dict.fromkeys(key[:3] for key in keys if key[0]):
            parts = [key for key in keys if key[:3] == (table, question, item)]
            whole = ("", question, item, "total")
            if sum(counts[key][1] for key in parts) < counts[whole][1]:
                parts.append((table, question, item, "none"))
            for kind in ("yes", "no", "base"):
                self.sums.append({(kind, *whole): -1} | {(kind, *key): 1 for key in parts})

    def add_single_answers(self, keys, counts):
        """Add that the answers to a question, with those that are not tabulated, add up to the base."""
        for table, question, group in dict.fromkeys((key[0], key[1], key[3]) for key in keys):
            answers = [key for key in keys if (key[0], key[1], key[3]) == (table, question, group)]
            tabulated = sum(counts[key][0] for key in keys if key[:2] == ("", question))
            if tabulated < counts["", question, answers[0][2], "total"][1]:
                answers.append((table, question, "other", group))
            self.sums.append({("base", *answers[0]): -1} | {("yes", *key): 1 for key in answers})

    def cross(self, crossed):
        """Add the sums of the crosstab: its cells add up to the groups of each table."""
        tables = [name for name in crossed if name not in COUNTS and name != "people"]
        parts = {}
        for row in crossed.to_dict("records"):
            key = "crossed", row["question"], row["item"], tuple(row[table] for table in tables)
            self.sums.append({("yes", *key): 1, ("no", *key): 1, ("base", *key): -1})
            for table in tables:
                group = "none" if pd.isna(row[table]) else row[table]
                whole = table, row["question"], row["item"], group
                parts.setdefault(whole, []).append(key)
        for whole, of in parts.items():
            for kind in ("yes", "no", "base"):
                self.sums.append({(kind, *whole): -1} | {(kind, *key): 1 for key in of})

    @staticmethod
    def key(row):
        return ("" if row.group == "total" else row.table, row.question, row.item, row.group)

    @cached_property
    def system(self):
        """The place of each count, and the sums as a matrix."""
        from scipy import sparse

        names = {name: i for i, name in enumerate(dict.fromkeys(name for terms in self.sums for name in terms))}
        matrix = sparse.lil_array((len(self.sums), len(names)))
        for number, terms in enumerate(self.sums):
            for name, factor in terms.items():
                matrix[number, names[name]] = factor
        return names, matrix.tocsr()

    def width(self, *count):
        """Return the greatest value that a count can have, minus the least."""
        from scipy import optimize

        names, matrix = self.system
        low = [self.fixed.get(name, self.low.get(name, 0)) for name in names]
        high = [self.fixed.get(name, 10_000) for name in names]
        ends = []
        for sign in (1, -1):
            aim = np.zeros(len(names))
            aim[names[count]] = sign
            found = optimize.milp(
                aim,
                integrality=np.ones(len(names)),
                bounds=optimize.Bounds(low, high),
                constraints=optimize.LinearConstraint(matrix, 0, 0),
            )
            assert found.x is not None, found.message
            ends.append(sign * found.fun)
        return round(ends[1] - ends[0], 6)


def withheld_counts(cells, withheld):
    for row, told in zip(cells.itertuples(), withheld.itertuples(), strict=True):
        if row.base:
            kinds = ("yes", "no", "base") if told.n else ("yes",) if told.percent else ()
            yield from ((kind, *Attack.key(row)) for kind in kinds)
    if "people" in cells:
        told = {("people", *Attack.key(row)[::3]): row.people for row in cells[~withheld["n"]].itertuples()}
        for row in cells[withheld["n"]].drop_duplicates(["table", "group"]).itertuples():
            if ("people", *Attack.key(row)[::3]) not in told:
                yield ("people", *Attack.key(row)[::3])


def narrow_crossed(attack, crossed, minimum=10):
    """Return the small cells of the crosstab, which is never printed, whose count of yes a reader can narrow."""
    tables = [name for name in crossed if name not in (*COUNTS, "people", "weighted_yes", "weighted_base")]
    found = {}
    for row in crossed.to_dict("records"):
        key = "yes", "crossed", row["question"], row["item"], tuple(row[table] for table in tables)
        if row["base"] and min(row["yes"], row["base"] - row["yes"]) < minimum:
            width = attack.width(*key)
            if width < min(row["base"], minimum + 1):
                found[key] = width
    return found


def narrow(attack, counts, minimum=10):
    return {count: width for count in counts if (width := attack.width(*count)) <= minimum}


def weighted_narrow(answers, withheld, crossed, decimals, minimum=10):
    """Return the counts that a reader who knows the crosstab's sizes and weights can narrow to at most the minimum.

    The printed percents bound sums of counts, each with its weight, which integer programming narrows. Where weights
    differ within a cell, the reader also knows how far the weights of people who said yes are from the mean.
    """
    from scipy import optimize

    sizes = crossed["base"].to_numpy()
    weights = np.array(
        [float(F(int(w), int(n))) if n else 0.0 for w, n in zip(crossed["weighted_base"], sizes, strict=True)]
    )
    tables = [name for name in crossed if name in set(answers["table"])]
    inside = [
        np.ones(len(crossed), bool) if row.group == "total" else (crossed[row.table] == row.group).to_numpy()
        for row in answers.itertuples()
    ]
    rows, low, high = [], [], []
    for row, told, part in zip(answers.itertuples(), withheld["percent"], inside, strict=True):
        if not told and row.base:
            unit = F(1, 10 ** (2 + decimals))
            printed = (F(row.weighted_yes, row.weighted_base) + unit / 2) // unit * unit
            rows.append(weights * part)
            beside = row.weighted_yes - float((weights * crossed["yes"])[part].sum())
            low.append(float((printed - unit / 2) * row.weighted_base) - beside - 1)
            high.append(float((printed + unit / 2) * row.weighted_base) - beside + 1)
    aims = {
        row.group: part
        for row, told, part in zip(answers.itertuples(), withheld["percent"], inside, strict=True)
        if told
    }
    small = np.minimum(crossed["yes"], crossed["base"] - crossed["yes"]) < minimum
    if len(tables) > 1:
        aims |= {tuple(crossed.loc[i, tables]): np.arange(len(crossed)) == i for i in np.flatnonzero(small)}
    found = {}
    for name, aim in aims.items():
        if sizes[aim].any():
            constraints = [optimize.LinearConstraint(np.array(rows), low, high)] if rows else []
            bounds = optimize.Bounds(0, sizes)
            ends = [
                optimize.milp(sign * aim, integrality=np.ones(len(aim)), bounds=bounds, constraints=constraints)
                for sign in (1, -1)
            ]
            assert all(end.x is not None for end in ends)
            width = round(-ends[1].fun - ends[0].fun)
            if width < min(minimum + 1, sizes[aim].sum()):
                found[name] = width
    return found
