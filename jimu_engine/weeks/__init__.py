"""Rolling weekly rosters (the family of INRC-II): whole weeks as patterns, a price on what comes after."""
