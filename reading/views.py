"""From where a picture shows the thing, as its caption says: near, far, or with a landmark (field.md b, proof)."""

import re

WORDS = {
    "near": r"近景|近照|近处|近看|特写|细节|局部|放大|close[- ]?up|\bnear\b",
    "far": r"远景|远照|远处|远看|全景|全貌|整体|大范围|\bfar\b|\bwide\b|overview",
    "landmark": r"地标|参照物?|标志物|门牌|路牌|站牌|招牌|牌坊|路口牌|landmark|house number|street sign",
}
"""view -> what says so. A sign may be what is broken (路牌倒了): then nothing is said of the view."""
BROKEN = re.compile(
    r"(?:门牌|路牌|站牌|招牌)[^,，。;；]{0,6}(?:倒|歪|掉|坏|破|脏|锈|松|断|缺|没了|不见|丢|遮|挡|脱落|褪色)"
)
_SIGNS = tuple((view, re.compile(signs, re.IGNORECASE)) for view, signs in WORDS.items())


def view_of(caption: str) -> str | None:
    """Of a caption that names one view; of several, or of none, None."""
    plain = BROKEN.sub("", caption[:200])
    found = [view for view, signs in _SIGNS if signs.search(plain)]
    return found[0] if len(found) == 1 else None
