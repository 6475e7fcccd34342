"""Many studies: made from a table, run one after the other, and gathered into one table."""
