"""The pages of CERES, for who works in a browser: one file a screen, over the same routes as the API."""
