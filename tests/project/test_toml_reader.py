"""Values of TOML files are checked one by one; errors name file, key, value and what was expected."""

import pytest

from contre_enquete.errors import DataError
from contre_enquete.toml_reader import read_toml

TEXT = 'name = "x"\nsigns = [",", ";"]\n[limits]\nleast = 2\nopen = true\n'


@pytest.fixture
def read(tmp_path):
    """Write a file and read it."""

    def write_and_read(text=TEXT):
        (tmp_path / "a.toml").write_text(text, encoding="utf-8")
        return read_toml(tmp_path / "a.toml", "a.toml", "a declaration")

    return write_and_read


def test_values_are_read_by_their_kind(read):
    top = read()
    limits = top.table("limits")
    assert (top.text("name"), top.texts("signs"), limits.number("least")) == ("x", (",", ";"), 2)
    assert limits.flag("open", False) and top.choice("name", ["x", "y"]) == "x"
    top.reject_unknown_keys()


def test_defaults_stand_for_absent_keys(read):
    top = read("")
    assert (top.text("name", "y"), top.texts("signs", ()), top.number("least", 3)) == ("y", (), 3)
    assert top.flag("open", True) and top.table("limits").text("name", "z") == "z"


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda top: top.text("signs"), "signs: found [',', ';']; expected a text"),
        (lambda top: top.text("none"), "none: found nothing; expected a text"),
        (lambda top: top.texts("name"), "name: found 'x'; expected a list of texts"),
        (lambda top: top.choice("name", ["y", "z"]), "name: found 'x'; expected one of 'y', 'z'"),
        (lambda top: top.table("name"), "name: found 'x'; expected a table"),
        (lambda top: top.named("limits", 3, "three"), "limits: found a table; expected three"),
        (lambda top: top.table("limits").number("open"), "limits.open: found True; expected a number above 0"),
        (lambda top: top.table("limits").flag("least", True), "limits.least: found 2; expected true or false"),
    ],
)
def test_another_kind_is_refused_by_its_key(ask, message, read):
    with pytest.raises(DataError) as raised:
        ask(read())
    assert str(raised.value) == f"a.toml, {message}"


def test_keys_that_nothing_reads_are_refused_in_each_table(read):
    top = read()
    top.text("name"), top.texts("signs"), top.table("limits").number("least")
    with pytest.raises(DataError, match=r"^a\.toml, limits\.open: found True; expected one of the keys least$"):
        top.reject_unknown_keys()


def test_a_file_that_is_not_toml_or_not_there_is_refused(read, tmp_path):
    with pytest.raises(DataError, match=r"^a\.toml: not TOML \(.*\); expected a declaration$"):
        read("[a")
    with pytest.raises(DataError, match=r"^b\.toml: not found; expected a declaration$"):
        read_toml(tmp_path / "b.toml", "b.toml", "a declaration")
    (tmp_path / "c.toml").write_bytes(b"\xff")
    with pytest.raises(DataError, match=r"^c\.toml, line 1: not UTF-8; expected a declaration, saved as UTF-8$"):
        read_toml(tmp_path / "c.toml", "c.toml", "a declaration")


@pytest.mark.parametrize("text", ["{name} = 1", "[{name}]", "x = 1\n[{name}]", "x = {{ {name} = 1 }}"])
@pytest.mark.parametrize("part", ["a", '"a"', "a-b "])
def test_a_name_of_thousands_of_parts_is_told_at_once(text, part, tmp_path):
    path = tmp_path / "a.toml"
    path.write_text(text.format(name=".".join([part] * 30_000)), encoding="utf-8")
    line = text.count("\n") + 1
    with pytest.raises(DataError, match=f"a.toml, line {line}: found a name of over 100 parts; expected a codebook"):
        read_toml(path, "a.toml", "a codebook")
    path.write_text(text.format(name=".".join([part] * 100)), encoding="utf-8")
    assert read_toml(path, "a.toml", "a codebook").values


def test_a_text_is_parsed_once(tmp_path, monkeypatch):
    path = tmp_path / "a.toml"
    path.write_text("once = 1", encoding="utf-8")
    assert read_toml(path, "a.toml", "a declaration").number("once") == 1
    with monkeypatch.context() as patch:
        patch.delattr("tomllib.loads")
        assert read_toml(path, "a.toml", "a declaration").number("once") == 1
    path.write_text("once = 2", encoding="utf-8")
    assert read_toml(path, "a.toml", "a declaration").number("once") == 2
