"""Texts that would run a script, or break out of a line, where text is taken for markup: made by combining.

Every script would set `window.pwned`; none may.
"""

from collections.abc import Iterator
from itertools import product

_CALLS = ("window.pwned=1", "window['pwned']=1", "parent.pwned=1", "import('data:text/javascript,window.pwned=1')")
_MARKUP = (
    "<script>{}</script>",
    "<iframe srcdoc='<script>parent.{}</script>'></iframe>",
    "<a href='javascript:{}'>x</a>",
    "<math><mtext><style><img src=x onerror={}></style></mtext></math>",
    "</textarea><script>{}</script>",
    "</title><script>{}</script>",
    "<style>@import 'data:text/css,*{{color:red}}'</style><img src=x onerror={}>",
    "<object data='data:text/html,<script>{}</script>'></object>",
    "</script><script>{}</script>",
    "<!--><img src=x onerror={}>-->",
    "<![CDATA[<img src=x onerror={}>]]>",
    "{{{{constructor.constructor('{}')()}}}}",
    "${{{}}}",
    "<meta http-equiv=refresh content='0;url=javascript:{}'>",
    "<base href='javascript:{}//'>",
    "<template><img src=x onerror={}></template>",
    "<noscript><p title='</noscript><img src=x onerror={}>'>",
    "<svg><script>{}</script></svg>",
    "<svg><animate onbegin={} attributeName=x dur=1s>",
    "<form action='javascript:{}'><button>x</button></form>",
)
_ELEMENTS = (
    "img src=x onerror",
    "svg onload",
    "body onload",
    "details open ontoggle",
    "input autofocus onfocus",
    "select autofocus onfocus",
    "textarea autofocus onfocus",
    "marquee onstart",
    "video src=x onerror",
    "audio src=x onerror",
    "iframe onload",
    "link rel=stylesheet href=x onerror",
    "object data=x onerror",
    "div tabindex=0 onfocusin",
    "img src=x style=animation-name:x onanimationstart",
)
"""Each up to the handler of its event."""
_BREAKS = ("", '">', "'>", "`>", "]]>", "-->", "&lt;/p&gt;", "\\u003c")
"""What would end the place where it stands."""
_SCHEMES = (
    "javascript:",
    "JaVaScRiPt:",
    "java\tscript:",
    "&#106;avascript:",
    "java&#x0A;script:",
    "\x01javascript:",
    "vbscript:",
    "data:text/html,<script>",
)
_LINKS = (
    "[click]({0}window.pwned=1)",
    "![x]({0}window.pwned=1)",
    "<{0}window.pwned=1>",
    "[x]: {0}window.pwned=1",
    "`x` [y]({0}window.pwned=1 'z')",
    "]({0}window.pwned=1) [",
)
"""Markdown, and what looks like it."""
_OPENERS = (
    "\x1b]8;;",
    "\x1b]0;",
    "\x1b]52;c;",
    "\x1bP+q",
    "\x1b_",
    "\x1b^",
    "\x1bX",
    "\x9d8;;",
    "\x1b[31m",
    "\x1b[38;2;1;2;3m",
)
"""What begins a sequence of a terminal: links, titles, the clipboard, questions to it, colours."""
_HELD = ("javascript:window.pwned=1", "<img src=x onerror=window.pwned=1>", '"><svg onload=window.pwned=1>')
_CLOSERS = ("\x07", "\x1b\\", "\x1b[0m", "")
_ODD = (
    "\x1b[2J\x1b[1;1H",
    "\x1b[38;2;255;0;0;background:url(x)m red",
    "\x1b[99999999999999999999m",
    "\x1b[?1049h\x1b[6n",
    "one\rtwo <img src=x onerror=window.pwned=1>",
    "\u202egnp.exe",
    "\x00\x07\x08\x7f",
    "\u200b<\u200bscript>window.pwned=1",
    "\uff1cscript\uff1ewindow.pwned=1",
    "<\u017fcript>window.pwned=1</\u017fcript>",
    "\ufffd\ufeff\u2028\u2029<script>window.pwned=1</script>",
    "\U000e0001\U000e003cscript",
)


def _combined() -> Iterator[str]:
    yield from (markup.format(call) for markup, call in product(_MARKUP, _CALLS))
    yield from (f"{end}<{element}=window.pwned=1>" for end, element in product(_BREAKS, _ELEMENTS))
    yield from (link.format(scheme) for link, scheme in product(_LINKS, _SCHEMES))
    yield from (f"{begin}{held}{end}" for begin, held, end in product(_OPENERS, _HELD, _CLOSERS))
    yield from _ODD


PAYLOADS = tuple(dict.fromkeys(_combined()))
MARKUP = tuple(payload for payload in PAYLOADS if payload.isprintable())
"""Those that a page must show letter by letter; of the others it leaves out or draws what cannot be seen."""
NAMES = tuple(payload for payload in MARKUP if not set(payload) & set(":#/") and payload == payload.strip())
"""Those that a job may be called."""
