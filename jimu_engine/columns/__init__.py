"""Person-by-day problems by decomposition: columns are whole schedules of one person."""
