"""The school's own calendar."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from infoscreen_core.db.base import Base, enum_column
from infoscreen_core.domain.events.event import PeriodType


class AcademicPeriod(Base):
    """A school year, semester or trimester; both dates inclusive."""

    __tablename__ = "academic_periods"
    __table_args__ = (
        CheckConstraint("start_date <= end_date", name="dates_ordered"),
        Base.__table_args__,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    display_name: Mapped[str | None] = mapped_column(String(50))
    period_type: Mapped[PeriodType] = mapped_column(enum_column(PeriodType, "period_type"))
    start_date: Mapped[date] = mapped_column(Date)
    end_date: Mapped[date] = mapped_column(Date)
    is_active: Mapped[bool] = mapped_column(default=False)
    archived_at: Mapped[datetime | None]
    archived_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class SchoolHoliday(Base):
    """A holiday of one period (or of none); both dates inclusive."""

    __tablename__ = "school_holidays"
    __table_args__ = (
        CheckConstraint("start_date <= end_date", name="dates_ordered"),
        Base.__table_args__,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    academic_period_id: Mapped[int | None] = mapped_column(
        ForeignKey("academic_periods.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(150))
    region: Mapped[str | None] = mapped_column(String(100))
    start_date: Mapped[date] = mapped_column(Date)
    end_date: Mapped[date] = mapped_column(Date)
    source_file_name: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
