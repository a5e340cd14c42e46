"""What a user would pick instead of CERES, and what the machine allows: written for the comparison, never shipped."""
