"""Which fixed words do the reports use, in both languages?"""

from collections.abc import Mapping

from rehearsal.model import Decision, Group, Level, Light, Outcome, Step, Text
from rehearsal.readiness.causes.traits import TRAITS
from rehearsal.report.clock import same

OUTCOMES: Mapping[Outcome, Text] = {
    Outcome.PASS: Text("Đạt", "Pass"),
    Outcome.WARN: Text("Có điều kiện", "Conditional"),
    Outcome.UNKNOWN: Text("Chưa rõ", "Unknown"),
    Outcome.BLOCKED: Text("Bị chặn", "Blocked"),
    Outcome.FAIL: Text("Không đạt", "Fail"),
}
LIGHTS: Mapping[Light, Text] = {
    Light.RED: Text("Chưa sẵn sàng", "Not ready"),
    Light.YELLOW: Text("Có điều kiện", "Conditional"),
    Light.GREY: Text("Chưa đánh giá", "Not assessed"),
    Light.GREEN: Text("Sẵn sàng", "Ready"),
}
STANDINGS: Mapping[Light, Text] = {
    Light.RED: Text(
        "Chưa sẵn sàng: có phép thử bắt buộc không đạt.",
        "Not ready: a mandatory check failed.",
    ),
    Light.YELLOW: Text(
        "Sẵn sàng có điều kiện: còn việc cần xử lý.",
        "Ready on conditions: some work remains.",
    ),
    Light.GREY: Text(
        "Chưa đánh giá được: chưa đủ số đo để kết luận.",
        "Not assessed: there are too few measurements to conclude.",
    ),
    Light.GREEN: Text(
        "Sẵn sàng: mọi phép thử bắt buộc đều đạt.",
        "Ready: every mandatory check passed.",
    ),
}
DECISIONS: Mapping[Decision, Text] = {
    Decision.GO: Text("Đủ điều kiện", "Go"),
    Decision.CONDITIONAL: Text("Đủ điều kiện, kèm việc phải xử lý", "Go, with conditions"),
    Decision.NO_GO: Text("Chưa đủ điều kiện", "No-go"),
    Decision.INCONCLUSIVE: Text("Chưa kết luận được", "Inconclusive"),
}
LEVELS: Mapping[Level, Text] = {
    Level.OBSERVER: Text("Máy đo, buổi thử", "Our instrument, the trial"),
    Level.VANTAGE: Text("Nơi đo, lúc đo", "Where and when we measured"),
    Level.HUB: Text("Điểm cầu chính", "A hub"),
    Level.SHARED_SYSTEM: Text("Hệ thống dùng chung", "A shared system"),
    Level.ATTRIBUTE: Text("Điều nhiều đơn vị cùng có", "What several units share"),
    Level.UNIT: Text("Riêng một đơn vị", "One unit's own"),
}
GROUPS: Mapping[Group, Text] = {
    Group.INFRASTRUCTURE: Text("Hạ tầng", "Infrastructure"),
    Group.SYSTEMS: Text("Hệ thống", "Systems"),
    Group.PROCEDURES_AND_STAFF: Text("Thủ tục và nhân sự", "Procedures and staff"),
    Group.SUPPORT: Text("Hỗ trợ, hướng dẫn", "Support and guidance"),
}
STEPS: Mapping[Step, Text] = {
    Step.RESOLVE: Text("Phân giải tên miền", "Resolve the name"),
    Step.CONNECT: Text("Kết nối", "Connect"),
    Step.TLS_HANDSHAKE: Text("Bắt tay TLS, chứng thư số", "TLS and certificate"),
    Step.HTTP_EXCHANGE: Text("Trao đổi HTTP", "HTTP exchange"),
    Step.WS_UPGRADE: Text("Nâng cấp WebSocket", "WebSocket upgrade"),
    Step.SIGNALLING: Text("Vào phòng họp", "Join the meeting"),
    Step.ICE: Text("Mở đường truyền (ICE)", "Media path (ICE)"),
    Step.DTLS: Text("Mã hóa đường truyền (DTLS)", "Media encryption (DTLS)"),
    Step.MEDIA: Text("Âm thanh, hình ảnh", "Sound and picture"),
    Step.SIGN_ON: Text("Đăng nhập", "Sign-on"),
    Step.TRANSACTION: Text("Giao dịch", "Transaction"),
    Step.CLEANUP: Text("Dọn dữ liệu thử", "Clean-up"),
    Step.OBSERVE: Text("Máy đo của Ban tổ chức", "Our own instrument"),
}
KINDS: Mapping[str, Text] = {
    "ward": Text("Phường", "Ward"),
    "commune": Text("Xã", "Commune"),
    "special-zone": Text("Đặc khu", "Special zone"),
    "central": Text("Điểm cầu trung tâm", "Central bridge"),
    "main": Text("Điểm cầu chính", "Main bridge"),
    "system": Text("Hệ thống dùng chung", "Shared system"),
}
SORTS: Mapping[str, Text] = {
    "bridge": Text("Điểm cầu", "Bridge"),
    "line": Text("Đường truyền", "Line"),
}
PHASES: Mapping[str, Text] = {
    "phase-1": Text("Diễn tập giai đoạn 1", "Trial, phase 1"),
    "phase-2": Text("Diễn tập giai đoạn 2", "Trial, phase 2"),
    "review": Text("Rà soát tổng thể", "Comprehensive review"),
}
STAGES: Mapping[str, Text] = {
    "preflight": Text("Kiểm tra trước khi chạy", "Pre-flight"),
    "selftest": Text("Máy đo tự kiểm tra", "Instrument self-test"),
    "bridges": Text("Điểm cầu", "Bridges"),
    "media": Text("Âm thanh từng điểm cầu", "Sound of each bridge"),
    "lines": Text("Đường truyền", "Lines"),
    "roll_call": Text("Điểm danh", "Roll call"),
    "systems": Text("Các hệ thống", "Systems"),
    "sign_on": Text("Đăng nhập một lần", "Sign-on"),
    "transactions": Text("Giao dịch thử", "Transactions"),
    "surge": Text("Tải giờ cao điểm", "Opening hour's load"),
    "cleanup": Text("Dọn dẹp hồ sơ diễn tập", "Clean-up of synthetic records"),
    "judge": Text("Đánh giá", "Judgement"),
    "reports": Text("Lập báo cáo", "Reports"),
}
SCOPES: Mapping[str, Text] = {
    **{name: trait.label for name, trait in TRAITS.items()},
    "target": Text("Đích", "Target"),
    "host": Text("Máy chủ", "Host"),
    "domain": Text("Tên miền", "Domain"),
    "network": Text("Mạng", "Network"),
    "kind": Text("Loại đơn vị", "Kind of unit"),
    "city": Text("Thành phố", "City"),
}
BLOCS: Mapping[str, Text] = {
    "party": Text("Khối Đảng", "Party"),
    "government": Text("Khối chính quyền", "Government"),
    "front": Text("Khối Mặt trận", "Fatherland Front"),
}
FACTS: Mapping[str, Text] = {
    "addresses": Text("Địa chỉ IP", "IP addresses"),
    "aliases": Text("Bí danh", "Aliases"),
    "rcodes": Text("Máy chủ tên trả lời", "Name servers said"),
    "source": Text("Nguồn", "Source"),
    "port": Text("Cổng", "Port"),
    "version": Text("Phiên bản TLS", "TLS version"),
    "cipher": Text("Bộ mã", "Cipher"),
    "subject": Text("Chứng thư cấp cho", "Certificate subject"),
    "issuer": Text("Nơi cấp", "Issuer"),
    "names": Text("Tên miền trong chứng thư", "Names in the certificate"),
    "not_before": Text("Có hiệu lực từ", "Valid from"),
    "not_after": Text("Hết hạn", "Valid until"),
    "sha256": Text("Dấu vân tay SHA-256", "SHA-256 fingerprint"),
    "certificates_sent": Text("Số chứng thư máy chủ gửi", "Certificates sent"),
    "certificate": Text("Chứng thư", "Certificate"),
    "status": Text("Mã trả lời", "Reply code"),
    "reason": Text("Lời máy chủ", "Server's words"),
    "content_type": Text("Kiểu nội dung", "Content type"),
    "location": Text("Chuyển hướng tới", "Redirects to"),
    "subprotocol": Text("Giao thức con", "Subprotocol"),
    "room": Text("Phòng họp", "Room"),
    "participants": Text("Số người trong phòng", "Participants"),
}
OBSERVER: Mapping[str, Text] = {
    "loop_lag_s": Text("vòng lặp trễ nhất", "worst loop lag"),
    "send_late_s": Text("gửi muộn", "sent late"),
    "queued_s": Text("chờ đến lượt", "queued"),
    "resolver_answers": Text("phân giải tên của máy đo", "own resolver"),
    "uplink_up": Text("đường truyền của máy đo", "own uplink"),
    "datagrams_lost": Text("gói máy đo đọc không kịp", "packets we read too late"),
}
UNITS: Mapping[str, Text] = {
    "d": Text("ngày", "days"),
    "fields": Text("lĩnh vực", "fields"),
    "packets": Text("gói", "packets"),
    "procedures": Text("thủ tục", "procedures"),
    "ratio": Text("tỷ lệ", "ratio"),
    "ratio per 15 s": Text("tỷ lệ trong 15 s", "ratio per 15 s"),
    "round trips": Text("vòng đi về", "round trips"),
}
ANSWERS: Mapping[bool | None, Text] = {
    True: Text("tốt", "good"),
    False: Text("hỏng", "broken"),
    None: Text("không kiểm tra", "not checked"),
}


def worded(words: Mapping[str, Text], name: str) -> Text:
    """Return the words for a name, or the name itself when it is new to the reports."""
    return words.get(name) or same(name)
