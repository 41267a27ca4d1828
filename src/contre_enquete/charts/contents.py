"""Digest what a chart holds, so that it is drawn again only where that, or what drawing it reads, has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Set
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from types import BuiltinFunctionType, CellType, FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..project import ARTICLE

if TYPE_CHECKING:
    from ..survey.model import Survey
    from .chart import Chart

PLAIN = (type(None), bool, int, float, complex, str, bytes, date, Decimal, Path, np.generic)  # whose repr says all
PARTS: dict[type, Callable[[Any], Iterable[object]]] = {
    pd.DataFrame: lambda frame: (frame.index, frame.columns, *(frame.iloc[:, n] for n in range(frame.shape[1]))),
    pd.Series: lambda column: (column.name, str(column.dtype), column.index, column.tolist()),
    pd.Index: lambda index: (*index.names, str(index.dtype), index.tolist()),
    np.ndarray: lambda array: (array.shape, str(array.dtype), array.tolist()),
    Mapping: lambda mapping: mapping.items(),
    list: lambda values: values,
    tuple: lambda values: values,
    Set: lambda values: sorted(values, key=repr),
    FunctionType: lambda function: (
        function.__module__, function.__qualname__, function.__code__.co_firstlineno,
        function.__defaults__, function.__kwdefaults__, function.__closure__,
    ),
    CellType: lambda cell: (cell.cell_contents,),
    BuiltinFunctionType: lambda function: (function.__qualname__, function.__self__),
    MethodType: lambda method: (method.__self__, method.__func__),
    partial: lambda call: (call.func, call.args, call.keywords),
}  # fmt: skip
KNOWN_PACKAGES = (__name__.partition(".")[0], ARTICLE)


class _Unknown(Exception):
    """A value of which nothing says what it holds."""


def digest_chart(chart: Chart, survey: Survey) -> str:
    """Return a digest of all that a chart of a survey holds, its function that draws included; "" where none can be.

    The survey itself counts for nothing, since whoever draws notes what he reads of it; nor does its language.

    Examples
    --------
    >>> from contre_enquete.charts.own import draw_own_questions
    >>> from contre_enquete.survey.model import load_survey
    >>> survey = load_survey("en")
    >>> one, other = (draw_own_questions(survey)[0] for _ in range(2))
    >>> digest_chart(one, survey) == digest_chart(other, survey)
    True
    """
    fields = {name: getattr(chart, name) for name in chart.__dataclass_fields__}
    try:
        return hashlib.sha256(repr(_describe(fields, [survey, survey.language])).encode()).hexdigest()
    except (_Unknown, ValueError, RecursionError):  # ValueError: of a variable that has no value yet
        return ""


def _describe(value: object, around: list[object]) -> object:
    """Return what a value holds as tuples and texts, whose repr is the same for values that are the same.

    `around` are the survey, its language and the values that hold it, of which their place says enough.
    """
    if isinstance(value, PLAIN):
        return type(value).__name__, repr(value)
    if isinstance(value, type | ModuleType):
        return value.__name__, getattr(value, "__module__", ""), getattr(value, "__qualname__", "")
    if place := [n for n, one in enumerate(around) if one is value]:
        return "around", place[0]
    return type(value).__qualname__, [_describe(part, [*around, value]) for part in _list_parts(value)]


def _list_parts(value: Any) -> list[object]:
    """Return all that a value holds. Raises _Unknown."""
    for kind, split in PARTS.items():
        if isinstance(value, kind):
            return list(split(value))
    if type(value).__module__.partition(".")[0] in KNOWN_PACKAGES and hasattr(value, "__dict__"):
        return [vars(value)]
    raise _Unknown
