"""What service customers get: availability, operational performance, reliability, the perfect order (methods §8).

Owns fill rate and stock-outs, speed and consistency of delivery, perfect order with parts nobody recorded, recovery.
Words: first shipment, fill rate, stock-out, complete, on time, undamaged, documents, perfect, judged.
"""

from holdfast.analysis.service_level.measures import (
    PerfectEstimate,
    Recovery,
    malfunction_recovery,
    met_requests,
    perfect_order_estimate,
    service_level,
    stock_out_days,
)
from holdfast.analysis.service_level.orders import PARTS, order_service

__all__ = [
    "PARTS",
    "PerfectEstimate",
    "Recovery",
    "malfunction_recovery",
    "met_requests",
    "order_service",
    "perfect_order_estimate",
    "service_level",
    "stock_out_days",
]
