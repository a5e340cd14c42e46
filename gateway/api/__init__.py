"""The JSON API: one file a resource, each a table of routes."""
