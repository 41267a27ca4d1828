"""Load an article's own code, and turn the errors of that code into messages that its author can use.

The folder `article/` of a project holds the functions that draw its figures, as `conf.py` holds Sphinx's settings.
"""

from __future__ import annotations

import ast
import importlib.util
import inspect
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from .errors import DataError, EditionError
from .files import read_bytes
from .project import ARTICLE
from .reads import leave_out

DYNAMIC = ("import_module", "__import__", "modules", "exec", "eval")  # imports that nobody can follow
T = TypeVar("T")


class ArticleError(EditionError):
    """The code in `article/` cannot be used; the message names file, line, what was found and what was expected."""


def load_figures(project: Path) -> ModuleType:
    """Return the module `article` of a project, whose `FIGURES` are the functions that draw its figures, in order.

    Each takes a Survey and returns a Chart. A module that was loaded before, from this folder or another, is returned
    again if the code in this folder is the same. Raises DataError if there is no such module, and ArticleError if it
    cannot be imported or its `FIGURES` are not such functions.
    """
    with leave_out():  # whoever calls one notes the files of it
        return _load_figures(project)


def _load_figures(project: Path) -> ModuleType:
    folder = project / ARTICLE
    if not (folder / "__init__.py").is_file():
        raise DataError(f"{ARTICLE}/__init__.py: not found; expected the figures of the article")
    source = {
        path.name: read_bytes(path, f"{ARTICLE}/{path.name}", "code of the article") for path in folder.glob("*.py")
    }
    loaded = sys.modules.get(ARTICLE)
    if loaded is not None and getattr(loaded, "__source__", None) == source:
        return loaded
    for name in [name for name in sys.modules if name.split(".")[0] == ARTICLE]:
        del sys.modules[name]
    spec = importlib.util.spec_from_file_location(
        ARTICLE, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None and spec.loader is not None  # for a file of Python there are both
    module = sys.modules[ARTICLE] = importlib.util.module_from_spec(spec)
    vars(module)["__source__"] = source
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # loading leaves no file in the project
    try:
        with reraise_as_article_error(f"{ARTICLE}/__init__.py", "code that can be imported"):
            spec.loader.exec_module(module)
        _check_figures(module)
    except BaseException:
        del sys.modules[ARTICLE]
        raise
    finally:
        sys.dont_write_bytecode = before
    return module


def list_modules(module: ModuleType, function: Callable[..., object] | None = None) -> list[str]:
    """Return the paths of the files that a function of the module `article` depends on; without one, of all files."""
    files = frozenset(module.__source__)
    imports = {name: _find_imports(content, files) for name, content in module.__source__.items()}
    first = (getattr(function, "__module__", "") or "").removeprefix(f"{ARTICLE}.") + ".py"
    reached, ahead = set[str](), {"__init__.py", first} if first in imports else {*imports}
    while ahead:
        name = ahead.pop()
        reached.add(name)
        if name != "__init__.py":  # which imports all, to list them
            ahead |= imports[name] - reached
    return sorted(f"{ARTICLE}/{name}" for name in reached)


@cache
def _find_imports(content: bytes, files: frozenset[str]) -> frozenset[str]:
    """Return the files of an article that one of them imports; all, where its imports cannot be followed."""
    names = set[str]()
    for node in ast.walk(ast.parse(content)):
        if isinstance(node, ast.ImportFrom):
            base = node.module if node.level or not node.module else node.module.removeprefix(ARTICLE).strip(".")
            if node.level or (node.module and node.module.partition(".")[0] == ARTICLE):
                names |= {base} if base else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names if alias.name.partition(".")[0] == ARTICLE}
        elif isinstance(node, ast.Name | ast.Attribute) and getattr(node, "id", getattr(node, "attr", "")) in DYNAMIC:
            names.add("")
    found = frozenset(f"{imported.partition('.')[0]}.py" for imported in names)
    return found if found <= files else files


def _check_figures(module: ModuleType) -> None:
    """Raise ArticleError unless a module `article` has `FIGURES`, a tuple or list of functions."""
    expected = f"{ARTICLE}/__init__.py, FIGURES: found {{}}; expected a tuple of the functions that draw the figures"
    if not hasattr(module, "FIGURES"):
        raise ArticleError(expected.format("nothing"))
    if not isinstance(module.FIGURES, tuple | list):
        raise ArticleError(expected.format(_describe_value(module.FIGURES)))
    for place, draw in enumerate(module.FIGURES, 1):
        if not callable(draw):
            raise ArticleError(expected.format(f"{_describe_value(draw)} as number {place}"))


def call_checked(function: Callable[..., object], argument: object, returns: type[T], expected: str) -> T:
    """Return the result of a function of the article.

    `expected` describes the result in messages. Raises ArticleError if the function fails, or if the result is not of
    the type `returns`.
    """
    name, place = getattr(function, "__name__", repr(function)), locate_definition(function)
    with reraise_as_article_error(place, f"{expected} from {name}"):
        result = function(argument)
    if not isinstance(result, returns):
        raise ArticleError(f"{place}: {name} gave {_describe_value(result)}; expected {expected}")
    return result


@contextmanager
def reraise_as_article_error(place: str, expected: str) -> Iterator[None]:
    """Raise an error of the article's code in the block as an ArticleError with file, line, type and text.

    The line is the last one of `article/` in the traceback, or `place` if there is none. An EditionError passes as it
    is.
    """
    try:
        yield
    except (EditionError, KeyboardInterrupt):
        raise
    except BaseException as error:  # SystemExit too, and what the article makes itself
        text = " ".join(str(error.msg if isinstance(error, SyntaxError) else error).splitlines())
        found = type(error).__name__ + (f": {text}" if text else "")
        raise ArticleError(f"{_find_line(error) or place}: {found}; expected {expected}") from error


def locate_definition(function: Callable) -> str:
    """Return file and line where a function of the article begins; `article/__init__.py` if it is defined elsewhere."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    return (code and _format_place(code.co_filename, code.co_firstlineno)) or f"{ARTICLE}/__init__.py"


def _find_line(error: BaseException) -> str:
    """Return the last file and line of the article in the traceback of an error, or ""."""
    frames: list[tuple[str, int | None]] = [
        (frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    if isinstance(error, SyntaxError):
        frames.append((error.filename or "", error.lineno))
    return next(filter(None, (_format_place(*frame) for frame in reversed(frames))), "")


def _format_place(file: str, line: int | None) -> str:
    return f"{ARTICLE}/{Path(file).name}, line {line}" if Path(file).parent.name == ARTICLE else ""


def _describe_value(value: object) -> str:
    return repr(value) if value is None or isinstance(value, str) else f"a value of type {type(value).__name__}"
