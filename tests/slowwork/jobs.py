import time
from pathlib import Path

from holdfast.foundation.jobs import services


@services.register("test.slow")
def slow(progress, path, steps):
    """Write a line for every step, so that a test sees how far it is."""
    for step in range(steps):
        with Path(path).open("a") as file:
            file.write(f"{step}\n")
        progress.step(step + 1, steps)
        time.sleep(0.1)
    return {"steps": steps}
