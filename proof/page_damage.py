"""Ways to make a built page say or show what is not so.

Each is a kind, a pattern of what pages hold and what it becomes. It is made in all places at once, as a fault of a
template is, and in one place of one page. Damage to the style is a rule more at its end. Nothing here knows how pages
are made.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

OTHER = {"fr-CA": "en-CA", "en-CA": "fr-CA", "Français": "fr", "English": "en"}


def exchange(match: re.Match) -> str:
    """Return what is found with its second group as the other language has it."""
    return f"{match[1]}{OTHER[match[2]]}"


def swap(match: re.Match) -> str:
    """Return what is found with its second and last groups exchanged."""
    return f"{match[1]}{match[4]}{match[3]}{match[2]}"


def by_one(match: re.Match) -> str:
    """Return what is found with its number one higher."""
    return f"{match[1]}{int(match[2]) + 1}"


ROW = r"<tr>(?:(?!</tr>).)*</tr>"
CARD = r'<li id="[^"]*"><strong>(?:(?!</li>).)*</li>'
SOURCE = r'(?<=<p class="note">)Source(?:(?!</p>).)*'

DAMAGES: dict[str, list[tuple[str, str | Callable]]] = {
    "page: language": [
        ('(<html lang=")([^"]*)', exchange),
        ("<html ", '<html dir="rtl" '),
        ('(<link rel="alternate" hreflang=")([^"]*)', exchange),
        ('(<link rel="alternate") hreflang="[^"]*"', r"\1"),
        ('(<a href="[^"]*" hreflang=")([^"]*)', exchange),
        ('(<a href="[^"]*") hreflang="[^"]*"', r"\1"),
        ('(<a href="[^"]*" hreflang="[^"]*" lang=")([^"]*)', exchange),
        ('(<a href="[^"]*" hreflang="[^"]*") lang="[^"]*"', r"\1"),
        ('(<a href="[^"]*" hreflang="[^"]*" lang="[^"]*">)(Français|English)', exchange),
        ('<a href="[^"]*"( hreflang="[^"]*" lang=)', r'<a href="#main"\1'),
        ('(class="brand" href="[^"]*)"', r'\1index.html#"'),
    ],
    "page: head": [
        ("<title>[^<]*", "<title>Article"),
        ('(name="description" content=")[^"]*', r"\1Article"),
        ('(rel="canonical" href="https://[^/]*/)[^"]*', r"\1elsewhere.html"),
        ('<link rel="canonical"[^>]*>', ""),
        ('<link rel="canonical"', '<link rel="me"'),
        ('<link rel="alternate"(?= hreflang)', '<link rel="author"'),
        ('(rel="alternate" hreflang="[^"]*" href=")[^"]*', r"\1https://contre-enquete.example/elsewhere.html"),
        ('(rel="alternate" hreflang="[^"]*" href=")https://[^/]*', r"\1http://localhost"),
        ('<link rel="icon"[^>]*>', ""),
        ('(<link rel="icon" href=")[^"]*', r"\1data:,"),
        ('charset="utf-8"', 'charset="latin1"'),
        ('content="no-referrer"', 'content="unsafe-url"'),
        ('(name="theme-color" content=")#[^"]*', r"\1#ff0000"),
        (r'(name="theme-color"[^>]*media="\(prefers-color-scheme: )light', r"\1dark"),
        ('(name="theme-color"[^>]*) media="[^"]*"', r"\1"),
    ],
    "page: skip link": [
        ('(class="skip" href=")#main', r"\1#colophon"),
        (r'<a class="skip".*?</a>\n', ""),
        ('(class="skip" href="#main">)[^<]*', r"\1"),
        ('<main id="main">', '<main id="text">'),
    ],
    "page: robots": [
        ("Allow: /", "Disallow: /"),
        (r"User-agent: \*", "User-agent: nobody"),
        ("(Sitemap: .*)sitemap", r"\1map"),
        ('<meta name="referrer"', '<meta name="robots" content="noindex">\n<meta name="referrer"'),
        ('<meta name="referrer"', '<meta name="googlebot" content="none">\n<meta name="referrer"'),
        ('<meta name="referrer"', '<meta http-equiv="refresh" content="9; url=https://a.example/">\n<meta name="referrer"'),
        ('rel="next"', 'rel="next nofollow"'),
    ],
    "page: order": [
        ('rel="next"', 'rel="prev"'),
        ('rel="prev"', 'rel="next"'),
        ('rel="next" ', ""),
        ('(rel="next" href=")[^"]*', r"\g<1>1-article.html"),
        ('(rel="prev" href=")[^"]*', r"\g<1>8-yours.html"),
        ('<a rel="next".*?</a>', ""),
        ("(<span>)(?:Suivant|Next)(?=</span>)", r"\1Colophon"),
        ('(rel="next" href="[^"]*"><span>[^<]*</span>)[^<]*', r"\1Colophon"),
    ],
    "page: contents": [
        (r'(?s)(<nav class="contents".*?<ul>\s*<li><a href="[^"]*">)[^<]*', r"\1Colophon"),
        (r'(?s)(<nav class="contents".*?<ul>\s*)<li>.*?</li>', r"\1"),
        (r'(?s)(<nav class="contents".*?<ul>\s*)(<li>.*?</li>)(\s*)(<li>.*?</li>)', swap),
        (r'(?s)(<nav class="contents".*?<a href=")[^"]*', r"\1#main"),
        (r'(?s)<nav class="contents".*?</nav>', ""),
    ],
    "page: opening": [
        (r'(?s)<figure id="figure-tools">.*?</figure>', ""),
        (r'(?s)(<h3>)(<a href="notebooks/[^"]*">)(.*?<h3>)(<a href="notebooks/[^"]*">)', swap),
        ('(<h3><a href="notebooks/[^"]*">)[^<]*', r"\1Article"),
        (r'(?s)<section class="door">(?:(?!</section>).)*</section>', ""),
        (r'(<section class="door">\n<h2>)[^<]*', r"\1Article"),
        (r'(<section class="door">\n<h2>[^<]*</h2>\n<p class="note">)[^<]*', r"\1Article."),
        (r"((?:Temps de lecture : |Reading time: ))(\d+)", by_one),
        ("(</h3>\n<p>)[^<]*( <span)", r"\1Article?\2"),
        ("<h1>Contre-enquête", "<h1>Article"),
        ('(<main id="main">\n<h1>[^<]*</h1>\n<p>)[^<]*', r"\1"),
    ],
    "page: viewport": [
        ("width=device-width, ", ""),
        ("width=device-width", "width=1200"),
        ("initial-scale=1", "initial-scale=2"),
        ("initial-scale=1", "initial-scale=1, user-scalable=no"),
        ("initial-scale=1", "initial-scale=1, maximum-scale=1"),
        ('<meta name="viewport"[^>]*>', ""),
    ],
    "page: sitemap": [
        ('(<xhtml:link rel="alternate" hreflang=")([^"]*)', exchange),
        ("<xhtml:link.*?/>", ""),
        ('(<xhtml:link[^>]* href=")[^"]*', r"\1https://contre-enquete.example/elsewhere.html"),
        ("(<loc>).*?</loc>", r"\1https://contre-enquete.example/elsewhere.html</loc>"),
        ("<url>.*?</url>\n", ""),
    ],
    "page: card": [
        ('(property="og:title" content=")[^"]*', r"\1Article"),
        ('(property="og:description" content=")[^"]*', r"\1Article"),
        ('(property="og:url" content=")[^"]*', r"\1https://contre-enquete.example/elsewhere.html"),
        ('(property="og:type" content=")[^"]*', r"\1video.movie"),
        ('(property="og:site_name" content=")[^"]*', r"\1Article"),
        ('(property="og:locale" content=")[^"]*', r"\1en_US"),
        ('(property="og:image" content=")[^"]*', r"\1https://contre-enquete.example/social/none.png"),
        ('(property="og:image" content=")https://[^/]*', r"\1"),
        ('(property="og:image:width" content=")[^"]*', r"\g<1>600"),
        ('(property="og:image:height" content=")[^"]*', r"\g<1>315"),
        ('(property="og:image:alt" content=")[^"]*', r"\1Article"),
        (r'<meta property="og:image[^>]*>\n', ""),
        (r'<meta property="og:title[^>]*>\n', ""),
        ("summary_large_image", "summary"),
    ],
    "page: linked data": [
        (r'("@context":"https://schema)\.org', r"\1.example"),
        ('"@type":"(?:Article|WebSite|CreativeWork)"', '"@type":"Recipe"'),
        ('("@type":"(?:Article|WebSite|CreativeWork)","@id":")[^"]*', r"\1https://contre-enquete.example/elsewhere"),
        ('("headline":")[^"]*', r"\1Article"),
        ('("headline":"[^"]*","description":")[^"]*', r"\1Article"),
        ('("inLanguage":")(fr-CA|en-CA)', exchange),
        ('("datePublished":")2[^"]*(?=","version)', r"\g<1>2013-07-16"),
        ('("version":")[^"]*', r"\g<1>0.9.0"),
        ('("author":{"@type":"Organization","name":")[^"]*', r"\1Ipsos"),
        ('("publisher":{"@type":"Organization","name":")[^"]*', r"\1Microsoft"),
        ('("creator":{"@type":"Organization","name":")[^"]*', r"\1Microsoft"),
        ('("author":{"@type":")Organization', r"\1Person"),
        ('("author":{"@type":"Organization","name":"[^"]*","url":")[^"]*', r"\1https://a.example/"),
        ('("image":")[^"]*', r"\1https://contre-enquete.example/"),
        ('("license":")[^"]*', r"\1https://a.example/"),
        ('("isPartOf":")[^"]*', r"\1https://contre-enquete.example/elsewhere"),
        ('("isBasedOn":"[^"]*/)datapackage', r"\1package"),
        (r'("workTranslation":\[")[^"]*', r"\1https://contre-enquete.example/elsewhere"),
        (r',"workTranslation":\[[^\]]*\]', ""),
        ('("@type":"Dataset","@id":"[^"]*","name":")[^"]*', r"\1Data"),
        ('("@type":"Dataset","@id":"[^"]*","name":"[^"]*","description":")[^"]*', r"\1Data"),
        ('("identifier":"sha256:)[^"]*', r"\g<1>0"),
        ('("isAccessibleForFree":)true', r"\1false"),
        ('("encodingFormat":")[^"]*', r"\1text/plain"),
        ('("contentUrl":"[^"]*/data/)[^"]*', r"\1survey.csv"),
        ('("@type":"DataDownload","name":")[^"]*', r"\1table"),
        ('{"@type":"DataDownload"[^}]*},', ""),
        (r',{"@type":"Dataset".*?\]}(?=\]})', ""),
    ],
    "page: claim review": [
        ('("alternateName":")[^"]*', r"\1juste, fits"),
        ('("alternateName":"[^"]{4})[^"]*', r"\1"),
        ('("claimReviewed":"[^"]{9})[^"]*', r"\1"),
        ('("reviewBody":")[^"]*', r"\1-"),
        ('("reviewAspect":")[^"]*', r"\1Article"),
        (r'("@type":"ClaimReview","claimReviewed":"[^"]*","isBasedOn":\[)"[^"]*",', r"\1"),
        (r'("isBasedOn":\[)(?="http)', r'\1"https://a.example/",'),
        ('("appearance":{"@id":")[^"]*', r"\1https://a.example/"),
        ('("author":{"@type":"Organization","name":")Conseiller.ca', r"\1Ipsos"),
        ('("datePublished":")2013-07-16', r"\g<1>2014-01-01"),
        ('("@type":"NewsArticle","inLanguage":")fr', r"\1en"),
        (r'{"@id":"[^"]*","@type":"NewsArticle"[^}]*},', ""),
        ('("url":"[^"]*#claim-)[^"]*', r"\1external-more"),
        ('("url":"[^"]*)#claim-[^"]*', r"\1"),
        ('"@type":"ClaimReview"', '"@type":"Review"'),
        ('(#claim-[^"]*","author":{"@type":"Organization","name":")[^"]*', r"\1Ipsos"),
        ('(#claim-[^"]*","author":{[^}]*},"datePublished":")[^"]*', r"\g<1>2013-07-16"),
        ('(#claim-[^"]*","author":{[^}]*},"datePublished":"[^"]*","inLanguage":")[^"]*', r"\1en"),
        (r',{"@type":"ClaimReview"(?:(?!{"@type":"ClaimReview").)*?"inLanguage":"[^"]*"}', ""),
    ],
    "page: download": [
        (r'(href="[^"]*data/)survey\.csv', r"\1sources.csv"),
        (r'(href="[^"]*data/)datapackage\.json', r"\1survey.csv"),
        (r'(survey\.csv") download', r"\1"),
        (r'(href="[^"]*data/)index(?:\.fr)?\.html', r"\1datapackage.json"),
        (r'(<a) download(?= href="[^"]*figures/)', r"\1"),
        (r'(<a download href="[^"]*\.)(?:svg|png)', r"\1csv"),
        (r'<a download href="[^"]*\.png">PNG</a>, ', ""),
    ],
    "page: licence": [
        ('(rel="license" href=")[^"]*', r"\1https://creativecommons.org/licenses/by-nc/4.0/"),
        ('(rel="license" href="[^"]*">)[^<]*', r"\1CC0-1.0"),
        ('rel="license" ', ""),
        ("; (?:le code est sous la licence MIT|the code is under the MIT licence)", ""),
    ],
    "page: code": [
        ("(<code>[^<]{9})[^<]*", r"\1"),
        (r'(?s)<details class="code">.*?</details>', ""),
        ('<details class="code">', '<details class="code" hidden>'),
        ('<details class="code">', '<details class="code" open>'),
        ('(<details class="code"><summary>)Code', r"\1Contents"),
        ('(<details class="code">)', r'\1<pre><code>survey = load_survey("fr")</code></pre>'),
    ],
    "page: text": [
        (r"(<p>[^<]{20})[^<]*(?=</p>)", r"\1"),
        (r"(<p>[^<]*?)(\d+)(?=[^<]*</p>)", by_one),
        (r'(?s)<div id="limits">.*?</div>', ""),
        (r'<h2 id="', '<h2 id="x'),
        (r'(<p>(?:(?!</p>).)*<a href="(?:\.\./)*[\w/-]+\.)html', r"\1htm"),
        (r'(<a id="t\d+" href=")[^"]*', r"\1#main"),
        (r'(<a id="t\d+" href="[^"]*">)[^<]*', r"\1"),
        (r'<a id="t\d+" href="[^"]*">([^<]*)</a>', r"\1"),
        ("<li><strong>.*?</strong>", "<li>"),
        ("<em>[^<]*</em>", ""),
    ],
    "page: colophon": [
        (r"((?:Édition|Edition) \d\.\d\.)(\d+)(?=, )", by_one),
        (r"(\d\.\d\.\d, )[^.]*(?=\.\n)", r"\1janvier 2013"),
        (r'(<span class="checksum">[^<]*)\w(?=<)', r"\1"),
        (r"(Contre-enquête \()(\d+)(?=\)\.)", by_one),
        (r"((?:Pour citer|To cite)[^<]*?\(\d+\)\. )[^<]*?\. (?=Édition|Edition)", r"\1"),
        (r"((?:Pour citer|To cite)[^<]*?(?:Édition|Edition) \d\.\d\.)(\d+)", by_one),
        (r"<p>(?:Pour citer|To cite)[^<]*</p>", ""),
        (r'(<p><a href=")[^"]*(corrections[^"]*">Corrections)', r"\1#main-\2"),
        (r'<p><a href="[^"]*">Corrections</a>[^<]*</p>\n(?=</footer>)', ""),
    ],
    "page: register": [
        (CARD, ""),
        (r'(<li id="[^"]*"><strong>)[^<]*', r"\1"),
        (r'(<li id="[^"]*"><strong>[^<]*?)(\d+)', by_one),
        (r'(<li id="[^"]*"><strong>[^<]*</strong><br>)[^<]*', r"\1Article"),
        (r'(<li id="[^"]*"><strong>[^<]*</strong><br>[^<]*<p>)<a href="[^"]*">[^<]*</a>', r"\1"),
        (r'(<p class="back">[^<]*<a href=")#t\d+', r"\1#main"),
        (r'<p class="back">.*?</p>', ""),
        ('(id="cited"><summary>)[^<]*', r"\1"),
        ('(<ul class="cards") aria-label="[^"]*"', r"\1"),
    ],
    "page: figure": [
        ('(<p><a href=")[^"]*(#figure-[^"]*">(?:À lire|Read it))', r"\g<1>../../index.html\2"),
        ('(#figure-)[^"]*(">(?:À lire|Read it))', r"\1x\2"),
        (r'(</h1>\n<figure><figcaption>[^<]*</figcaption>)<svg.*?</svg>', r"\1"),
        (r'(<p><a download href="\w[^"/]*\.)\w+', r"\1csv"),
        (r', <a download href="\w[^"/]*\.csv">CSV</a>', ""),
        (r'(<a) download(?= href="\w[^"/]*\.svg)', r"\1"),
        (r'(&lt;iframe src=")[^"]*', r"\1https://contre-enquete.example/"),
        (r'(&lt;iframe[^&]*title=")[^"]*', r"\1Article"),
        (r"(</h1>\n<figure><figcaption>)[^<]*", r"\1"),
        (r'(?s)(</h1>\n<figure>.*?</svg>)<p class="note">.*?</figure>', r"\1</figure>"),
        (r"<h1>[^<]*(?=</h1>\n<figure>)", "<h1>Article"),
    ],
    "page: summary": [
        (r'(<li><a href="[^"]*#claim-[^"]*">)[^<]*', r"\1Article"),
        (r'(<li><a href="[^"]*#claim-)[^"]*', r"\1x"),
        (r'(<li><a href="[^"]*#claim-[^"]*">[^<]*</a>[^:]*: )[^;]*', r"\1fits"),
        (r'(<li><a href="[^"]*#claim-[^"]*">[^<]*</a>[^<]*: )[^<:]*(?=</li>)', r"\1opinion"),
        (r'<li><a href="[^"]*#claim-[^"]*">.*?</li>\n', ""),
    ],
    "page: log": [
        ('(<li id=")edition-[^"]*', r"\1editions-0"),
        ('(<time datetime=")[^"]*', r"\g<1>2013-07-16"),
        ('<li id="edition-.*?</li>\n', ""),
        ("<h1>Corrections", "<h1>Article"),
        ('(<feed[^>]*xml:lang=")([^"]*)', exchange),
        ("(<feed.*>\n<title>)[^<]*", r"\1Article"),
        ("<subtitle>[^<]*", "<subtitle>Article"),
        ("<entry>(?s:.)*?</entry>\n", ""),
    ],
    "page: table header": [
        (' scope="(?:row|col)"', ""),
        ('scope="col"', 'scope="row"'),
        ('scope="row"', 'scope="col"'),
        ('<th scope="(?:row|col)">([^<]*)</th>', r"<td>\1</td>"),
        ("<caption>.*?</caption>", ""),
        ("<thead>(.*?)</thead>", r"\1"),
    ],
    "page: table": [
        (r"(<td>(?:<a[^>]*>)?−?)(\d+)(?=<)", by_one),
        (rf"(<tbody>)({ROW})()({ROW})", swap),
        (rf"(<tbody>){ROW}", r"\1"),
        (r'(<tbody><tr><th scope="row">)[^<]*', r"\1Article"),
        (r'(<td><a href=")[^"]*', r"\1#main"),
        (r'(<thead><tr><th scope="col">[^<]*</th><th scope="col">)([^<]*)(</th><th scope="col">)([^<]*)', swap),
    ],
    "page: chart": [
        (SOURCE, "Source"),
        (r"<figcaption><strong>[^<]*</strong>", "<figcaption>"),
        (r"(<figcaption><strong>[^<]*</strong>)<br>[^<]*", r"\1"),
        (r'<figure id="[^"]*"', "<figure"),
        (r'<div class="table".*?</div>', ""),
        (r'<div class="picture wide".*?</div>', ""),
        (r'<div class="picture narrow">.*?</div>', ""),
        (r'(<svg[^>]*role="img" aria-label=")[^"]*', r"\1Article"),
        (r'(<svg[^>]*role="img") aria-label="[^"]*"', r"\1"),
        (r'(<details><summary>)(?:Données et partage|Data and sharing)', r"\1"),
        (r"(<text [^>]*>[^<]*?)(\d+)(?=[^<]*</text>)", by_one),
        (r'<path [^>]*fill="#(?:d55e00|0b4f8a)"[^>]*/>', ""),
        (r'(<path [^>]*fill=")#d55e00', r"\1#0b4f8a"),
        (r'(<a href="#[^"]*")(?=[^>]*><(?:path|use))', r'<a href="#main"'),
    ],
}  # fmt: skip
STYLES = {
    "style: hidden": [
        "figure > p { display: none; }",
        "figure > p { visibility: hidden; }",
        "figure > p { opacity: 0; }",
        "figure > p { font-size: 1px; }",
        "figure > p { position: absolute; left: -999rem; }",
        "figure > p { clip-path: inset(50%); }",
        "figure > p { height: 0; overflow: hidden; }",
        "figure > p { transform: scale(0); }",
        "figure > p.note { color: var(--paper); }",
        "figcaption { display: none; }",
        "figcaption { text-indent: -999rem; overflow: hidden; }",
        "@media (max-width: 30rem) { figure > p { display: none; } }",
        "@media (prefers-color-scheme: dark) { figure > p { display: none; } }",
        "@media print { figure > p { display: none; } }",
        "@media print { main p { display: none; } }",
        "pre { display: none; }",
        "pre { max-height: 0; padding: 0; overflow: hidden; }",
        "caption { display: none; }",
        "thead { display: none; }",
        "tbody tr:nth-child(2) { display: none; }",
        "tbody tr:nth-child(n + 9) { visibility: collapse; }",
        "table { max-height: 10rem; display: block; overflow: hidden; }",
        "body > footer { display: none; }",
        "body > header { display: none; }",
        "main a[rel], nav a[rel] { display: none; }",
        "main { max-height: 200vh; overflow: hidden; }",
        "svg { visibility: hidden; }",
        "svg text { display: none; }",
        "svg path { opacity: .01; }",
        "h2 { position: absolute; clip: rect(0 0 0 0); }",
    ],
    "style: drawn otherwise": [
        "figure svg { transform: scaleX(-1); }",
        "figure svg { filter: hue-rotate(180deg); }",
        "figure { filter: grayscale(1); }",
        'figure svg [fill="#d55e00"] { fill: #0b4f8a; }',
        'figure svg [stroke="#d55e00"] { stroke: #0b4f8a; }',
        '@media (prefers-color-scheme: dark) { figure svg [fill="#f58634"], figure svg [fill="#d55e00"] { fill: #79b5ee; } }',
        "figure .picture svg { height: 40px; }",
        "figure svg { clip-path: inset(0 30% 0 0); }",
        "figure svg { width: 60%; overflow: hidden; max-height: 60px; }",
        "svg path { transform: translateX(20px); }",
        "td::after { content: '0'; }",
        "figcaption::before { content: 'Vrai. '; }",
        "main { display: flex; flex-direction: column-reverse; }",
        "tbody { display: flex; flex-direction: column-reverse; }",
        "html { direction: rtl; }",
        "td { text-transform: uppercase; }",
        "main p { text-decoration: line-through; }",
        "table { font-variant-numeric: ordinal; writing-mode: vertical-rl; }",
    ],
    "style: use": [
        ":target { background: none !important; }",
        ":focus-visible { outline: none !important; }",
        ".skip:focus, body > a:focus { left: -100rem; }",
        "main a { pointer-events: none; }",
        "summary { pointer-events: none; }",
        "main { user-select: none; }",
        "main a { color: inherit !important; text-decoration: none !important; border: 0 !important; background: none !important; }",
        "@media (prefers-color-scheme: dark) { body { background: #ffffff; color: #1a1a1a; } }",
        "body { min-width: 60rem; }",
        "@media print { body { color: #ffffff; } }",
    ],
}  # fmt: skip


def damage_everywhere(pattern: str, become: str | Callable, site: Path) -> dict[str, str]:
    """Return the files in which a pattern is found, as they become with each place damaged."""
    files = {name: re.sub(pattern, become, text) for name, text in read(site).items()}
    damaged = {name: text for name, text in files.items() if text != read(site)[name]}
    if not damaged:
        raise LookupError(f"nothing to damage: {pattern!r} is found in no page")
    return damaged


def damage_once(pattern: str, become: str | Callable, site: Path) -> dict[str, str]:
    """Return the last of these files, as it becomes with the last of these places damaged."""
    *_, name = damage_everywhere(pattern, become, site)
    text = read(site)[name]
    places = [
        (match, become(match) if callable(become) else match.expand(become)) for match in re.finditer(pattern, text)
    ]
    *_, (match, words) = (place for place in places if place[1] != place[0][0])
    return {name: text[: match.start()] + words + text[match.end() :]}


def restyle(rule: str, site: Path) -> dict[str, str]:
    """Return every page with one rule more at the end of its style, which its policy allows."""
    pages = {}
    for name, text in read(site).items():
        if found := re.search("<style>(.*?)</style>", text, re.DOTALL):
            styles = (found[1], f"{found[1]}\n{rule}\n")
            was, becomes = (base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() for style in styles)
            pages[name] = text.replace(*styles).replace(was, becomes)
    return pages


@cache
def read(site: Path) -> dict[str, str]:
    """Return the pages, maps and feeds of an undamaged site, by path."""
    paths = sorted(path for path in site.rglob("*") if path.suffix in (".html", ".xml", ".txt"))
    return {path.relative_to(site).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def list_damages() -> Iterator[tuple[str, str, Callable[[Path], dict[str, str]]]]:
    """Yield each damage: its kind, its name, and what makes it: given a site, the files as they become."""
    for kind, damages in DAMAGES.items():
        for pattern, become in damages:
            for make in (damage_everywhere, damage_once):
                yield kind, f"{make.__name__} {pattern} > {become}", partial(make, pattern, become)
    for kind, rules in STYLES.items():
        for rule in rules:
            yield kind, rule, partial(restyle, rule)
