"""Links from a text to the figures that it cites: `[34% in town](#commute.bicycle.town)`."""

from __future__ import annotations

import re

LINK = re.compile(  # words of a bounded length: else each of many [ that do not close would be followed to the end
    r"\[((?:[^\[\]]|\[[^\]]{0,1000}+\]){0,1000})\]\(<?(?:[^()#\s]*)#([^()<>\s]+)>?(?:\s+\"[^\"\n]*\")?\)"
)


def strip_links(text: str) -> str:
    """Return a text with only the words of its links to figures.

    >>> strip_links("By bicycle: [34% in town](#commute.bicycle.town)")
    'By bicycle: 34% in town'
    """
    return LINK.sub(r"\1", text)


def find_references(text: str) -> list[str]:
    """Return the references that a text links to, in order, each once.

    >>> find_references("By bicycle: [34% in town](#commute.bicycle.town)")
    ['commute.bicycle.town']
    """
    return list(dict.fromkeys(match[2] for match in LINK.finditer(text)))
