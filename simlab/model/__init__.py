"""The model: the study as numbers."""
