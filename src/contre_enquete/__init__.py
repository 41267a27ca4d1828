"""Contre-enquête: a press article, read again with its data.

The public names are those of `__init__.pyi`: what notebooks, the functions that draw an article's charts, and other
programs use. Each is loaded when it is first asked for, so that a command imports nothing that it does not need.

>>> from contre_enquete import load_edition
>>> load_edition("en").figures["tools.email.sme"].value
93.0
"""

import ast
from importlib import import_module
from pathlib import Path

__version__ = "1.0.0"

_STUB = ast.parse(Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
_MODULES = {  # the module of each public name: one list serves type checkers, editors and Python
    alias.name: node.module for node in _STUB.body if isinstance(node, ast.ImportFrom) for alias in node.names
}
__all__ = sorted(_MODULES)


def __getattr__(name: str) -> object:
    """Return a public name from the module that defines it, and keep it."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f".{_MODULES[name]}", __name__)
    if not hasattr(module, name):  # a module of a package, such as `palette`
        import_module(f"{module.__name__}.{name}")
    globals()[name] = getattr(module, name)
    return globals()[name]


def __dir__() -> list[str]:
    """Return the public names, for completion."""
    return [*__all__, "__version__"]
