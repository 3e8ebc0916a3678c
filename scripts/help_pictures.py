"""Draws the pictures of the help articles, in five languages, as PNG files beside their texts.

Run it after a word or a shape was changed: `python scripts/help_pictures.py`. It needs the browser of the tests
(Debian's chromium) and the fonts of all five languages.
"""

from __future__ import annotations

import html
import shutil
import sys
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

ARTICLES: Final = Path(__file__).resolve().parent.parent / "liaison" / "helpcentre" / "articles"
LANGUAGES: Final = ("en", "ko", "zh-hans", "it", "pl")
_TAGS: Final = {"zh-hans": "zh-Hans"}
_STYLE: Final = """
* { box-sizing: border-box; margin: 0; }
body { width: 720px; padding: 20px; background: #fff; color: #1c2430; line-height: 1.35;
  font: 16px Inter, "Noto Sans", "Noto Sans CJK KR", "Noto Sans CJK SC", sans-serif; word-break: keep-all; }
:lang(zh-Hans) { font-family: Inter, "Noto Sans CJK SC", sans-serif; }
.row { display: grid; grid-template-columns: 190px 1fr 1fr 1fr; gap: 8px; margin-bottom: 8px; align-items: stretch; }
.name { display: flex; align-items: center; font-weight: 600; }
.box { padding: 12px 14px; border-radius: 10px; border: 2px solid #cfd6e0; text-align: center;
  display: flex; align-items: center; justify-content: center; min-height: 52px; }
.good { background: #e4f4ea; border-color: #7fbf98; } .wait { background: #fdf1d8; border-color: #d9a94a; }
.off { background: #eef0f4; border-color: #b7bfcc; color: #566173; }
.bad { background: #fde7e4; border-color: #dd8d83; }
.flow { display: grid; grid-template-columns: 1fr 28px 1fr 28px 1.2fr 28px 1fr; align-items: center; }
.arrow { text-align: center; font-size: 22px; color: #566173; }
.two { display: grid; gap: 8px; }
.back { margin-top: 12px; text-align: end; color: #566173; }
"""

# Rows of the timeline: name, then before, during and after the pause. Looks: see the style.
_PAUSE: Final = {
    "en": (
        ("Integration", "Live", "Paused", "Live"),
        ("Production alerts", "sent", "recorded only", "sent"),
        ("Technical emergencies", "sent", "sent", "sent"),
    ),
    "ko": (
        ("통합", "운영 중", "일시중지됨", "운영 중"),
        ("프로덕션 문제 알림", "전송", "기록만 함", "전송"),
        ("기술 관련 긴급 상황", "전송", "전송", "전송"),
    ),
    "zh-hans": (
        ("集成", "运行中", "已暂停", "运行中"),
        ("生产环境提醒", "发送", "仅记录", "发送"),
        ("技术紧急问题", "发送", "发送", "发送"),
    ),
    "it": (
        ("Integrazione", "Attiva", "In pausa", "Attiva"),
        ("Avvisi di produzione", "inviati", "solo registrati", "inviati"),
        ("Emergenze tecniche", "inviate", "inviate", "inviate"),
    ),
    "pl": (
        ("Integracja", "Działa", "Wstrzymana", "Działa"),
        ("Alerty produkcyjne", "wysyłane", "tylko zapisywane", "wysyłane"),
        ("Techniczne sytuacje awaryjne", "wysyłane", "wysyłane", "wysyłane"),
    ),
}
_PAUSE_LOOKS: Final = (("good", "wait", "good"), ("good", "off", "good"), ("good", "good", "good"))

# New, in progress, action required, solution provided, closed, and the way back.
_STATES: Final = {
    "en": ("New", "In progress", "Action required", "Solution provided", "Closed", "Reopen within 30 days"),
    "ko": ("신규", "진행 중", "조치 필요", "해결책 제시됨", "종료됨", "30일 이내에 다시 열기"),
    "zh-hans": ("新建", "处理中", "待您处理", "已提供解决方案", "已关闭", "30 天内可重新打开"),
    "it": ("Nuova", "In lavorazione", "Azione richiesta", "Soluzione fornita", "Chiusa", "Riapri entro 30 giorni"),
    "pl": ("Nowe", "W toku", "Wymagane działanie", "Podano rozwiązanie", "Zamknięte", "Otwórz ponownie w ciągu 30 dni"),
}


def pause_timeline(language: str) -> str:
    """Return what is sent before, during and after a pause, as HTML."""
    rows = []
    for (name, *cells), looks in zip(_PAUSE[language], _PAUSE_LOOKS, strict=True):
        boxes = "".join(_box(words, look) for words, look in zip(cells, looks, strict=True))
        rows.append(f'<div class="row"><div class="name">{html.escape(name)}</div>{boxes}</div>')
    return "".join(rows)


def case_states(language: str) -> str:
    """Return how a case goes from new to closed, as HTML."""
    new, progress, action, solution, closed, back = _STATES[language]
    arrow = '<div class="arrow">→</div>'
    both = '<div class="arrow">⇄</div>'
    middle = f'<div class="two">{_box(action, "bad")}{_box(solution, "wait")}</div>'
    flow = f"{_box(new, 'off')}{arrow}{_box(progress, 'wait')}{both}{middle}{arrow}{_box(closed, 'good')}"
    return f'<div class="flow">{flow}</div><div class="back">↩ {html.escape(back)}</div>'


def main() -> int:
    """Draw every picture anew; return the exit code."""
    pictures = (("pause-an-integration", "pause-timeline", pause_timeline), ("file-a-case", "case-states", case_states))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 720, "height": 100}, device_scale_factor=1.5)
        for slug, name, draw in pictures:
            for language in LANGUAGES:
                tag = _TAGS.get(language, language)
                page.set_content(f'<html lang="{tag}"><style>{_STYLE}</style><body>{draw(language)}</body></html>')
                page.screenshot(path=ARTICLES / slug / f"{name}.{language}.png", full_page=True)
        browser.close()
    return 0


def _box(words: str, look: str) -> str:
    return f'<div class="box {look}">{html.escape(words)}</div>'


if __name__ == "__main__":
    sys.exit(main())
