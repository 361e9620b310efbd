"""One camera: its diagnosis, and the form with which a person adds or changes it."""
