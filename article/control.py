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
        picture = HTML()
        sliders = [
            FloatSlider(
                value=100 * float(share.midpoint),
                min=100 * float(share.lower),
                max=100 * float(share.upper),
                step=0.1,
                description=say("Share of SME employees"),
                readout_format=".1f",
            ),
            FloatSlider(
                value=min(DEFFS),
                min=min(DEFFS),
                max=10,
                step=0.1,
                description=say("Design effect"),
                readout_format=".1f",
            ),
        ]
        for slider in sliders:
            slider.style.description_width = "14em"
            slider.layout.width = "36em"
            slider.continuous_update = False

        def draw(change: object = None) -> None:
            picture.value = at_scenario(self.survey, sliders[0].value / 100, sliders[1].value).html()

        for slider in sliders:
            slider.observe(draw, "value")
        draw()
        return VBox([HTML(say("Move the share and the design effect: the intervals follow.")), *sliders, picture])

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, object]:
        return scenarios(self.survey)._repr_mimebundle_() | {WIDGET: self.widget()._repr_mimebundle_()[WIDGET]}
