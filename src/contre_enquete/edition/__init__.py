"""Build, check, compare and publish an edition."""
