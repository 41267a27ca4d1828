"""Find witnesses by local search: set many counts at once, and let others make up for them.

Each of a number of *chains* begins with the truth. A few of the counts that need witnesses, drawn at random, are moved
up or down as far as they must differ: these are its aims. Then answers move elsewhere, one at a time, until all that is
printed is the same again: each step takes the best of many moves, or, where none helps, a random one and the best
answers to it (iterated local search). A chain that gets there is a witness of all its aims at once. The percents of
weighted answers are rounded, so that most chains do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .clock import Clock
from .ensemble import FLOAT_MARGIN, Bounded, Ensemble
from .knowledge import Cell
from .witness import SOLVER_MARGIN

CHAINS = 64
FEW_CHAINS = 8  # where only one data set is sought
STEPS = 160  # of a chain, at most
MOVES = 160  # of which a step takes the best
UNBOUNDED = 10**9  # people
DRAWS = 6  # of moves, for each person by whom an aim moves: those of cells where no answer is left to change are no use
ANSWERS = 2  # best moves, after a random one
FIRST_AIMS = 0.05  # of the counts that need witnesses, in each chain
UNEVEN = 4  # people by whom the aims of a chain may move up more than down, before the next is chosen to make up for it
FIRST_EMPTIED, MORE_EMPTIED, MOST_EMPTIED = 0.1, 0.15, 0.7  # share of counts whose last yes or no may go, by round
FEW_SOLVED, MANY_SOLVED = 0.4, 0.9  # chains, by which the next have fewer or more aims
STALE_ROUNDS = 3
LEAST_PROGRESS = 0.02  # newly safe counts of a round, as a share, that keep the search going
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass
class Chains:
    """The deviations of all chains, and the bounds that each keeps them in."""

    deviations: Ints  # by chain and count; the last count stands for no count
    low: Ints
    high: Ints


class LocalSearch:
    """The finest counts, the printed sums that bound them, and the moves: one answer more here, one less there."""

    def __init__(self, ensemble: Ensemble, bounded: Sequence[Bounded], clock: Clock) -> None:
        self.ensemble, self.clock = ensemble, clock
        self.random = np.random.default_rng(len(ensemble.yes))  # the same each time
        counts = len(ensemble.yes)
        self.up, self.down = self._list_moves()
        # The bounds are kept by a margin above any error of floats, but a deviation of 0 that keeps them always does.
        # The last sum stands for no sum: it is always within its bounds.
        low, high = (np.array([getattr(of, end) for of in bounded]) for end in ("low", "high"))
        is_kept = (low < 0) & (high > 0)
        self.low = np.append(np.where(is_kept, np.minimum(0, low + SOLVER_MARGIN), low + SOLVER_MARGIN), -np.inf)
        self.high = np.append(np.where(is_kept, np.maximum(0, high - SOLVER_MARGIN), high - SOLVER_MARGIN), np.inf)
        self.factors = np.zeros((counts + 1, len(self.low)))
        for number, of in enumerate(bounded):
            np.add.at(self.factors[:, number], of.places, of.factors)
        # What a move changes: the few sums that its two counts are in, and by how much.
        most = max(1, int((self.factors != 0).sum(axis=1).max(initial=0)))
        sums = np.full((counts + 1, most), len(bounded))
        changes = np.zeros((counts + 1, most))
        for place, factors in enumerate(self.factors):
            of_place = np.flatnonzero(factors)
            sums[place, : len(of_place)], changes[place, : len(of_place)] = of_place, factors[of_place]
        both = np.concatenate([sums[self.up], sums[self.down]], axis=1)
        first = np.argsort(both == len(bounded), axis=1, kind="stable")
        first = first[:, : max(1, int((both != len(bounded)).sum(axis=1).max(initial=0)))]
        self.sums = np.take_along_axis(both, first, axis=1)
        self.changes = np.take_along_axis(
            np.concatenate([changes[self.up], -changes[self.down]], axis=1), first, axis=1
        )

    def _list_moves(self) -> tuple[Ints, Ints]:
        """Return which count each move raises, and which it lowers; the place after the last stands for none.

        Of a single-answer question, who no longer gives one answer gives another.
        """
        places = np.arange(len(self.ensemble.yes))
        nothing = np.full(len(places), len(places))
        if not self.ensemble.is_single_answer:
            return np.concatenate([places, nothing]), np.concatenate([nothing, places])
        people = self.ensemble.people
        up, down = np.nonzero((people[:, None] == people[None, :]) & (places[:, None] != places[None, :]))
        return up, down

    def add_witnesses(self, targets: Mapping[Cell, int], seconds: float) -> dict[Cell, int]:
        """Add witnesses to the ensemble until counts differ by the widths given, or few more do.

        Returns the counts that do not differ enough.
        """
        unsafe = self.ensemble.list_unsafe(targets)
        end = self.clock.spent + seconds
        aims = max(2, int(FIRST_AIMS * len(unsafe)))
        emptied, stale = FIRST_EMPTIED, 0
        while unsafe and stale < STALE_ROUNDS and self.clock.spent < end:
            chains = self._start(unsafe, aims, emptied)
            is_solved = self._repair(chains)
            self.ensemble.append(self.ensemble.yes + chains.deviations[is_solved, :-1])
            before = len(unsafe)
            self.clock.count_check(before, len(self.ensemble.witnesses))
            unsafe = self.ensemble.list_unsafe(unsafe)
            stale = stale + 1 if before - len(unsafe) <= LEAST_PROGRESS * before else 0
            solved = is_solved.mean()
            aims = max(1, aims // 2) if solved < FEW_SOLVED else aims + aims // 2 if solved > MANY_SOLVED else aims
            emptied = min(MOST_EMPTIED, emptied + MORE_EMPTIED)
        return unsafe

    def finds_data_set(self) -> bool:
        """Return whether a data set is found that prints the same and contradicts no reader."""
        of = self.ensemble
        low, high = of.own_yes - of.yes, of.base - of.yes - of.own_no
        if (low > 0).any() or (high < 0).any():
            return False
        chains = Chains(
            np.zeros((FEW_CHAINS, len(of.yes) + 1), int),
            _append(np.tile(low, (FEW_CHAINS, 1)), -UNBOUNDED),
            _append(np.tile(high, (FEW_CHAINS, 1)), UNBOUNDED),
        )
        return bool(self._repair(chains).any())

    def _start(self, targets: Mapping[Cell, int], aims: int, emptied: float) -> Chains:
        """Return chains in which some of the targets have moved up or down by the widths given."""
        yes, no = self.ensemble.yes, self.ensemble.base - self.ensemble.yes
        # No reader is contradicted by counts that keep a person of each answer: some may lose theirs, in each chain.
        keeps_yes, keeps_no = (
            np.where(self.random.random((CHAINS, len(yes))) < emptied, 0, np.minimum(of, 1)) for of in (yes, no)
        )
        chains = Chains(
            np.zeros((CHAINS, len(yes) + 1), int),
            _append(keeps_yes - yes, -UNBOUNDED),
            _append(no - keeps_no, UNBOUNDED),
        )
        places = [self.ensemble.parts[cell] for cell in targets]
        widths = np.array(list(targets.values()))
        yeses, noes = (np.array([of[part].sum() for part in places]) for of in (yes, no))
        # For a width of 12, where twice as many said no as yes, one witness has 8 more of yes, the other 4 fewer.
        rises = np.clip(np.rint(widths * noes / np.maximum(1, yeses + noes)).astype(int), widths - yeses, noes)
        raising, lowering = self._list_moves_of(places)
        order = np.argsort(self.random.random((CHAINS, len(places))), axis=1)[:, :aims]
        uneven = np.zeros(CHAINS, int)
        for chosen in order.T:
            is_up = np.where(np.abs(uneven) < UNEVEN, self.random.random(CHAINS) < 0.5, uneven < 0)
            distance = np.where(is_up, rises[chosen], widths[chosen] - rises[chosen])
            uneven += np.where(is_up, distance, -distance)
            left = distance.copy()
            for _ in range(DRAWS * int(distance.max())):
                moves = np.where(is_up, raising.draw(chosen, self.random), lowering.draw(chosen, self.random))
                left -= self._make(chains.deviations, moves, left > 0)
                if not left.any():
                    break
            self._hold(chains, [places[target] for target in chosen], is_up)
        np.minimum(chains.low, chains.deviations, out=chains.low)
        np.maximum(chains.high, chains.deviations, out=chains.high)
        return chains

    def _hold(self, chains: Chains, places: Sequence[Ints], is_up: Bools) -> None:
        """Let the counts at some places, by chain, go no less far up or down than they have moved."""
        lines = np.repeat(np.arange(CHAINS), [len(of) for of in places])
        of, is_up = np.concatenate(places), is_up[lines]
        aims, yes = chains.deviations[lines, of], self.ensemble.yes[of]
        chains.low[lines, of] = np.where(is_up, aims, -yes)
        chains.high[lines, of] = np.where(is_up, self.ensemble.base[of] - yes, aims)

    def _list_moves_of(self, places: Sequence[Ints]) -> tuple[Draws, Draws]:
        """Return the moves that raise, and those that lower, the sum of the counts of some places."""
        raising, lowering = [], []
        for of in places:
            is_own = np.zeros(len(self.ensemble.yes) + 1, bool)
            is_own[of] = True
            raising.append(np.flatnonzero(is_own[self.up] & ~is_own[self.down]))
            lowering.append(np.flatnonzero(is_own[self.down] & ~is_own[self.up]))
        return Draws.of(raising), Draws.of(lowering)

    def _make(self, deviations: Ints, moves: Ints, is_wanted: Bools) -> Bools:
        """Make a move in each chain where it is wanted and leaves no count below nobody or above everybody.

        Returns where it is made.
        """
        up, down = self.up[moves], self.down[moves]
        least, most = (
            np.append(-self.ensemble.yes, -UNBOUNDED),
            np.append(self.ensemble.base - self.ensemble.yes, UNBOUNDED),
        )
        lines = np.arange(len(deviations))
        can = is_wanted & (deviations[lines, up] < most[up]) & (deviations[lines, down] > least[down])
        np.add.at(deviations, (lines[can], up[can]), 1)
        np.add.at(deviations, (lines[can], down[can]), -1)
        return can

    def _repair(self, chains: Chains) -> Bools:
        """Move answers until the chains print the same; return which do."""
        left = np.arange(len(chains.deviations))
        for _ in range(STEPS):
            sums = chains.deviations[left] @ self.factors
            loss = self._measure(sums)
            left, sums, loss = left[loss > 0], sums[loss > 0], loss[loss > 0]
            if not len(left):
                break
            self._step(chains, left, sums, loss)
        sums = chains.deviations @ self.factors
        is_same: Bools = (sums >= self.low - FLOAT_MARGIN) & (sums <= self.high + FLOAT_MARGIN)
        return np.all(is_same, axis=1)

    def _step(self, chains: Chains, left: Ints, sums: Floats, loss: Floats) -> None:
        """Make one step in each of the chains that are left: the best move, or a random one and the best ones after."""
        before = chains.deviations[left].copy()
        gains = self._move_best(chains, left, sums)
        stuck = np.flatnonzero(gains >= 0)
        chains.deviations[left[stuck]] = before[stuck]
        if not len(stuck):
            return
        of, sums = left[stuck], chains.deviations[left[stuck]] @ self.factors
        self._move(chains, of, sums, self.random.integers(len(self.up), size=len(of)))
        for _ in range(ANSWERS):
            self._move_best(chains, of, sums)
        is_worse = self._measure(sums) > loss[stuck]
        chains.deviations[of[is_worse]] = before[stuck][is_worse]

    def _measure(self, sums: Floats) -> Floats:
        """Return how far sums are from their bounds, by chain."""
        return _measure_distance(sums, self.low, self.high).sum(axis=-1)

    def _move_best(self, chains: Chains, of: Ints, sums: Floats) -> Floats:
        """Make in some chains the best of many moves; return by how much it takes them farther from what is printed."""
        moves = self.random.choice(len(self.up), min(MOVES, len(self.up)), replace=False)
        places = self.sums[moves]
        low, high, touched = self.low[places], self.high[places], sums[:, places]
        self.clock.count_moves(touched.size)
        change = _measure_distance(touched + self.changes[moves], low, high) - _measure_distance(touched, low, high)
        deviations = chains.deviations[of]
        can_rise, can_fall = deviations < chains.high[of], deviations > chains.low[of]
        is_possible = can_rise[:, self.up[moves]] & can_fall[:, self.down[moves]]
        worse = np.where(is_possible, change.sum(axis=2), np.inf)
        best = worse.argmin(axis=1)
        self._move(chains, of, sums, moves[best])
        return worse[np.arange(len(of)), best]

    def _move(self, chains: Chains, of: Ints, sums: Floats, moves: Ints) -> None:
        """Make a move in each of some chains, and in their sums, where it is possible."""
        up, down = self.up[moves], self.down[moves]
        can = (chains.deviations[of, up] < chains.high[of, up]) & (chains.deviations[of, down] > chains.low[of, down])
        lines, moves = np.flatnonzero(can), moves[can]
        chains.deviations[of[lines], self.up[moves]] += 1
        chains.deviations[of[lines], self.down[moves]] -= 1
        sums[lines] += self.factors[self.up[moves]] - self.factors[self.down[moves]]


@dataclass(frozen=True)
class Draws:
    """Lists of moves, one for each target, of which moves are drawn."""

    moves: Ints
    starts: Ints
    lengths: Ints

    @staticmethod
    def of(lists: Sequence[Ints]) -> Draws:
        """Return the lists, one after the other; an empty one has the first move, which is then no use."""
        lists = [of if len(of) else np.zeros(1, int) for of in lists]
        lengths = np.array([len(of) for of in lists])
        return Draws(np.concatenate(lists), np.cumsum(lengths) - lengths, lengths)

    def draw(self, targets: Ints, random: np.random.Generator) -> Ints:
        """Return one move for each of some targets."""
        return self.moves[self.starts[targets] + (random.random(len(targets)) * self.lengths[targets]).astype(int)]


def _measure_distance(sums: Floats, low: Floats, high: Floats) -> Floats:
    return np.square(sums - sums.clip(low, high))


def _append(bounds: Ints, last: int) -> Ints:
    return np.hstack([bounds, np.full((len(bounds), 1), last)])
