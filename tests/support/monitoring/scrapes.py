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
    def words(self) -> set[str]:
        """All that stands there but the figures: names, and the labels' names and values."""
        samples = [one for family in self.families.values() for one in family.samples]
        labels = {word for one in samples for pair in one.labels.items() for word in pair}
        return {one.name for one in samples} | labels

    def tells(self, secret: str) -> bool:
        """Whether a text stands in any name or label; in a figure it would be by chance."""
        return any(secret in word for word in self.words)

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
