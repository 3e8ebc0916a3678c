"""Domains in which everybody can have a mailbox: an address there says nothing of a company, and nobody owns them."""

from __future__ import annotations

from typing import Final

PUBLIC_MAIL_DOMAINS: Final = frozenset(
    (
        *(
            "gmail.com",
            "googlemail.com",
            "outlook.com",
            "hotmail.com",
            "live.com",
            "msn.com",
            "yahoo.com",
            "icloud.com",
        ),
        *("me.com", "aol.com", "gmx.com", "gmx.net", "gmx.de", "web.de", "mail.com", "proton.me", "protonmail.com"),
        *(
            "naver.com",
            "daum.net",
            "hanmail.net",
            "kakao.com",
            "nate.com",
            "qq.com",
            "foxmail.com",
            "163.com",
            "126.com",
        ),
        *("sina.com", "sohu.com", "aliyun.com", "libero.it", "tiscali.it", "virgilio.it", "alice.it", "tin.it"),
        *("hotmail.it", "yahoo.it", "outlook.it", "wp.pl", "o2.pl", "onet.pl", "interia.pl", "gazeta.pl", "op.pl"),
    )
)


def is_public_mail(domain: str) -> bool:
    """Say whether everybody can have an address in this domain, given in lower case."""
    return domain in PUBLIC_MAIL_DOMAINS
