"""What was asked: the study file, its grammar, its uncertain values, and its mistakes."""
