"""`pytest --prose`: each text of the settings is a file of tests, and each cell or section with numbers a test.

It runs no cell, so it works beside nbval and nbmake, which do, and on both files of a Jupytext pair. Besides, each
notebook that `pytest --nbval` runs knows its name, which `edition.register()` asks.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option `--prose`."""
    parser.getgroup("contre-enquete").addoption(
        "--prose",
        action="store_true",
        help="trace the numbers of the texts that [tool.contre-enquete] in pyproject.toml names",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Collect every text of the settings, wherever `testpaths` point, unless files are given."""
    if config.getoption("--prose"):
        settings = _load_settings(config)
        if config.args_source is not pytest.Config.ArgsSource.ARGS:
            config.args.extend(str(path) for path in settings.list_texts())


@pytest.hookimpl(tryfirst=True)  # before nbval starts the kernel
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Name its notebook to the kernel that nbval starts, as Jupyter's server does."""
    if _is_cell(item):
        from .project import SESSION

        os.environ[SESSION] = str(item.path)


def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Forget the notebook's name, which is no business of later tests."""
    if _is_cell(item):
        from .project import SESSION

        os.environ.pop(SESSION, None)


def _is_cell(item: pytest.Item) -> bool:
    """Return whether a test is a cell of nbval, which need not be installed."""
    return type(item).__name__ == "IPyNbCell"


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ProseFile | None:
    """Return the tests of a file that is a text of the settings."""
    config = parent.config
    if not config.getoption("--prose") or file_path.resolve() not in _load_settings(config).list_texts():
        return None
    return ProseFile.from_parent(parent, path=file_path)


def _load_settings(config: pytest.Config) -> Any:
    """Return the settings of the project that is tested. Raises UsageError if there are none, or they are wrong."""
    from .errors import EditionError
    from .prose.settings import FILE, TABLE, find_settings

    try:
        settings = vars(config).setdefault("_contre_enquete", None) or find_settings(config.rootpath)
        if settings is None:
            raise pytest.UsageError(
                f"--prose: found no [{TABLE}] in {FILE} of {config.rootpath}; expected its settings"
            )
        settings.list_texts()
    except EditionError as error:
        raise pytest.UsageError(f"--prose: {error}") from None
    vars(config)["_contre_enquete"] = settings
    return settings


class ProseFailure(Exception):
    """Numbers of a text that cannot be traced; the message has a line for each."""


class ProseFile(pytest.File):
    """A notebook, a Markdown file or a script in cells."""

    def collect(self) -> Iterator[ProseItem]:
        """Yield a test for each cell or section that has numbers."""
        from .errors import EditionError
        from .prose.repository import bind_texts

        try:
            (binding,) = bind_texts(_load_settings(self.config), [self.path])
        except EditionError as error:
            raise self.CollectError(str(error)) from None
        if binding.document.faults:
            yield ProseItem.from_parent(self, name="figures", lines=list(binding.document.faults))
        for number, trace in binding.trace_passages():
            passage = binding.document.passages[number]
            if trace.total:
                lines = []
                for problem in trace.problems:
                    place = passage.describe_place(passage.text[: problem.place[0]], binding.document)
                    lines.append(f"{place}: “{problem.words}”: {problem.fault}\n  in: {problem.sentence}")
                yield ProseItem.from_parent(self, name=passage.describe_place("", binding.document), lines=lines)


class ProseItem(pytest.Item):
    """The numbers of one cell or section."""

    def __init__(self, *, lines: list[str], **options: Any) -> None:
        super().__init__(**options)
        self.lines = lines

    def runtest(self) -> None:
        """Raise ProseFailure if a number cannot be traced."""
        if self.lines:
            raise ProseFailure("\n".join(self.lines))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the problems, a line for each and its sentence below."""
        return str(excinfo.value) if isinstance(excinfo.value, ProseFailure) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return the file and what the heading of a failure says."""
        return self.path, None, f"{self.path.name}, {self.name}"
