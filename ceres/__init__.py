"""What those who run CERES do by hand: `python -m ceres --help`. It calls what the kernel and the services have."""
