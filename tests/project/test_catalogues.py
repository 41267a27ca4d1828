"""Each catalogue has the sentences that code and data show, and no others; what is new reaches every language."""

import re
import shutil
import subprocess
import sys

import pytest
from babel.messages.pofile import read_po

from conftest import PROJECT
from contre_enquete.edition.translation import _read_catalogue, _write_catalogue, describe_untranslated
from reading import list_typographic_faults


def run(project, tool, *arguments):
    return subprocess.run(
        [sys.executable, project / "tools" / tool, *arguments], cwd=project, capture_output=True, encoding="utf-8"
    )


def read(path):
    """Return the translations of a catalogue, with the files that use each sentence."""
    with path.open("rb") as file:
        return {m.id: (m.string, [name for name, _ in m.locations]) for m in read_po(file) if m.id}


@pytest.fixture
def checkout(tmp_path):
    """What the tools read: code, data, notebooks, catalogues."""
    project = tmp_path / "project"
    for name in ("src", "article", "data", "notebooks", "tools"):
        shutil.copytree(PROJECT / name, project / name)  # with what is compiled, or each run compiles it
    return project


@pytest.mark.slow
def test_catalogues_are_up_to_date():
    done = run(PROJECT, "update-catalogues", "--check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_percent_sign_is_not_marked_as_a_placeholder():
    """As Babel guesses: the marks came with any new sentence, and went with `make catalogues`."""
    assert b"python-format" not in _write_catalogue(_read_catalogue(PROJECT / "article/locale/fr.po"))


@pytest.mark.slow
def test_all_that_the_edition_can_say_is_translated():
    """What no page shows, too: the card of a figure that no text cites."""
    assert describe_untranslated(PROJECT, with_survey=True) == ""


@pytest.mark.parametrize("path", ["article/locale/fr.po", "src/contre_enquete/locale/fr.po"])
def test_french_is_set_as_in_quebec(path):
    """Shown on a page or not: what a command asks on a terminal, too."""
    for translation, _ in read(PROJECT / path).values():
        texts = [translation] if isinstance(translation, str) else translation
        for text in (text for text in texts if "(?:" not in text):  # a pattern
            assert list_typographic_faults(re.sub(r"\]\([^)]*\)|https?:\S+|`.*?`", "", text)) == []


@pytest.mark.slow
def test_a_new_sentence_reaches_every_language_and_an_unused_one_leaves(checkout):
    assert run(checkout, "new-language", "de", "de_CH").returncode == 0
    module = checkout / "article/exercises.py"
    code = module.read_text(encoding="utf-8")
    module.write_text(
        f'{code}\n\ndef ask(say, one):\n    return say("One" if one else "Many of us")\n', encoding="utf-8"
    )
    done = run(checkout, "update-catalogues", "--check")
    assert done.returncode == 1
    assert done.stdout.startswith(
        "article/locale/de.po: out of date; expected make catalogues\narticle/locale/fr.po: out"
    )
    done = run(checkout, "update-catalogues")
    assert "article/locale/fr.po: no translation of 'Many of us'\n" in done.stdout
    for language in ("de", "fr"):
        catalogue = read(checkout / f"article/locale/{language}.po")
        assert catalogue["One"] == catalogue["Many of us"] == ("", ["article/exercises.py"])
    module.write_text(code, encoding="utf-8")
    run(checkout, "update-catalogues")
    assert "Many of us" not in read(checkout / "article/locale/fr.po")
    assert (checkout / "article/locale/fr.po").read_bytes() == (PROJECT / "article/locale/fr.po").read_bytes()


@pytest.mark.slow
def test_a_module_that_moves_makes_no_catalogue_wrong(checkout):
    (checkout / "article/verdicts.py").rename(checkout / "article/judgments.py")
    assert run(checkout, "update-catalogues", "--check").returncode == 0
    assert run(checkout, "update-catalogues").stdout == "article/locale/fr.po: updated\n"
    assert "#: article/judgments.py" in (checkout / "article/locale/fr.po").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_language_begins_with_the_english_words_of_the_data(checkout):
    done = run(checkout, "new-language", "de", "de_CH")
    assert done.returncode == 0 and "article/locale/de.po: no translation of 'Email'" in done.stdout
    assert "Email" not in read(checkout / "article/locale/fr.po")  # the data has a French column
    head = (checkout / "article/locale/de.po").read_text(encoding="utf-8").split("#:")[0]
    assert "EMAIL@ADDRESS" not in head and "Language: de_CH" in head
    again = run(checkout, "new-language", "de", "de_CH")
    assert (
        again.returncode == 1
        and again.stderr == "tools/new-language: src/contre_enquete/locale/de.po is there already\n"
    )
    assert 'load_edition(\\"de\\")' in (checkout / "notebooks/de/1-article.ipynb").read_text(encoding="utf-8")
