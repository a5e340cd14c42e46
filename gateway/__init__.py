"""The door of CERES for web clients: HTTP in, RPC out; accounts, profils and tokens are its own data."""
