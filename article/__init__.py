"""The figures of this article, in the order that numbers them, and what else only this article shows."""

from . import companies, exercises as exercises, printed, provenance, uncertainty, verdicts
from .control import Control as Control

FIGURES = (
    printed.tools, printed.storage, printed.network_uses, printed.uses,
    printed.productivity, printed.barriers, printed.all_barriers, printed.restrictions,
    provenance.columns, provenance.chain, provenance.matrix,
    uncertainty.shares, uncertainty.gaps, uncertainty.scenarios,
    verdicts.verdicts,
    companies.two_counts, companies.by_size, companies.medium_large, companies.since,
)  # fmt: skip
