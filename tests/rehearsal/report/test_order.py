"""Vietnamese names are sorted and found as readers expect."""

from rehearsal.report.order import folded, vietnamese_key


def test_letters_come_before_tones():
    """A ă â, d đ, then ngang huyền hỏi ngã sắc nặng."""
    names = ["Đồ Sơn", "Dương Kinh", "Ái Quốc", "Ăn", "An Biên", "Cẩm Giàng", "Cẩm Giang", "Âu"]

    assert sorted(names, key=vietnamese_key) == [
        "Ái Quốc",
        "An Biên",
        "Ăn",
        "Âu",
        "Cẩm Giang",
        "Cẩm Giàng",
        "Dương Kinh",
        "Đồ Sơn",
    ]


def test_tones_in_order():
    """The six tones of one syllable."""
    tones = ["mạ", "mã", "mà", "ma", "má", "mả"]

    assert sorted(tones, key=vietnamese_key) == ["ma", "mà", "mả", "mã", "má", "mạ"]


def test_search_ignores_case_and_diacritics():
    """Đ is d, both spellings of Thủy are one."""
    assert folded("Thủy Nguyên") == folded("THUỶ NGUYÊN") == "thuy nguyen"
    assert folded("Đồ Sơn") == "do son"
