"""When the money is back: payback, risk figures, and how sure they are."""
