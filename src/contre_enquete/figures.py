"""Every figure of the edition, in order."""

from __future__ import annotations

from . import charts, claim_charts, source_charts

FIGURES = (*charts.FIGURES, source_charts.chain, source_charts.matrix, claim_charts.verdicts)
