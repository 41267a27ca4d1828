"""How properties are tried with what Hypothesis draws: the same values in each run."""

from hypothesis import configuration, settings
from hypothesis.internal.conjecture import providers

from conftest import PROJECT

configuration.set_hypothesis_home_dir(PROJECT / ".cache/hypothesis")
# It draws constants of the code that is imported, of which it takes for the project's own what lies in .cache too:
# reading that takes seconds in each process.
providers.is_local_module_file = lambda path: path.startswith(f"{PROJECT}/src/")
several = settings(max_examples=40, deadline=None, derandomize=True, database=None)
