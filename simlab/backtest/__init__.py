"""Backtest: programmes simulated from what could be known beforehand, beside what was published."""
