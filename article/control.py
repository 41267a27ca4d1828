"""A control for the reader: move the share of SME employees and the design effect, and see the intervals move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contre_enquete import Survey, find_common_share
from contre_enquete.survey.estimates import DEFFS

from .uncertainty import at_scenario, scenarios

if TYPE_CHECKING:
    from ipywidgets import VBox

WIDGET = "application/vnd.jupyter.widget-view+json"


@dataclass(frozen=True)
class Control:
    """Two sliders over the article's gaps. Where there is no kernel, the small multiples stand in for them."""

    survey: Survey

    def widget(self) -> VBox:
        """Return the sliders and the picture that they move, as an ipywidgets box."""
        from ipywidgets import HTML, FloatSlider, VBox

        say, share = self.survey.language.say, find_common_share(self.survey)

        def slider(name: str, value: float, lowest: float, highest: float) -> FloatSlider:
            made = FloatSlider(value, min=lowest, max=highest, step=0.1, description=name, readout_format=".1f")
            made.style.description_width, made.layout.width, made.continuous_update = "14em", "36em", False
            made.observe(draw, "value")
            return made

        def draw(change: object = None) -> None:
            picture.value = at_scenario(self.survey, shares.value / 100, deffs.value).html()

        lower, middle, upper = (100 * float(limit) for limit in (share.lower, share.midpoint, share.upper))
        picture = HTML()
        shares = slider(say("Share of SME employees"), middle, lower, upper)
        deffs = slider(say("Design effect"), min(DEFFS), min(DEFFS), 10)
        draw()
        return VBox([HTML(say("Move the share and the design effect: the intervals follow.")), shares, deffs, picture])

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, object]:
        return scenarios(self.survey)._repr_mimebundle_() | {WIDGET: self.widget()._repr_mimebundle_()[WIDGET]}
