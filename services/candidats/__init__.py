"""The service of the candidats: who they are, what they have acquired, their demandes VAE."""
