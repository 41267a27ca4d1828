"""Each reader of a format returns what a file says, or raises an error of one line: whatever the bytes are."""

import errno
import math
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings, strategies as st

from contre_enquete.article import find_source_language, list_edition_languages, open_language
from contre_enquete.edition.check import _tried_values
from contre_enquete.errors import DataError, EditionError
from contre_enquete.files import MAX_NUMBER, parse_number, read_csv_rows, read_json_file, read_text_file
from contre_enquete.notebooks.run import read_notebook
from contre_enquete.project import WriteError, replace_file
from contre_enquete.text.language import _read_catalogue
from contre_enquete.toml_reader import read_toml
from properties import several

repeatedly = settings(several, max_examples=60)
READERS = {
    "text": lambda path: read_text_file(path, "a.txt", "a text"),
    "JSON": lambda path: read_json_file(path, "a.txt", "an object"),
    "TOML": lambda path: read_toml(path, "a.txt", "a declaration"),
    "CSV": lambda path: list(read_csv_rows(path, "a.txt")),
    "catalogue": _read_catalogue,
    "notebook": read_notebook,
}
FRAGMENTS = st.sampled_from(
    ['"', "'", "[", "]", "{", "}", "\n", "\r", ",", "=", ":", "#", "\\", "1", "1_0", "e999", "inf", "null", "cells",
     'msgid "', 'msgstr "', "charset=", "Language: ", "\ufeff", "\0", "\ud7ff", "é", "a"]
)  # fmt: skip
CONTENTS = st.one_of(
    st.binary(max_size=60),
    st.lists(FRAGMENTS, max_size=30).map(lambda parts: "".join(parts).encode()),
    st.text(max_size=40).map(lambda text: text.encode("utf-16", "surrogatepass")),
)


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.slow
def test_a_reader_raises_nothing_but_an_error_of_one_line(kind, tmp_path):
    path = tmp_path / "a.txt"

    @repeatedly
    @given(CONTENTS)
    def read(content):
        path.write_bytes(content)
        try:
            READERS[kind](path)
        except EditionError as error:
            assert ("\n" not in str(error).strip() and "; expected " in str(error)) or "not a notebook" in str(error)

    read()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"a\nb\xff", "a.json, line 2: not UTF-8; expected an object, saved as UTF-8"),
        (b"1\n\0", "a.json, line 2: found a sign that is none (NUL); expected an object, saved as UTF-8"),
        (b"{", "a.json, line 1, column 2: not JSON (Expecting property name enclosed in double quotes); expected an object"),
        (b"[" * 100_000, "a.json: found lists in lists without end; expected an object"),
        (b'{"a": 1, "a": 2}', "a.json: not JSON (the key 'a' twice); expected an object"),
        (b"[NaN]", "a.json: not JSON (the number NaN); expected an object"),
        (b'["\\ud800"]', "a.json: found half of a letter (a lone surrogate); expected an object"),
    ],
)  # fmt: skip
def test_json_that_is_none_is_told(content, told, tmp_path):
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(DataError) as raised:
        read_json_file(tmp_path / "a.json", "a.json", "an object")
    assert str(raised.value) == told


def test_what_is_no_ordinary_file_is_told(tmp_path):
    (tmp_path / "link").symlink_to("link")
    for place, found in {
        "none": "not found",
        ".": "a folder",
        "/dev/zero": "no ordinary file",
        "link": "Too many",
    }.items():
        with pytest.raises(DataError, match=rf"^x: {found}.*; expected a text$"):
            read_text_file(tmp_path / place, "x", "a text")


def test_line_ends_and_a_bom_are_no_part_of_a_text(tmp_path):
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbfa\r\nb\rc\n")
    assert read_text_file(tmp_path / "a", "a", "a text") == "a\nb\nc\n"


@pytest.fixture
def spoken(tmp_path):
    """Returns the languages of an edition that declares some, and has notebooks in others."""

    def list_languages(declared, *folders):
        (tmp_path / "article").mkdir()
        (tmp_path / "article/article.toml").write_text(declared, encoding="utf-8")
        for folder in folders:
            (tmp_path / "notebooks" / folder).mkdir(parents=True)
            (tmp_path / "notebooks" / folder / "a.ipynb").write_text("{}")
        return list_edition_languages(tmp_path), find_source_language(tmp_path), open_language("fr", tmp_path).locale

    return list_languages


@pytest.mark.parametrize(
    ("declared", "folders", "expected"),
    [
        ("", ["fr", "en"], (["en", "fr"], "en", "fr_CA")),
        ('languages = ["fr-CH", "en-GB"]', ["fr", "en"], (["fr", "en"], "en", "fr_CH")),
        ('languages = ["fr", "en"]', ["en"], (["en"], "en", "fr_CA")),
        ('languages = ["fr-FR"]', ["fr"], (["fr"], "fr", "fr_FR")),
        ('languages = ["fr"]', ["fr", "en"], (["fr", "en"], "en", "fr_CA")),
    ],
)
def test_the_languages_of_an_edition_are_its_folders_in_the_order_declared(declared, folders, expected, spoken):
    assert spoken(declared, *folders) == expected


@pytest.mark.parametrize("declared", ['["xx-YY"]', '["fr", "fr-CH"]', '["fr_CH"]', '"fr"', "[1]"])
def test_languages_that_cannot_be_are_refused(declared, spoken):
    with pytest.raises(DataError, match=r"^article/article\.toml, languages: found .*; expected "):
        spoken(f"languages = {declared}", "fr")


def test_a_folder_of_no_language_is_told(spoken):
    with pytest.raises(DataError) as raised:
        spoken("", "fr", "xx")
    expected = "expected notebooks/en or notebooks/fr, or the catalogue article/locale/xx.po"
    assert str(raised.value) == f"notebooks/xx: found no language; {expected}"


def test_a_value_tried_that_is_no_number_is_a_fault():
    figure = SimpleNamespace(value=34.0)
    assert list(_tried_values('survey.having("a", 34)', {"a": figure})) == []
    (fault,) = _tried_values('survey.having("a", 1.2.3)', {"a": figure})
    assert fault.startswith("tries 1.2.3; a is 34")


@pytest.mark.slow  # the first time, for a table of all letters is made
@repeatedly
@given(st.one_of(st.text(max_size=8), st.text("0123456789.-+eE_ ,٣９", max_size=8)))
def test_a_number_is_what_the_rule_says_and_nothing_else(text):
    value = parse_number(text)
    if not math.isnan(value):
        assert text.isascii() and not set(text) - set("0123456789.-+eE") and not text.startswith("+")
        assert value == float(Decimal(text)) and abs(value) <= MAX_NUMBER
        assert math.copysign(1, value) == 1 or value < 0


@repeatedly
@given(st.floats(-MAX_NUMBER, MAX_NUMBER).filter(lambda value: value == 0 or abs(value) > 1e-99))
def test_a_number_that_a_program_writes_is_read_back(value):
    assert parse_number(repr(value + 0.0)) == value or repr(value).startswith("-0")


def test_a_disk_that_may_only_be_read_is_told_with_the_name_of_the_file(tmp_path, monkeypatch):
    def refuse(path, *arguments, **options):
        raise OSError(errno.EROFS, "Read-only file system", str(path))

    (tmp_path / "a.csv").write_text("a")
    for name in ("write_bytes", "unlink"):
        monkeypatch.setattr(Path, name, refuse)
    with pytest.raises(WriteError, match=r"^a\.csv cannot be written \(Read-only file system\); no file is changed"):
        replace_file(tmp_path / "a.csv", b"b")
