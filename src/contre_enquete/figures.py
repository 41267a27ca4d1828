"""Every figure of the edition, in order."""

from __future__ import annotations

from . import charts, claim_charts, gap_charts, source_charts

FIGURES = (
    *charts.FIGURES,
    source_charts.chain,
    source_charts.matrix,
    gap_charts.shares,
    gap_charts.gaps,
    gap_charts.scenarios,
    claim_charts.verdicts,
)
