"""What notebooks show: tables, the register of the figures that they cite, and the edition that an author opens."""
