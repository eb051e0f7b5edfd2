"""Media of simulated players: fetched by ranges, checked, kept on a shelf, drawn as pages."""
