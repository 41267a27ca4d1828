"""Local search: witnesses of weighted answers, and how much of a table of several breakdowns they leave."""

import math

import numpy as np
import pandas as pd
import pytest

from answers.attack import COUNTS, scipy, weighted_narrow  # noqa: F401
from contre_enquete.answers import clock, component, suppression
from contre_enquete.answers.clock import Clock
from contre_enquete.answers.ensemble import Bounded, Ensemble
from contre_enquete.answers.knowledge import CROSSTAB, Cell, Counts, Size
from contre_enquete.answers.search import LocalSearch
from contre_enquete.answers.suppression import Rules, choose_suppressions

FEW = {(a, b): (3, 8) for a in range(4) for b in range(4)}  # yes and base of profiles


def make_ensemble(weights):
    """Profiles of two tables of four groups, with a weight each, and the sums of their groups."""
    rows = [
        Counts(Cell(CROSSTAB, "q", "i", (("a", a), ("b", b))), yes, base, base, yes * weight, base * weight)
        for ((a, b), (yes, base)), weight in zip(FEW.items(), weights, strict=True)
    ]
    ensemble = Ensemble(rows, {}, False)
    places = np.arange(16).reshape(4, 4)
    weights = np.array(weights, float)
    sums = [Bounded(of, weights[of], -1, 1) for of in (*places, *places.T, places.ravel())]
    return ensemble, sums


def test_witnesses_keep_every_sum_within_its_bounds_and_free_every_profile():
    weights = np.random.default_rng(3).uniform(0.7, 1.6, 16)
    ensemble, sums = make_ensemble(weights)
    targets = dict.fromkeys(ensemble.places, 8)
    assert LocalSearch(ensemble, sums, Clock()).add_witnesses(targets, 60) == {}
    moved = ensemble.witnesses - ensemble.yes
    for of in sums:
        assert (np.abs(moved[:, of.places] @ of.factors) <= 1).all()
    assert (ensemble.witnesses.min(axis=0) == 0).all() and (ensemble.witnesses.max(axis=0) == 8).all()


def test_a_data_set_of_other_sizes_prints_the_same_and_keeps_what_readers_know():
    """Five people more in one profile and five fewer in another, of whose three yes one goes."""
    ensemble, sums = make_ensemble([1.0] * 16)
    row = next(iter(ensemble.places)), list(ensemble.places)[1]
    sizes = {Size(CROSSTAB, cell.group, 8): change for cell, change in zip(row, (5, -5), strict=True)}
    resized = ensemble.resize(sizes)
    assert resized.base[:3].tolist() == [13, 3, 8] and resized.yes[:3].tolist() == [3, 2, 3]
    moved = [of._replace(low=of.low + 1, high=of.high + 1) if 1 in of.places else of for of in sums]
    assert LocalSearch(resized, moved, Clock()).finds_data_set()
    none = Bounded(np.arange(1), np.ones(1), -3.5, -2.5)  # of the three who said yes: one of them may be the reader
    assert not LocalSearch(resized, [*moved, none], Clock()).finds_data_set()
    assert LocalSearch(ensemble.resize(sizes, row[0]), [*moved, none], Clock()).finds_data_set()


def test_without_room_nothing_is_found():
    ensemble, sums = make_ensemble([2.0**place for place in range(16)])
    targets = dict.fromkeys(ensemble.places, 8)
    assert LocalSearch(ensemble, sums, Clock()).add_witnesses(targets, 1).keys() == targets.keys()


def make_survey(seed, people, smallest=0.1, alike=False):
    """Two tables of three groups, and who is in both: counts and weights, which may be alike in each profile."""
    random = np.random.default_rng(seed)
    answers = pd.DataFrame(
        {"size": random.integers(0, 3, people), "region": random.choice(3, people, p=[0.6, 0.4 - smallest, smallest])}
    )
    answers["yes"] = random.random(people) < 0.3
    answers["weight"] = np.rint(1000 * random.lognormal(0, 0.3, people)).astype(int)
    if alike:
        answers["weight"] = 1000 + 137 * answers["size"] + 211 * answers["region"]
    answers["weighted_yes"] = answers.weight * answers.yes

    def add_up(by):
        columns = {"yes": ("yes", "sum"), "base": ("yes", "size"), "weighted_yes": ("weighted_yes", "sum")}
        return answers.groupby(by, as_index=False).agg(**columns, weighted_base=("weight", "sum"))

    parts = [add_up("size").assign(table="size"), add_up("region").assign(table="region")]
    total = add_up(answers["yes"] * 0).assign(table="", group="total")
    cells = pd.concat(
        [*(part.assign(group=[f"{part.table[0]} {g}" for g in part[part.table[0]]]) for part in parts), total]
    )
    crossed = add_up(["size", "region"]).assign(question="q", item="i")
    crossed["people"] = crossed["base"]
    for name in ("size", "region"):
        crossed[name] = [f"{name} {g}" for g in crossed[name]]
    kept = [*COUNTS, "weighted_yes", "weighted_base"]
    return cells.assign(question="q", item="i").reset_index(drop=True)[kept], crossed


def test_once_the_time_is_up_the_percent_of_everybody_stays(monkeypatch):
    monkeypatch.setattr(clock, "LEAST_SECONDS", 0)
    cells, crossed = make_survey(0, 240)
    chosen = choose_suppressions(cells, Rules(time_limit=0), crossed)
    assert chosen.flags["percent"].tolist() == (cells["group"] != "total").tolist()


@pytest.mark.slow
def test_the_coarse_method_looks_for_no_cheapest_witnesses_once_its_time_is_up(monkeypatch):
    """Each search may take long, and there are as many as there are unsafe counts."""
    is_in_time = []

    class Watched(component.Component):
        def _suppress_cheapest(self, row, width, witnesses):
            is_in_time.append(self.pattern.clock.spent < self.end)
            self.pattern.clock.spent += 1
            return False

        def _suppress_around(self, unsafe):
            """Suppress nothing, so that all counts stay unsafe."""

    monkeypatch.setattr(suppression, "Component", Watched)
    cells, crossed = make_survey(0, 240)
    for table in (cells, crossed):
        table["weighted_yes"], table["weighted_base"] = table["yes"], table["base"]
    choose_suppressions(cells, Rules(time_limit=0), crossed)
    assert is_in_time and all(is_in_time)


@pytest.mark.slow
def test_rows_that_hid_more_than_need_be_are_printed_again_and_give_nothing_back(monkeypatch):
    """With no time to choose, all groups are hidden first."""
    monkeypatch.setattr(suppression, "SHARE_OF_SUPPRESSION", 0)
    cells, crossed = make_survey(0, 240)
    chosen = choose_suppressions(cells, Rules(time_limit=0), crossed)
    printed = cells["group"][~chosen.flags["percent"]]
    assert len(printed) > 1 and "total" in set(printed)
    assert weighted_narrow(cells, chosen.flags, crossed, 0) == {}


@pytest.mark.slow
def test_sums_of_weights_are_the_same_in_any_order(monkeypatch):
    """Each processor adds up in an order of its own: the search would take other ways there."""
    sums = []

    class Listed(LocalSearch):
        def __init__(self, ensemble, bounded, clock):
            sums.extend(bounded)
            super().__init__(ensemble, bounded, clock)

    monkeypatch.setattr(component, "LocalSearch", Listed)
    cells, crossed = make_survey(0, 240)
    choose_suppressions(cells, Rules(time_limit=0), crossed)
    assert sums
    for of in sums:
        terms = of.factors * np.arange(1, len(of.factors) + 1)
        assert sum(terms) == sum(reversed(terms)) == math.fsum(terms)


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.thorough) for seed in (1, 2))])
@pytest.mark.slow
def test_neither_method_gives_a_weighted_count_back_and_the_coarse_one_leaves_nearly_as_much(seed):
    cells, crossed = make_survey(seed, 240)
    left = {}
    for time_limit in (60, 0):
        chosen = choose_suppressions(cells, Rules(time_limit=time_limit), crossed)
        withheld = chosen.flags["percent"]
        assert weighted_narrow(cells, chosen.flags, crossed, 0) == {}
        assert chosen.is_exact == (time_limit > 0) and withheld.any()
        assert chosen.seconds < max(time_limit, clock.LEAST_SECONDS) + 0.5
        left[time_limit] = (~withheld).sum()
    assert left[0] >= 0.7 * left[60] > 0


def list_narrow(cells, flags, crossed, minimum=10):
    """Return the withheld counts that a reader can narrow who knows the weight of each profile, but not its size."""
    weights = np.tile((crossed["weighted_base"] / crossed["base"]).to_numpy(float), 2)
    rows, aims = [], {}
    for row, flag in zip(cells.itertuples(), flags.itertuples(), strict=True):
        inside = np.ones(len(crossed)) if row.group == "total" else (crossed[row.table] == row.group).to_numpy(float)
        yes, no = np.append(inside, 0 * inside), np.append(0 * inside, inside)
        if flag.n:
            aims[row.group, "base"] = yes + no
        else:
            rows.append((yes + no, row.base, row.base))
        if not flag.weighted_n:
            rows.append((weights * (yes + no), row.weighted_base - 1e-3, row.weighted_base + 1e-3))
        if flag.percent:
            aims |= {(row.group, "yes"): yes, (row.group, "no"): no}
            continue
        printed = np.floor(100 * row.weighted_yes / row.weighted_base + 0.5)
        for end, low, high in ((printed - 0.5, -1e-3, np.inf), (printed + 0.5, -np.inf, 1e-3)):
            rows.append((weights * ((100 - end) * yes - end * no), low, high))
    factors, low, high = (np.array(of) for of in zip(*rows, strict=True))
    truth = np.append(crossed["yes"], crossed["base"] - crossed["yes"])
    assert (factors @ truth >= low).all() and (factors @ truth <= high).all()
    return {name for name, aim in aims.items() if measure_width(aim, factors, low, high) <= minimum}


def measure_width(aim, factors, low, high):
    """Return the greatest value of a sum of counts that keep their bounds, minus the least."""
    from scipy import optimize

    ends = [
        optimize.milp(
            sign * aim,
            integrality=np.ones(len(aim)),
            bounds=optimize.Bounds(0, 1_000),
            constraints=optimize.LinearConstraint(factors, low, high),
        ).fun
        for sign in (1, -1)
    ]
    return round(-ends[1] - ends[0])


@pytest.mark.parametrize("time_limit", [60, 0])
@pytest.mark.slow
def test_what_is_withheld_beside_a_size_is_not_had_back_from_weighted_percents(time_limit):
    """A region of few people: its size is withheld, and with it that of another."""
    cells, crossed = make_survey(4, 200, smallest=0.04, alike=True)
    flags = choose_suppressions(cells, Rules(time_limit=time_limit), crossed).flags
    assert flags["n"].any() and not flags["percent"].all()
    assert list_narrow(cells, flags, crossed) == set()
    small = cells["base"] < 10
    assert list_narrow(cells, flags.assign(n=small, weighted_n=small, percent=small), crossed)
