"""Who opens a short link without reading it: crawlers, link previews, monitors and browsers that fetch ahead.

They are not counted, so that a poster's number means people. The words are those these programs send of
themselves, in small letters; in-app browsers of people (“FBAN”, “Instagram 312”) are none of them.
"""

import re
from collections.abc import Mapping

# What the agent's name begins with: apps that draw a preview of a link as soon as it is written.
BEGINNINGS = (
    *("whatsapp/", "viber/", "telegrambot", "slackbot", "slack-imgproxy", "discordbot", "twitterbot"),
    *("curl/", "wget/", "python", "go-http-client", "java/", "okhttp", "libwww-perl", "node", "axios"),
    *("apache-httpclient", "ruby", "php", "scrapy", "postmanruntime", "insomnia", "dart/"),
)
# What stands anywhere in it.
WORDS = (
    *("facebookexternalhit", "facebookcatalog", "meta-externalagent", "meta-externalfetcher", "facebot"),
    *("crawler", "spider", "slurp", "preview", "embedly", "linkexpanding", "iframely", "bitlybot"),
    *("google-inspectiontool", "googleother", "google-read-aloud", "google-extended", "google-safety"),
    *("googleimageproxy", "google-pagerenderer", "mediapartners-google", "chrome-lighthouse", "headless"),
    *("phantomjs", "uptime", "pingdom", "statuscake", "monitor", "archiver", "facebookplatform"),
    *("safelinks", "urlscan", "virustotal", "security scan", "validator", "feedfetcher", "perplexity"),
)
# Every program that calls itself a bot; the phones called Cubot are held by people.
BOT = re.compile(r"(?<!cu)bot\b|(?<!cu)bot[/_-]")
PREFETCH_HEADERS = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
AHEAD = re.compile(r"prefetch|prerender|preview")


def is_preview(headers: Mapping[str, str]) -> bool:
    """Whether these headers are of a program, or of a browser that fetches before anybody has tapped."""
    if any(AHEAD.search(headers.get(name, "").lower()) for name in PREFETCH_HEADERS):
        return True
    agent = headers.get("User-Agent", "").strip().lower()
    return (
        not agent
        or agent.startswith(BEGINNINGS)
        or any(word in agent for word in WORDS)
        or BOT.search(agent) is not None
    )
