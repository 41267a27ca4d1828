"""Run notebooks in warm kernels, and keep them in the form in which they are committed."""
