"""Which faults can a unit's document system have, once its page is well?"""

from __future__ import annotations

from collections.abc import Mapping

from twin.fault import Fault, Lapses, has_contract

_SAYS: Mapping[str, tuple[str, str]] = {
    "sent-forever": (
        "Văn bản không bao giờ tới hệ thống của đơn vị",
        "The document never reaches the unit's system",
    ),
    "unregistered": (
        "Văn bản tới nơi nhưng văn thư không vào sổ",
        "The document arrives, but no clerk registers it",
    ),
    "unfinished": (
        "Văn bản được giao xử lý rồi nằm đó",
        "The document is passed on, and rests there",
    ),
    "refused": ("Đơn vị từ chối văn bản", "The unit refuses the document"),
    "packet-rejected": (
        "Hệ thống không nhận gói tin: không biết loại văn bản",
        "The system takes no packet: it does not know the type of document",
    ),
    "account-rejected": (
        "Hệ thống không nhận tài khoản",
        "The system does not accept the account",
    ),
    "forgotten": (
        "Hệ thống báo đã nhận nhưng không lưu gì",
        "The system says that it took the packet, and stores nothing",
    ),
    "echoed": (
        "Hệ thống nhắc lại thông tin đã gửi nhưng không có văn bản",
        "The system repeats what it was told, and has no document",
    ),
    "not-found-by-search": (
        "Văn bản đã lưu nhưng tìm không thấy",
        "The document is stored, and no search finds it",
    ),
    "stale-record": (
        "Bộ nhớ đệm trả về văn bản của nơi khác",
        "A cache gives out somebody else's document",
    ),
    "wrong-number": (
        "Hệ thống cấp số của văn bản khác",
        "The system gives another document's number",
    ),
    "another-unit": (
        "Văn bản bị chuyển tới đơn vị khác",
        "The document is routed to another unit",
    ),
    "another-organ": (
        "Văn bản vào nhầm cơ quan của khối khác",
        "The document lands at an organ of the other bloc",
    ),
    "login-page": (
        "Giao diện văn bản trả về trang đăng nhập với mã 200",
        "The document interface answers 200 with a login page",
    ),
    "entity-bomb": (
        "Gói tin trạng thái là một quả bom thực thể XML",
        "The status packet is a bomb of XML entities",
    ),
    "altered": ("Nội dung văn bản bị ghi lại", "The document's content is rewritten"),
    "attachment-lost": (
        "Tệp đính kèm bị bỏ trên đường đi",
        "The attachment is dropped on the way",
    ),
    "duplicated": ("Văn bản được lưu hai lần", "The document is stored twice"),
    "unacknowledged": (
        "Đơn vị xử lý xong mà không gửi trạng thái",
        "The unit deals with the document and sends no status",
    ),
    "acknowledges-another": (
        "Trạng thái gửi về là của văn bản khác",
        "The status that comes back belongs to another document",
    ),
    "acknowledged-by-another": (
        "Trạng thái mang mã của cơ quan khác",
        "The status bears another organ's code",
    ),
    "acknowledgement-stale": (
        "Trạng thái gửi về chậm hơn thực tế",
        "The status that comes back is an old one",
    ),
    "unanswered": (
        "Đơn vị báo xong nhưng không có văn bản trả lời",
        "The unit says that it is done, and no answer comes",
    ),
    "answers-another": (
        "Văn bản trả lời gắn với văn bản khác",
        "The answer refers to another document",
    ),
    "answer-of-another": (
        "Văn bản trả lời mang mã của cơ quan khác",
        "The answer bears another organ's code",
    ),
    "answer-cached": (
        "Văn bản trả lời là bản mẫu cũ, không có mã kiểm tra",
        "The answer is an old one, without the code that was asked for",
    ),
    "city-unheard": (
        "Đơn vị không ghi nhận xác nhận của thành phố",
        "The unit does not note the city's acknowledgement",
    ),
    "unaccepted": (
        "Văn bản được báo xong mà chưa vào sổ",
        "The document is done without having been registered",
    ),
    "late": (
        "Văn bản tới hệ thống của đơn vị sau 3,4 giây",
        "The document reaches the unit's system after 3.4 seconds",
    ),
}

_SIGNED: Mapping[str, tuple[str, str]] = {
    "expires-soon": (
        "Chứng thư số ký văn bản còn hai ngày",
        "The certificates that sign documents end in two days",
    ),
    "revoked": (
        "Chứng thư số của cơ quan đã bị thu hồi",
        "The organization's certificate was revoked",
    ),
    "unknown-authority": (
        "Chứng thư số do tổ chức lạ cấp",
        "The certificates come from an unknown authority",
    ),
    "pdf-altered": (
        "Một chữ trong văn bản bị sửa sau khi ký",
        "One letter of the document was changed after the signing",
    ),
    "pdf-changed-later": (
        "Nội dung văn bản được cập nhật sau chữ ký cuối",
        "The document's text was replaced after the last signature",
    ),
    "one-of-two": (
        "Văn bản chỉ có chữ ký của cơ quan",
        "Only the organization signed the document",
    ),
    "organization-twice": (
        "Cơ quan ký thay lãnh đạo",
        "The organization signed in its leader's place, too",
    ),
    "unsigned": ("Văn bản không có chữ ký nào", "The document bears no signature"),
    "other-organisation": (
        "Chứng thư số là của đơn vị khác",
        "The certificates are another unit's",
    ),
    "sha1": ("Văn bản ký bằng SHA-1", "The document is signed by SHA-1"),
    "signed-tomorrow": (
        "Giờ ký nằm ở tương lai",
        "The time of signing lies in the future",
    ),
    "revocation-silent": (
        "Không hỏi được chứng thư số còn hiệu lực không",
        "Nobody says whether the certificates were revoked",
    ),
    "revocation-stale": (
        "Danh sách thu hồi đã quá hạn",
        "The list of revocations is out of date",
    ),
    "revocation-forged": (
        "Trả lời thu hồi do người khác ký",
        "The answer on revocation is signed by somebody else",
    ),
    "revocation-elsewhere": (
        "Máy chủ thu hồi không có trong danh mục",
        "The revocation server is not in the inventory",
    ),
    "packet-unsigned": ("Gói tin không được ký", "The packet is not signed"),
    "packet-altered": ("Gói tin bị sửa sau khi ký", "The packet was changed after the signing"),
    "packet-wrapped": (
        "Gói tin giả bọc gói tin đã ký",
        "A forged packet is wrapped around the signed one",
    ),
    "signed-page": (
        "Chỗ của văn bản ký số là một trang web",
        "A web page stands where the signed document should be",
    ),
    "signed-garbage": (
        "Tệp PDF ký số bị hỏng",
        "The signed PDF is damaged",
    ),
}

FAULTS: Mapping[str, Fault] = {
    f"{group}-{lapse}": Fault(vi, en, Lapses(lapse), suits=has_contract("edxml"))
    for group, table in (("documents", _SAYS), ("signature", _SIGNED))
    for lapse, (vi, en) in table.items()
}
