"""Which processor cores a measured process may use."""

import os


def cores_here() -> list[int]:
    """Return the cores that this process may use; none where the system does not tell."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return []


def pinned(core: int | None) -> tuple[str, ...]:
    """Return what stands before a command that is to run on ``core``; nothing for None."""
    return () if core is None else ("taskset", "--cpu-list", str(core))
