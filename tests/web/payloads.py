"""Texts that would run a script, or break out of a line, where text is taken for markup."""

_CALLS = ("window.pwned=1", "window['pwned']=1")
_MARKUP = (
    "<script>{}</script>",
    "<img src=x onerror={}>",
    '"><svg onload={}>',
    "'><body onload={}>",
    "<iframe srcdoc='<script>parent.{}</script>'></iframe>",
    "<details open ontoggle={}>x</details>",
    "<a href='javascript:{}'>x</a>",
    "<math><mtext><style><img src=x onerror={}></style></mtext></math>",
    "</textarea><script>{}</script>",
    "<input autofocus onfocus={}>",
    "<style>@import 'data:text/css,*{{color:red}}'</style><img src=x onerror={}>",
    "<object data='data:text/html,<script>{}</script>'></object>",
    "</script><script>{}</script>",
    "<!--><img src=x onerror={}>-->",
    "{{{{constructor.constructor('{}')()}}}}",
    "javascript:{}",
    "[click](javascript:{})",
    "![x](x onerror={})",
    "`<img src=x onerror={}>`",
    "](javascript:{}) [",
)
_TERMINAL = (
    "\x1b]8;;javascript:window.pwned=1\x07link\x1b]8;;\x07",
    "\x1b[31m<img src=x onerror=window.pwned=1>\x1b[0m",
    "\x1b]0;title\x07",
    "\x1b[2J\x1b[1;1H",
    "\x1b[38;2;255;0;0;background:url(x)m red",
    "\x1b[99999999999999999999m",
    "\x1bP+q544e\x1b\\",
    "\u202egnp.exe",
    "\x00\x07\x08\x7f",
    "ｓｃｒｉｐｔ <ſcript>window.pwned=1</ſcript>",
    "�\ufeff\u2028\u2029",
)
PAYLOADS = tuple(markup.format(call) for markup in _MARKUP for call in _CALLS) + _TERMINAL
