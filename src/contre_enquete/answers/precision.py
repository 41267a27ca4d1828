"""Find out whether standard errors and limits give the answers of a small stratum or cluster away.

The error of a stratified or clustered sample depends on how the answers are spread over strata and clusters. So it is
printed only if other data sets print it as well, with the same limits and percents; so is that of a difference of two
groups. Between them, the answers of each small stratum or cluster may be any. They are sought by local search: such
answers are set, others of the same groups make up for them, and small random steps follow that bring the figures back
to what is printed. Where none is found, the precision is withheld.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .ensemble import Ensemble
from .knowledge import TOTAL_TABLE, Cell, Counts
from .variance import find_limits

if TYPE_CHECKING:
    from .component import Component

ATTEMPTS = 8  # to find data sets for a count: a pair for readers outside of it, then one for those in it
SHARE_OF_PAIRS = 0.9
PROPOSALS = 64  # of which the best is taken, at each step
STALE_STEPS = 6  # without a better one, after which an attempt ends
FAR = 1e9
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    """How the sample was drawn: clusters, or people, in the sample and in the population, by stratum."""

    clusters: Mapping[Any, int]
    population: Mapping[Any, float]
    decimals: int  # of what is printed
    lonely: str = ""  # as in the codebook


class Adder:
    """Adds columns up by their places, one after the other: a product by a matrix adds as each machine likes."""

    def __init__(self, places: Ints, length: int) -> None:
        self.order = np.argsort(places, kind="stable")
        self.filled, self.starts = np.unique(places[self.order], return_index=True)
        self.length = length

    def add(self, values: Floats) -> Floats:
        """Return the sums of the columns of each place."""
        sums = np.zeros((len(values), self.length))
        if len(self.order):
            sums[:, self.filled] = np.add.reduceat(values[:, self.order], self.starts, axis=1)
        return sums


class PrintedRow:
    """A row that prints its percent, and its precision or not, as a function of the counts of yes of its profiles."""

    def __init__(self, row: Counts, profiles: Sequence[Counts], sample: Sample, places: Ints) -> None:
        self.places = places
        finest = sample.decimals if row.decimals is None else row.decimals
        # Of the percent, the standard error and the two limits.
        self.units = 10.0 ** np.array([finest, sample.decimals, finest, finest])
        parts = [profiles[place] for place in places]
        self.base = float(row.weighted_base)
        self.yes = float(row.weighted_yes)
        self.weights = np.array([float(part.mean_weight) for part in parts])
        strata = [find_stratum(part.cell) for part in parts]
        self.strata = names = list(dict.fromkeys(strata))
        self.has_clusters = parts[0].cell.has_cluster
        units = [find_cluster(part.cell) if self.has_clusters else None for part in parts]
        self.clusters = clusters = list(dict.fromkeys(zip(strata, units, strict=True)))
        self.unit = np.array([clusters.index(of) for of in zip(strata, units, strict=True)])
        self.stratum = np.array([names.index(stratum) for stratum, _ in clusters])
        self.to_units, self.to_strata = Adder(self.unit, len(clusters)), Adder(self.stratum, len(names))
        self.n = np.array([sample.clusters[name] for name in names], float)
        sizes = [sample.population.get(name, np.inf) for name in names]
        self.lonely = sample.lonely
        self.free = np.array([1 - n / size for n, size in zip(self.n, sizes, strict=True)])
        self.unit_yes = self._add_up([float(part.weighted_yes) for part in parts], len(clusters))
        self.unit_base = self._add_up([float(part.weighted_base) for part in parts], len(clusters))
        self.square = np.array([part.squares_base / max(1, part.base) for part in parts])
        self.squares_yes = self._add_up([part.squares_yes for part in parts], len(clusters))
        self.squares_base = self._add_up([part.squares_base for part in parts], len(clusters))
        answered = self.unit_base > 0
        people = row.base if not self.has_clusters else int(answered.sum())
        of_answers = set(self.stratum[answered].tolist())
        self.df = people - len(of_answers)
        others = sum(self.n[stratum] > 1 for stratum in of_answers)
        self.share_of_lonely = len(of_answers) / others if self.lonely == "average" and others else 1.0
        self.is_weighted = row.weighted_base != row.base
        self.truth = np.zeros((1, len(profiles)), int)
        self.show(True)

    def show(self, precision: bool) -> None:
        """Set whether the row prints its precision."""
        self.shows_precision = precision
        figures = self._compute_figures(self.truth)
        self.printed = np.round(figures * self.units[: figures.shape[1]])

    def measure(self, deviations: Ints) -> Floats:
        """Return how far several data sets, given by their deviations, are from printing the same; 0 where they do."""
        figures = self._compute_figures(deviations)
        figures = figures * self.units[: figures.shape[1]]
        is_same = np.round(figures) == self.printed
        distance = np.nan_to_num(np.abs(figures - self.printed), nan=FAR, posinf=FAR)
        return np.where(is_same, 0, distance).sum(axis=1)

    def _add_up(self, values: Sequence[float], length: int) -> Floats:
        return np.bincount(self.unit, values, length).astype(float)

    def _compute_figures(self, deviations: Ints) -> Floats:
        """Return the figures that are printed, not yet rounded, of several data sets, by their deviations."""
        moved = deviations[:, self.places]
        weighted = moved * self.weights
        yes = self.yes + weighted.sum(axis=1)
        share = yes / self.base
        percent = 100 * share if self.is_weighted else self.yes + moved.sum(axis=1)
        if not self.shows_precision:
            return percent[:, None]
        error = np.sqrt(np.maximum(self.estimate_variance(deviations), 0))
        figures = [percent, 100 * error]
        with np.errstate(all="ignore"):
            figures += [100 * limit for limit in find_limits(share, error, self.df)]
        return np.stack(figures, axis=1)

    def linearize(self, deviations: Ints) -> tuple[Floats, Floats]:
        """Return the linearized totals of the units, and their squares, of several data sets."""
        moved = deviations[:, self.places]
        weighted = moved * self.weights
        share = (self.yes + weighted.sum(axis=1)) / self.base
        totals = self.unit_yes + self.to_units.add(weighted) - share[:, None] * self.unit_base
        if self.has_clusters:
            return totals, totals**2
        # Each person is a unit, and those of a profile have the mean of its squares.
        yes_squares = self.squares_yes + self.to_units.add(moved * self.square)
        return totals, yes_squares * (1 - 2 * share[:, None]) + share[:, None] ** 2 * self.squares_base

    def estimate_variance(self, deviations: Ints) -> Floats:
        """Return the variance of the share of several data sets; `variance` gives the formula."""
        totals, squares = map(self.to_strata.add, self.linearize(deviations))
        return self.add_strata(squares, totals**2).sum(axis=1) / self.base**2

    def add_strata(self, products: Floats, products_of_totals: Floats) -> Floats:
        """Return what each stratum adds to a variance or covariance."""
        with np.errstate(all="ignore"):
            spread = self.free * (self.n * products - products_of_totals) / (self.n - 1)
        alone = self.free * products if self.lonely == "adjust" else 0
        return np.where(self.n > 1, spread, alone) * self.share_of_lonely


class PrintedDifference:
    """The difference of two groups, which prints its standard error, as a function of the counts of yes of profiles.

    The difference itself is that of the printed percents, and its limits follow from both.
    """

    def __init__(self, first: PrintedRow, second: PrintedRow) -> None:
        self.first, self.second = first, second
        self.strata = [first.strata.index(name) for name in second.strata if name in first.strata]
        self.others = [place for place, name in enumerate(second.strata) if name in first.strata]
        common = [name for name in first.clusters if name in set(second.clusters)] if first.has_clusters else []
        self.units = [first.clusters.index(name) for name in common]
        self.other_units = [second.clusters.index(name) for name in common]
        self.to_strata = Adder(first.stratum[self.units], len(first.n))
        self.unit = first.units[1]  # as that of a row's standard error
        self.printed = np.round(self._compute_error(first.truth) * self.unit)

    def measure(self, deviations: Ints) -> Floats:
        """Return how far several data sets are from printing the same; 0 where they do."""
        errors = self._compute_error(deviations) * self.unit
        return np.where(np.round(errors) == self.printed, 0, np.abs(errors - self.printed))

    def _compute_error(self, deviations: Ints) -> Floats:
        """Return the standard error in points, not yet rounded."""
        first, second = self.first, self.second
        (totals, _), (others, _) = first.linearize(deviations), second.linearize(deviations)
        products = totals[:, self.units] * others[:, self.other_units]
        products = self.to_strata.add(products)
        of_totals = np.zeros((len(deviations), len(first.n)))
        of_totals[:, self.strata] = (
            first.to_strata.add(totals)[:, self.strata] * second.to_strata.add(others)[:, self.others]
        )
        covariance = first.add_strata(products, of_totals).sum(axis=1) / (first.base * second.base)
        variance = first.estimate_variance(deviations) + second.estimate_variance(deviations) - 2 * covariance
        return 100 * np.sqrt(np.maximum(variance, 0))


def find_stratum(cell: Cell) -> Any:
    """Return the stratum of a profile; 0 where there are none."""
    groups = dict(cell.pairs)
    if ("stratum",) in groups:
        return groups["stratum",][0]
    return 0


def find_cluster(cell: Cell) -> Any:
    """Return the cluster of a profile."""
    return dict(cell.pairs)["cluster",]


def find_revealing_precision(component: Component, sample: Sample) -> tuple[set[Cell], set[Cell]]:
    """Return the rows whose standard error and limits might give a small stratum or cluster away.

    Then those of which the error of a difference might. Errors of differences are hidden first, then those of groups,
    last those of everybody. Of the answers to a single-answer question none is sought.
    """
    pattern, ensemble = component.pattern, component.ensemble
    targets = {
        row.cell: min(pattern.minimum + 1, row.base)
        for row in component.rows
        if not row.cell.is_printable and row.cell.has_design and pattern.is_small(row)
    }
    printed = component.list_printed()
    if not targets or not printed:
        return set(), set()
    cells = {row.cell for row in printed}
    if ensemble.is_single_answer or pattern.clock.is_over:
        return cells, cells
    profiles = [pattern.rows[cell] for cell in ensemble.places]
    rows = [PrintedRow(row, profiles, sample, ensemble.parts[row.cell]) for row in printed]
    groups = [tuple(of for table, of in cell.pairs if isinstance(table, str)) for cell in ensemble.places]
    numbers = {of: number for number, of in enumerate(dict.fromkeys(groups))}
    alike = np.array([numbers[of] for of in groups])
    everybody = {row.cell for row in printed if row.cell.table == TOTAL_TABLE}
    pairs = combinations([pair for pair in zip(printed, rows, strict=True) if pair[0].cell not in everybody], 2)
    differences = [PrintedDifference(a, b) for (one, a), (other, b) in pairs if one.cell.table == other.cell.table]
    for kept, compared in dict.fromkeys(
        [(frozenset(cells), tuple(differences)), (frozenset(cells), ()), (frozenset(everybody), ())]
    ):
        for row, printed_row in zip(printed, rows, strict=True):
            printed_row.show(row.cell in kept)
        if has_other_data_sets(ensemble, targets, [*rows, *compared], alike):
            return cells - kept, set() if compared else cells
    return cells, cells


def has_other_data_sets(
    ensemble: Ensemble, targets: Mapping[Cell, int], rows: Sequence[PrintedRow | PrintedDifference], alike: Ints
) -> bool:
    """Return whether data sets are found that print the same rows, between which each of some counts may differ.

    Each count has the width by which it is to differ, by one less for people who are in it: they know their own answer.
    `alike` numbers the profiles by their groups in printed tables.
    """
    search = ensemble.start_anew()
    random = np.random.default_rng(len(targets))
    groups = [np.flatnonzero(alike == number) for number in range(alike.max() + 1)]
    for cell, width in targets.items():
        places = search.parts[cell]
        yes, base = int(search.yes[places].sum()), int(search.base[places].sum())
        for _ in range(ATTEMPTS):
            is_safe = search.is_safe(cell, width)
            if is_safe and search.is_safe_within(cell, width - 1):
                break
            low = int(random.integers(max(0, yes - width), min(yes, base - width) + 1))
            for value in (low + 1, low + width - 1) if is_safe else (low, low + width):
                start = _start(search, places, value - yes, alike, random)
                found = _climb(search, start, [np.setdiff1d(of, places) for of in groups], rows, random)
                if found is not None:
                    search.append(search.yes + found)
        else:
            return False
    return True


def _start(ensemble: Ensemble, places: Ints, change: int, alike: Ints, random: np.random.Generator) -> Ints:
    """Return deviations that change the count of yes of some profiles; others of the same groups make up for it."""
    deviations = np.zeros(len(ensemble.yes), int)
    sign = 1 if change > 0 else -1
    is_own = np.zeros(len(deviations), bool)
    is_own[places] = True
    room = ensemble.base - ensemble.yes if sign > 0 else ensemble.yes
    for _ in range(abs(change)):
        own = int(random.choice(places[np.abs(deviations[places]) < room[places]]))
        deviations[own] += sign
        left = ensemble.yes + deviations if sign > 0 else ensemble.base - ensemble.yes - deviations
        others = np.flatnonzero(~is_own & (left > 0) & (alike == alike[own]))
        if len(others):
            deviations[int(random.choice(others))] -= sign
    return deviations


def _climb(
    ensemble: Ensemble,
    deviations: Ints,
    groups: Sequence[Ints],
    rows: Sequence[PrintedRow | PrintedDifference],
    random: np.random.Generator,
) -> Ints | None:
    """Return deviations near some that print all rows the same; None if no small steps lead there.

    Each step moves answers between two profiles of a group, or changes those of one, and takes the best of many.
    """
    groups = [of for of in groups if len(of)]
    weights = np.array([len(of) for of in groups])
    score = sum(row.measure(deviations[None, :])[0] for row in rows)
    stale = 0
    while score > 0 and stale < STALE_STEPS and len(groups):
        lines = np.arange(PROPOSALS)
        chosen = random.choice(len(groups), PROPOSALS, p=weights / weights.sum())
        first, second = (np.array([random.choice(groups[number]) for number in chosen]) for _ in range(2))
        step = random.choice((1, 1, 1, 2, 3), PROPOSALS) * random.choice((-1, 1), PROPOSALS)
        proposals = np.repeat(deviations[None, :], PROPOSALS, axis=0)
        proposals[lines, first] += step
        is_pair = random.random(PROPOSALS) < SHARE_OF_PAIRS
        back = np.rint(step * ensemble.weights[first] / ensemble.weights[second]).astype(int)
        proposals[lines[is_pair], second[is_pair]] -= back[is_pair]
        counts = ensemble.yes + proposals
        proposals = proposals[((counts >= 0) & (counts <= ensemble.base)).all(axis=1)]
        if not len(proposals):
            return None
        scores = np.sum([row.measure(proposals) for row in rows], axis=0)
        best = int(scores.argmin())
        stale = 0 if scores[best] < score else stale + 1
        if scores[best] < score:
            deviations, score = proposals[best], scores[best]
    return deviations if score == 0 else None
