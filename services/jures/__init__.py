"""The service of jurés: who may sit in juries, their jobs, their habilitations."""
