"""The service of the sessions d'examen: their life, their juries, registrations, convocations and results."""
