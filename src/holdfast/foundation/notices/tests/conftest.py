from holdfast.foundation.notices.tests.postbox import postbox

__all__ = ["postbox"]
