"""What goes wrong in a forked worker is told as what it is."""

import os

import pytest

from contre_enquete.errors import DataError, EditionError
from contre_enquete.notebooks.warm import run_in_worker

pytestmark = pytest.mark.slow


class Unportable(Exception):
    """An error that pickle takes and does not give back."""

    def __init__(self, place, found):
        super().__init__(f"{place}: found {found}")


def refuse():
    raise DataError("data/survey.csv, row 2: found 7; expected 8")


def divide():
    return 1 / 0


def lose():
    raise Unportable("somewhere", "nothing")


def leave():
    os._exit(3)


@pytest.mark.parametrize(
    ("make", "kind", "told"),
    [
        (refuse, DataError, "data/survey.csv, row 2: found 7; expected 8"),
        (divide, ZeroDivisionError, "division by zero"),
        (lose, RuntimeError, "Unportable: somewhere: found nothing"),
        (leave, EditionError, "leave: its process ended without a result; expected code that does not end its process, and memory enough"),
    ],
)  # fmt: skip
def test_an_error_keeps_its_type_and_text(make, kind, told):
    with pytest.raises(kind) as error:
        run_in_worker(make)
    assert (type(error.value), str(error.value)) == (kind, told)
