"""What `[tool.contre-enquete]` in a project's `pyproject.toml` says: which figures, texts, languages and names."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from ..errors import DataError
from ..text.grammar import list_grammars
from ..toml_reader import TomlTable, read_toml
from .datum import Datum
from .sources import FigureFile, Figures, read_figures
from .vocabulary import YEAR_ALONE, Term, Vocabulary

FILE, TABLE = "pyproject.toml", "tool.contre-enquete"
ALL_NOTEBOOKS = ("**/*.ipynb",)
HIDDEN = re.compile(r"^(?:[._].*|node_modules|site-packages|build|dist)$")  # folders that hold no texts of the project


@dataclass(frozen=True, eq=False)
class Settings:
    """The settings of one project.

    Attributes
    ----------
    root
        Folder of its `pyproject.toml`, which all paths are of.
    figures
        Its CSV files of figures.
    language
        Code of the language of its texts. A folder named "fr", or a name such as README.fr.md, goes before it.
    paths
        Patterns of its texts: notebooks and Markdown.
    names
        What holds digits and is no number.
    words
        Words by the names that they stand for, in any language or, under its code, in one.
    items
        Columns whose names a paragraph may say once for all its sentences.
    every_number
        Whether each number must be linked to a figure, or only links are compared.
    """

    root: Path
    figures: tuple[FigureFile, ...] = ()
    language: str = "en"
    paths: tuple[str, ...] = ALL_NOTEBOOKS
    names: tuple[str, ...] = ()
    words: Mapping[str, Any] = field(default_factory=dict)
    items: tuple[str, ...] = ("item",)
    every_number: bool = True

    @cached_property
    def all_figures(self) -> Figures:
        """The figures of all its files."""
        figures = Figures()
        for file in self.figures:
            for reference, datum in read_figures(self.root, file).items():
                if reference in figures:
                    raise DataError(f"{file.path}: found {reference!r} again; expected a `name` for each file")
                figures[reference] = datum
        return figures

    def list_texts(self, *, missing_ok: bool = False) -> list[Path]:
        """Return the files of its texts. Raises DataError for a pattern that finds none, unless `missing_ok`."""
        texts: dict[Path, None] = {}
        for pattern in self.paths:
            match = re.compile(_compile_pattern(pattern)).fullmatch
            found = [self.root / name for name in self._files if match(name)]
            if (self.root / pattern).is_file():  # named, though perhaps in a hidden folder
                found = [self.root / pattern]
            if not found and not missing_ok:
                raise DataError(
                    f"{FILE}, {TABLE}.paths: found no file for {pattern!r}; expected a notebook or Markdown"
                )
            texts |= dict.fromkeys(found)
        return list(texts)

    @cached_property
    def _files(self) -> list[str]:
        """The names of the project's files, in order, without those of hidden folders and environments."""
        names = []
        for folder, folders, files in os.walk(self.root):
            folders[:] = sorted(name for name in folders if not HIDDEN.match(name))
            inside = Path(folder).relative_to(self.root)
            names += [(inside / name).as_posix() for name in sorted(files)]
        return names

    def find_language(self, path: Path, declared: str = "") -> str:
        """Return the language of a text, by its own metadata, its name, its folders, or the settings."""
        inside = path.relative_to(self.root).with_suffix("").as_posix() if path.is_relative_to(self.root) else path.stem
        parts = [part.lower() for part in reversed(re.split(r"[/.]", inside))]
        known = list_grammars()
        return next((part for part in (declared[:2].lower(), *parts) if part in known), self.language)

    def make_vocabulary(self, language: str, figures: Mapping[str, Datum]) -> Vocabulary:
        """Return the words by which texts in a language name what figures are of."""
        words = {name: forms for name, forms in self.words.items() if not isinstance(forms, dict)}
        words |= self.words.get(language, {}) if isinstance(self.words.get(language), dict) else {}
        named = {(dimension, name) for datum in figures.values() for dimension, name in datum.parts.items()}
        terms: dict[str, dict[str, Term]] = {}
        for dimension, name in sorted(named):
            forms = words.get(name, name)
            forms = [form for form in forms.split("|") if form] if isinstance(forms, str) else forms
            terms.setdefault(dimension, {})[name] = Term(name, (name, *forms) if forms else ())  # "": never looked for
        years = [dimension for dimension, of in terms.items() if all(YEAR_ALONE.fullmatch(name) for name in of)]
        return Vocabulary(
            language,
            {dimension: of for dimension, of in terms.items() if dimension not in years},
            self.names,
            frozenset(self.items),
        )


def _compile_pattern(pattern: str) -> str:
    r"""Return the regular expression of a pattern of paths, in which "**" stands for any folders.

    >>> _compile_pattern("**/*.md")
    '(?:.*/)?[^/]*\\.md'
    """
    signs = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return "".join(signs.get(part, re.escape(part)) for part in re.split(r"(\*\*/|\*\*|\*|\?)", pattern))


def find_settings(start: Path | None = None) -> Settings | None:
    """Return the settings of the nearest project, in a folder or above it; None if there are none.

    Raises DataError, which names the key, if they are not as they should be.
    """
    here = Path(start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        file = folder / FILE
        if file.is_file() and TABLE in file.read_text(encoding="utf-8", errors="replace"):
            return read_settings(folder)
    return None


def read_settings(root: Path) -> Settings:
    """Return what the `pyproject.toml` of a folder says. Raises DataError for what it cannot use."""
    table = read_toml(root / FILE, FILE, "settings").table("tool").table("contre-enquete")
    known = list_grammars()
    language = table.choice("language", known, "en")
    words = table.named("words").values
    settings = Settings(
        root,
        _read_figure_files(table),
        language,
        table.texts("paths", ALL_NOTEBOOKS),
        table.texts("names", ()),
        words,
        table.texts("items", ("item",)),
        table.flag("every-number", True),
    )
    table.reject_unknown_keys()
    return settings


def _read_figure_files(table: TomlTable) -> tuple[FigureFile, ...]:
    entries = table.values["figures"] if "figures" in table else []
    files = []
    listed = entries if isinstance(entries, list) else [entries]
    for number, entry in enumerate(listed, 1):
        if isinstance(entry, str):
            entry = {"file": entry}
        if not isinstance(entry, dict):
            raise table.error("figures", "the path of a CSV file, or tables with the key `file`")
        of_file = TomlTable(table.file, entry, f"{TABLE}.figures, {number}")
        value = of_file.values.get("value", ())
        columns = (value,) if isinstance(value, str) else of_file.texts("value", ())
        of_file.known |= {"value", "decimals"}
        decimals = entry.get("decimals", 0)
        if decimals not in ("exact", *range(10)):
            raise of_file.error("decimals", 'the fewest decimals that a text shows, or "exact"')
        files.append(
            FigureFile(
                of_file.text("file"),
                of_file.texts("index", ()),
                columns,
                of_file.text("unit", ""),
                of_file.text("name", "") if "name" in of_file else None,
                None if decimals == "exact" else decimals,
            )
        )
        of_file.reject_unknown_keys()
    return tuple(files)
