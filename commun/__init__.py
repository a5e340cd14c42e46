"""The shared kernel of CERES: no rule of a service, no business table."""

import warnings

# nameko is built on eventlet, which warns at each import that it only gets its bugs mended: known, see ADR 22.
warnings.filterwarnings("ignore", message="\\s*Eventlet is deprecated")
