"""Slow, readable twins of simlab, written from the law alone: nothing here imports simlab."""
