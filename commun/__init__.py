"""The shared kernel of CERES: no rule of a service, no business table."""

import os
import warnings

# eventlet's own resolver is 7 MB and 0.3 s of each process that starts; the system's does (`runner._resoudre_a_part`).
os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
# nameko is built on eventlet, which warns at each import that it only gets its bugs mended: known, see ADR 22.
warnings.filterwarnings("ignore", message="\\s*Eventlet is deprecated")
