"""What stands for no limit where a rule is lifted."""

#: More than any horizon, count or sum of minutes, and small enough to be added up.
NO_LIMIT = 10**9
