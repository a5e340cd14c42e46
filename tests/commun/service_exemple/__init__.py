"""A small service of the tests: it does on purpose what a service may have to bear."""
