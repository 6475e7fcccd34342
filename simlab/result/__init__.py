"""What a run or a comparison found: frozen, typed, and plain JSON at the border alone."""
