"""Dollars in Markdown, which notebooks and pages take for the signs of a formula."""

from __future__ import annotations

import re
from collections.abc import Iterator

CODE_TEXT = re.compile(r"(?P<fence>```+|~~~+).*?(?P=fence)|`[^`]*`", re.DOTALL)
FORMULA_PAIR = re.compile(r"(?<![\\$])\$(?!\$)(?P<words>(?:\\\$|[^$\n]|\n(?!\s*\n)){1,2000}?)(?<![\\$])\$")


def escape_dollars(text: str) -> str:
    r"""Return a text with each dollar sign as it is written in Markdown.

    >>> print(escape_dollars("From $12 to $30"))
    From \$12 to \$30
    """
    return text.replace("$", r"\$")


def find_formulas_of_amounts(text: str) -> Iterator[str]:
    r"""Yield what stands between two dollar signs of amounts, which notebooks show as a formula.

    A formula is meant where no link and no end of an amount is in it.

    >>> list(find_formulas_of_amounts("From $12 to $30"))
    ['$12 to $']
    >>> list(find_formulas_of_amounts(r"From \$12 to \$30, where $n = 30$"))
    []
    """
    text = CODE_TEXT.sub(lambda code: " " * len(code[0]), text)
    for pair in FORMULA_PAIR.finditer(text):
        words, before, after = pair["words"], text[: pair.start()], text[pair.end() :]
        comes_first = words[0].isdigit() and after[:1].isdigit()
        comes_last = not words[0].isalnum() and before.rstrip()[-1:].isdigit() and words.rstrip()[-1:].isdigit()
        if "](" in words or comes_first or comes_last:
            yield pair[0]
