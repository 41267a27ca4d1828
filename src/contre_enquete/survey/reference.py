"""What a claim rests on, as a row of `claims.csv` writes it: `commute.bicycle.town` or `sample.respondents`.

What texts cite has more kinds: those are in `figures.table`.
"""

from __future__ import annotations

from dataclasses import dataclass

FORMS = {  # kind -> what follows it
    "": ("question", "item", "segment", "source"),
    "sample": ("item", "source"),
    "ahead": ("question", "item", "next_item", "segment"),
    "first": ("question", "item", "segment"),
    "gap": ("question", "item", "segment", "next_segment"),
    "change": ("question", "item", "segment", "earlier", "later"),
}


@dataclass(frozen=True)
class Reference:
    """The identifiers of what a claim rests on.

    Attributes
    ----------
    kind
        "" for a percent, or for the pair of groups if it has no segment; "sample" for a fact about the sample, which is
        `item`; "first" for the highest item of a question; "ahead" for an item that is higher than the next; "gap" for
        two groups by name; "change" for two waves, of one group or, without it, of each.
    question, item, next_item, segment, next_segment, source, earlier, later
        Identifiers of the data; "" for what is not part of it.
    """

    kind: str = ""
    question: str = ""
    item: str = ""
    next_item: str = ""
    segment: str = ""
    next_segment: str = ""
    source: str = ""
    earlier: str = ""
    later: str = ""

    @classmethod
    def parse(cls, text: str) -> Reference:
        """Return the reference that a text writes. Raises ValueError if it has more or fewer parts than its kind."""
        kind, *parts = text.split(".")
        if kind not in FORMS or not kind:
            kind, parts = "", [kind, *parts]
        names = FORMS[kind]
        if kind == "change" and len(parts) == 4:
            names = tuple(name for name in names if name != "segment")
        least = {"": 1, "sample": 1}.get(kind, len(names))
        if not all(parts) or not least <= len(parts) <= len(names):
            raise ValueError(text)
        return cls(kind, **dict(zip(names, parts, strict=False)))

    def __str__(self) -> str:
        return ".".join(filter(None, [self.kind, *(getattr(self, name) for name in FORMS[self.kind])]))

    def of(self, segment: str) -> Reference:
        """Return the reference to the percent of one group."""
        return Reference("", self.question, self.item, segment=segment)

    @property
    def key(self) -> tuple[str, str, str]:
        """Question, item and segment."""
        return self.question, self.item, self.segment

    @property
    def is_pair(self) -> bool:
        """True if it names an item of a question and no group."""
        return not self.kind and bool(self.item) and not self.segment
