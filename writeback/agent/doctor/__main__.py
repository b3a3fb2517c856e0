"""``python -m writeback.agent.doctor``: is everything as a password write needs it?"""

import sys

from writeback.agent.doctor.console import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
