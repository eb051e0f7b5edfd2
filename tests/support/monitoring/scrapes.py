"""What `/metrics` says, read by Prometheus' own parser."""

from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families

if TYPE_CHECKING:
    from prometheus_client import Metric


class Scrape:
    """One answer of `/metrics`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.families: dict[str, Metric] = {
            family.name: family for family in text_string_to_metric_families(text)
        }

    @property
    def series(self) -> set[str]:
        """Every name that a query may ask for."""
        names = set(self.families)
        for name, family in self.families.items():
            if family.type == "counter":
                names.add(f"{name}_total")
            if family.type == "histogram":
                names |= {f"{name}_bucket", f"{name}_sum", f"{name}_count"}
        return names

    def value(self, name: str, **labels: str) -> float | None:
        """The value of one series; None when there is none."""
        for family in self.families.values():
            for sample in family.samples:
                if (sample.name, sample.labels) == (name, labels):
                    return sample.value
        return None

    def labelled(self, name: str, label: str) -> dict[str, float]:
        """The values of all series of a name by one of their labels."""
        found = (sample for family in self.families.values() for sample in family.samples)
        return {one.labels[label]: one.value for one in found if one.name == name}
