"""What a warm kernel has before it starts: all that the notebooks import, and what the data says if it can be read."""

import contextlib
import gc
import os

os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # a warning that is no result

import ipykernel.debugger  # a quarter of a second that each kernel would spend
import ipykernel.ipkernel
import ipykernel.kernelapp  # noqa: F401
import IPython.core.completerlib
import IPython.core.debugger
import IPython.extensions.storemagic  # noqa: F401
import matplotlib_inline.backend_inline  # noqa: F401
import psutil  # noqa: F401
import text_to_num  # noqa: F401

from . import evidence, figures, register, social  # noqa: F401
from .control import Control  # noqa: F401
from .errors import EditionError
from .fonts import BOLD, NORMAL, font_faces
from .language import languages
from .registry import registry
from .survey import load_survey

font_faces({NORMAL: {"a"}, BOLD: {"a"}})  # imports all that making one takes
with contextlib.suppress(EditionError, OSError):  # whoever uses it will say so
    for language in languages():
        registry(load_survey(language))
gc.freeze()  # no fork looks through all this for garbage, and so copies it
