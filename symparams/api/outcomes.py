"""What comes of claims, as Python and notebooks show it."""

from __future__ import annotations

from ..model import checks


class Outcome(checks.Outcome):
    """What came of one claim: true where it is proved.

    status: `proved`, `refuted`, `undecided` or `error`; text: the claim; citation: its source; assumptions: under which
    it is proved; example: sizes at which it fails, left and right: the values there; difference: left - right in closed form.
    """

    __slots__ = ()

    def __str__(self) -> str:
        from ..pages.outcomes import told

        return "\n".join([f"{self.status}: {self.text}", *(f"  {line}" for line in told(self))])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from .display import outcomes_html

        return outcomes_html([self])


class Outcomes(list[Outcome]):
    """The outcomes of a file's checks, in order."""

    @property
    def passed(self) -> bool:
        """Whether all of them are proved."""
        return all(self)

    def __repr__(self) -> str:
        return "\n".join(map(str, self)) or "no checks"

    def _repr_html_(self) -> str:
        from .display import outcomes_html

        return outcomes_html(self)
