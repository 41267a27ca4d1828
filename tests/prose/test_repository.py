"""A project of anybody: settings, notebooks, Markdown; checked, and rewritten byte for byte but for its numbers."""

import json

import pytest

from contre_enquete.__main__ import main
from contre_enquete.prose.documents import read_document

SETTINGS = """
[tool.contre-enquete]
figures = [{ file = "cities.csv", unit = "percent" }]
paths = ["*.md", "**/*.ipynb"]
names = ["Plan 2030"]
words.Paris = ["Parisians"]
words.fr.Paris = "Parisiens|Parisiennes"
"""
README = """---
title: 12 cities
---

# Plan 2030

[34% of Parisians](#cities.paris) ride, and [29% in Lyon](#cities.lyon).

```{note}
:width: 50
[29% in Lyon](#cities.lyon) at $x = 3$.
```

```{code-cell}
x = 17
```

$$ 3 + 4 $$
"""
FRENCH = "Des Parisiens, [34\u202f%](#cities.paris); à Lyon, [29\u00a0%](#cities.lyon).\r\n"


def notebook(*sources, kind="markdown", **json_options):
    cells = [{"cell_type": kind, "metadata": {}, "source": source} for source in sources]
    cells.append({"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": "x = 17"})
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, **json_options)


@pytest.fixture
def place(tmp_path, monkeypatch):
    (tmp_path / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "cities.csv").write_text("city,share\nParis,34\nLyon,29\n", encoding="utf-8")
    (tmp_path / "README.md").write_text(README, encoding="utf-8")
    (tmp_path / "README.fr.md").write_bytes(FRENCH.encode())
    (tmp_path / "fr").mkdir()
    text = ["# “Été” \U0001f6b2\n", "\n", 'À "Paris", [34\u00a0%](#cities.paris)…\n']
    (tmp_path / "fr/a.ipynb").write_text(notebook(text, ensure_ascii=False, indent=1), encoding="utf-8")
    (tmp_path / "b.ipynb").write_text(notebook("“\U0001f6b2” [29% in Lyon](#cities.lyon)"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def change_data(place):
    (place / "cities.csv").write_text("city,share\nParis,1036\nLyon,30\n", encoding="utf-8")


def test_right_texts_pass(place, capsys):
    assert main(["check"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "README.fr.md: 2 of 2 numbers traced",
        "README.md: 3 of 3 numbers traced",
        "b.ipynb: 1 of 1 numbers traced",
        "fr/a.ipynb: 1 of 1 numbers traced",
    ]


def test_each_damage_names_file_place_and_sentence(place, capsys):
    (place / "README.md").write_text(README.replace("[34% of", "[35% of"), encoding="utf-8")
    (place / "fr/a.ipynb").write_text(
        (place / "fr/a.ipynb").read_text("utf-8").replace("Paris\\", "Lyon\\"), encoding="utf-8"
    )
    assert main(["check"]) == 1
    out = capsys.readouterr().out
    assert "README.md, line 7: “35% of Parisians”: cities.paris is 34 percent — in: 35% of Parisians ride" in out
    assert 'fr/a.ipynb, cell 1: “34\u00a0%”: names: Lyon; cities.paris is of: Paris — in: À "Lyon"' in out


def test_write_changes_numbers_and_no_other_byte(place, capsys):
    before = {path: path.read_bytes() for path in place.rglob("*") if path.suffix in (".md", ".ipynb")}
    change_data(place)
    assert main(["check", "--dry-run"]) == 0
    assert {path: path.read_bytes() for path in before} == before
    assert "+[1,036% of Parisians](#cities.paris) ride, and [30% in Lyon]" in capsys.readouterr().out
    assert main(["check", "--write"]) == 0
    new = {"34": "1\u00a0036", "29": "30"}
    for path, content in before.items():
        text, french = content.decode(), "fr" in str(path.relative_to(place))
        for old in new:
            number = new[old] if french else new[old].replace("\u00a0", ",")
            text = text.replace(f"[{old}", f"[{number}")
        assert path.read_bytes() == text.encode(), path
    capsys.readouterr()
    assert main(["check"]) == 0


def test_write_keeps_what_is_ambiguous_and_says_so(place, capsys):
    (place / "README.md").write_text("[A third of Parisians](#cities.paris) ride more.\n", encoding="utf-8")
    change_data(place)
    assert main(["check", "--write"]) == 1
    out = capsys.readouterr().out
    assert (
        "Left as they are, for you to correct:\n  README.md, line 1: “A third of Parisians”: cities.paris is 1036"
        in out
    )
    assert (place / "README.md").read_text("utf-8").startswith("[A third")


def test_an_interrupted_write_leaves_each_file_whole(place, monkeypatch):
    from contre_enquete import project

    change_data(place)
    before = {path: path.read_bytes() for path in place.rglob("*.*")}
    written = []

    def stop(path, content):
        if written:
            raise KeyboardInterrupt
        written.append(path)
        replace(path, content)

    replace = project.replace_file
    monkeypatch.setattr(project, "replace_file", stop)
    assert main(["check", "--write"]) == 130
    changed = [path for path, content in before.items() if path.read_bytes() != content]
    assert changed == written and set(place.rglob("*.*")) == set(before)


def test_figures_are_listed_as_links(place, capsys):
    assert main(["figures", "paris"]) == 0
    assert capsys.readouterr().out == "[34%](#cities.paris)\n"
    assert main(["figures", "rome"]) == 1


def test_numbers_need_no_link_where_the_settings_say_so(place, capsys):
    (place / "README.md").write_text("17 things, [35% of Parisians](#cities.paris)\n", encoding="utf-8")
    (place / "pyproject.toml").write_text(f"{SETTINGS}every-number = false\n", encoding="utf-8")
    assert main(["check", "README.md"]) == 1
    assert capsys.readouterr().out.splitlines()[1:] == ["README.md: 0 of 1 numbers traced"]


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ('figures = "towns.csv"', "towns.csv: not found"),
        ('paths = ["*.rst"]', "paths: found no file for '*.rst'"),
        ('language = "tlh"', "language: found 'tlh'; expected one of 'de', 'en', 'es', 'fr'"),
        ("figure = 3", "figure: found 3; expected one of the keys every-number, figures, items, "),
        ('figures = [{ file = "cities.csv", column = "a" }]', "column: found 'a'; expected one of the keys decimals"),
        ("figures = 3", "figures: found 3; expected the path of a CSV file"),
    ],
)
def test_settings_that_cannot_be_used_are_told_in_one_line(settings, fault, place, capsys):
    (place / "pyproject.toml").write_text(f"[tool.contre-enquete]\n{settings}\n", encoding="utf-8")
    assert main(["check"]) == 1
    err = capsys.readouterr().err
    assert fault in err and err.count("\n") == 1


def test_a_folder_without_project_is_told(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for command in (["check"], ["figures"], ["build"], ["validate"], ["rerun"]):
        assert main(command) == 2
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1) and "found" in err


def test_a_project_above_is_named(place, monkeypatch, capsys):
    monkeypatch.chdir(place / "fr")
    assert main(["check"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == f"Project: {place}"


def test_a_name_that_is_a_common_word_can_be_left_out(place, capsys):
    (place / "cities.csv").write_text("city,share\nParis,34\nLyon,29\nall,31\n", encoding="utf-8")
    (place / "README.md").write_text("In all, [34%](#cities.paris) and [31%](#cities.all).\n", encoding="utf-8")
    assert main(["check", "README.md"]) == 1
    assert "names: all; cities.paris is of: Paris" in capsys.readouterr().out
    settings = SETTINGS.replace("words.Paris", 'words.all = ""\nwords.Paris', 1)
    (place / "pyproject.toml").write_text(settings, encoding="utf-8")
    assert main(["check", "README.md"]) == 0


def test_a_script_in_cells_is_read_and_rewritten(place, capsys):
    script = "# %% [markdown]\n# # Title\n# [34% in Paris](#cities.paris)\n\n# %%\nx = 35\n"
    (place / "a.py").write_text(script, encoding="utf-8")
    assert main(["check", "a.py"]) == 0
    change_data(place)
    assert main(["check", "--write", "a.py"]) == 0
    assert (place / "a.py").read_text("utf-8") == script.replace("[34%", "[1,036%")


@pytest.mark.parametrize("content", ["{}", "[]", "no", '{"cells": 3}', '{"worksheets": []}'])
def test_what_is_no_notebook_is_told(content, place, capsys):
    (place / "b.ipynb").write_text(content, encoding="utf-8")
    assert main(["check", "b.ipynb"]) == 1
    told = ": not a notebook of format 4" if content != "no" else ", line 1, column 1: not JSON (Expecting value)"
    assert capsys.readouterr().err.startswith(f"contre-enquete: b.ipynb{told}")


def test_a_notebook_of_ascii_stays_ascii(place):
    (place / "c.ipynb").write_text(
        notebook("Été [34\u00a0%](#cities.paris) [29\u00a0%](#cities.lyon)"), encoding="utf-8"
    )
    document = read_document(place / "c.ipynb")
    text = document.passages[0].text
    changed = document.edit([(0, (text.index("34"), text.index("34") + 2, "1\u202f036"))])
    assert changed == document.content.replace("[34", "[1\\u202f036")
