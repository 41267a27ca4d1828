"""The data package, and what is found in it: contradictions, voices, gaps, verdicts."""
