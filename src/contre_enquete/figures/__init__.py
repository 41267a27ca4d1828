"""The figures that texts cite: a table of their kinds, and a registry that makes one when it is asked for."""
