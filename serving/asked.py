"""The environment, knowing what was asked of it, so that no misspelt setting is passed over."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from data.errors import SettingError

OURS = "PAYLENS_"

ELSEWHERE = frozenset(OURS + name for name in ("REAL_DATA", "FUZZ_CASES"))
"""What training and the tests read."""

CLUSTER = re.compile(r"PAYLENS_(\w+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_\w+)?)")
"""What Kubernetes tells every container of a service called paylens, or paylens-something."""


class Asked(Mapping[str, str]):
    """An environment that remembers which names were asked for.

    Args:
        environment: What is in it.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self._names.add(name)
        return self._environment[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._environment)

    def __len__(self) -> int:
        return len(self._environment)

    def require_all_known(self) -> None:
        """Check, once all settings are read, that no name of ours was left unread.

        Raises:
            SettingError: One was.

        >>> Asked(dict(PAYLENS_SPEED="9")).require_all_known()
        Traceback (most recent call last):
        ...
        data.errors.SettingError: PAYLENS_SPEED is set, and the service has no such setting
        """
        for name in sorted(self):
            known = name in self._names or name in ELSEWHERE or CLUSTER.fullmatch(name)
            if name.startswith(OURS) and not known:
                near = get_close_matches(name, sorted(self._names), 1)
                way_out = f"; the nearest is {near[0]}" if near else ""
                raise SettingError(f"{name} is set, and the service has no such setting{way_out}")
