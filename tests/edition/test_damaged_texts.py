"""Whatever happens to a text, its ledger, or the code of an article, a command says so in words and changes nothing."""

import pytest

from damaging import OTHERS, check_every_damage


@pytest.mark.parametrize("path", OTHERS)
@pytest.mark.thorough
def test_every_damage_of_every_text_is_told_in_one_line(path, whole, capsys, monkeypatch):
    check_every_damage(whole, path, capsys, monkeypatch)
