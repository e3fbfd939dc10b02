"""Write the journal, and take a batch back."""

from holdfast.foundation.audit.services.exporting import note_export, note_reading
from holdfast.foundation.audit.services.journal import open_batch, record, record_many, snapshot
from holdfast.foundation.audit.services.redacting import ERASED, redact
from holdfast.foundation.audit.services.undoing import undo

__all__ = ["ERASED", "note_export", "note_reading", "open_batch", "record", "record_many", "redact", "snapshot", "undo"]
