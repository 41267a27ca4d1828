"""Witnesses: two tables that agree with what is published, between which the target differs."""

import numpy as np
import pytest

from answers.attack import scipy  # noqa: F401
from contre_enquete.answers.clock import Clock
from contre_enquete.answers.witness import UNCHANGED, WitnessProblem, solve_programme

FREE = [(-10, 10)] * 2


def make_problem(**published):
    """The counts of groups a and b, which add up to a total; all cost as much but b, which costs twice that."""
    problem = WitnessProblem(Clock())
    for name in ("a", "b", "total"):
        problem.add_count(name, FREE, 2 if name == "b" else 1, published.get(name, ()))
    problem.add_equation({"total": -1, "a": 1, "b": 1})
    return problem


def test_the_target_differs_by_the_width_and_sums_hold():
    first, second = make_problem().solve("a", 11)
    assert first["a"] - second["a"] >= 11
    assert all(witness["total"] == witness["a"] + witness["b"] for witness in (first, second))


def test_a_negative_sign_asks_for_a_lower_count_in_the_first_witness():
    first, second = make_problem().solve("a", 11, sign=-1)
    assert second["a"] - first["a"] >= 11


def test_the_cheapest_figure_changes():
    witnesses = make_problem(b=UNCHANGED, total=UNCHANGED).solve("a", 5)
    assert [witness["b"] for witness in witnesses] == [0, 0]
    assert any(witness["total"] for witness in witnesses)


def test_a_witness_of_its_own_is_asked_of_limits_and_equations():
    problem = WitnessProblem(Clock())
    problem.add_count("a", [(0, 3), (-2, 0)], 1)
    problem.add_count("b", FREE, 1)
    problem.add_equation({"a": 1, "b": 1}, [4, -1])
    first, second = problem.solve("a", 5)
    assert (first, second) == ({"a": 3, "b": 1}, {"a": -2, "b": 1})


@pytest.mark.parametrize("limits", [[(0, 4)] * 2, [(1, 0)] * 2], ids=["too narrow", "empty"])
def test_without_room_there_are_no_witnesses(limits):
    problem = WitnessProblem(Clock())
    problem.add_count("a", limits, 1)
    assert problem.solve("a", 5) is None


def test_a_percent_leaves_its_bounds_once_for_all():
    problem = WitnessProblem(Clock())
    problem.add_count("yes", FREE, 0)
    problem.add_percent("percent", [(-0.5, 0.5)] * 2, 1, 20)
    problem.add_equation({"percent": -1, "yes": 1.25})
    first, second = problem.solve("yes", 11)
    assert first.keys() == {"yes"} and first["yes"] - second["yes"] >= 11


@pytest.mark.slow
def test_nodes_end_the_search_and_are_counted_as_time():
    """A market split programme, of which many thousands of nodes would be searched, with what each sum misses."""
    from scipy import optimize, sparse

    factors = np.random.default_rng(0).integers(0, 100, (4, 30))
    halves = factors.sum(axis=1) // 2
    matrix = sparse.csr_array(np.hstack([factors, np.eye(4), -np.eye(4)]))
    for seconds in (0.1, 0.5):
        clock = Clock()
        solution = solve_programme(
            clock,
            seconds,
            np.repeat([0, 1], [30, 8]),
            integrality=np.repeat([1, 0], [30, 8]),
            bounds=optimize.Bounds(0, np.repeat([1, np.inf], [30, 8])),
            constraints=optimize.LinearConstraint(matrix, halves, halves),
        )
        limit = clock.limit_nodes(matrix.nnz, seconds)
        assert 1 < limit / 2 < solution.mip_node_count <= limit
        assert seconds / 2 < clock.spent < seconds + 0.03
