"""An act from its call to its commit, and what several services do alike."""
