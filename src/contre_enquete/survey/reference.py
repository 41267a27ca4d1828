"""References: what a text or a claim cites a figure by, such as `tools.email.sme` or `gap.tools.email`."""

from __future__ import annotations

from dataclasses import dataclass, replace

OF_A_PAIR = ("gap", "lead", "gap-low", "gap-high", "ratio-low", "ratio-high", "deff", "least-n", "bias")
FORMS = {  # kind -> what follows it
    "": ("question", "item", "segment", "source"),
    "sample": ("item", "source"),
    "ahead": ("question", "item", "next_item", "segment"),
    "first": ("question", "item", "segment"),
    **dict.fromkeys(OF_A_PAIR, ("question", "item")),
}


@dataclass(frozen=True)
class Reference:
    """The identifiers that a figure is cited by.

    `kind` is empty for a percent as printed (question, item, segment and, for one source's, source), or for
    a pair of groups (question and item alone); `sample` for a fact about the sample, which is `item`; else what
    is computed of the identifiers, one of `FORMS`. What a reference does not name is empty.
    """

    kind: str = ""
    question: str = ""
    item: str = ""
    next_item: str = ""
    segment: str = ""
    source: str = ""

    @classmethod
    def parse(cls, text: str) -> Reference:
        """Return the reference that a text writes. Raises ValueError if it has more or fewer parts than its kind."""
        kind, *parts = text.split(".")
        if kind not in FORMS or not kind:
            kind, parts = "", [kind, *parts]
        names = FORMS[kind]
        least = {"": 1, "sample": 1}.get(kind, len(names))
        if not all(parts) or not least <= len(parts) <= len(names):
            raise ValueError(text)
        return cls(kind, **dict(zip(names, parts, strict=False)))

    def __str__(self) -> str:
        return ".".join(filter(None, [self.kind, *(getattr(self, name) for name in FORMS[self.kind])]))

    def of(self, segment: str) -> Reference:
        """Return the reference to the percent of one group."""
        return Reference("", self.question, self.item, segment=segment)

    def by(self, source: str) -> Reference:
        """Return the reference to what one source prints."""
        return replace(self, source=source)

    @property
    def key(self) -> tuple[str, str, str]:
        """Question, item and segment."""
        return self.question, self.item, self.segment

    @property
    def is_pair(self) -> bool:
        """Whether it names an item of a question and no group."""
        return not self.kind and bool(self.item) and not self.segment
