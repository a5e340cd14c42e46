"""What a session d'examen is and may become: model, rules, lifecycle. Pure."""
