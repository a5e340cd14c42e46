"""The domain of the candidats: identity, acquis, VAE. Pure: standard library and pure kernel only."""
