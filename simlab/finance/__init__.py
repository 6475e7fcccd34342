"""Money: who pays what for whom, by step and payer. Knows no chance."""
