"""A forked worker tells what goes wrong as what it is, and a kernel takes no module from beside a notebook."""

import os

import nbformat
import pytest

from contre_enquete.errors import DataError, EditionError
from contre_enquete.notebooks import warm
from contre_enquete.notebooks.run import encode_notebook, run_notebook
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


@pytest.mark.parametrize("can_fork", [True, False])
def test_a_module_beside_a_notebook_takes_the_place_of_none(can_fork, tmp_path, monkeypatch):
    monkeypatch.setattr(warm, "CAN_FORK", can_fork)
    for name in ("ipykernel_launcher", "jedi", "json"):
        (tmp_path / f"{name}.py").write_text("open('ran', 'w')\nraise SystemExit", encoding="utf-8")
    path = tmp_path / "1-a.ipynb"
    cell = nbformat.v4.new_code_cell("import jedi, json\nprint('safe')", id="a")
    path.write_bytes(encode_notebook(nbformat.v4.new_notebook(cells=[cell])))
    assert run_notebook(path).cells[0].outputs[0].text == "safe\n"
    assert not (tmp_path / "ran").exists()
