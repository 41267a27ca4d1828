"""What a warm kernel has imported before it starts: all that the notebooks use, and the data if it can be read."""

import contextlib

import matplotlib_inline.backend_inline  # noqa: F401
import text_to_num  # noqa: F401

from . import evidence, figures, register, social  # noqa: F401
from .control import Control  # noqa: F401
from .errors import EditionError
from .survey import load_survey

with contextlib.suppress(EditionError, OSError):  # whoever uses it will say so
    load_survey("fr")
