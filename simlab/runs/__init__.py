"""Runs: blocks of draws through the whole house, computed, joined, kept and resumed."""
