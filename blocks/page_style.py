"""The style sheet of the page: light and dark, narrow and wide, and on paper."""

from typing import Final

STYLE: Final = """
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#5b6470;--line:#e1e4e8;--paper:#fff;--tint:#f5f7f9;--them:#0f6b72;
--us:#b9792b;--high:#1a7f4b;--medium:#8a6100;--low:#a8412f}
@media (prefers-color-scheme:dark){:root{--ink:#e7eaee;--soft:#a0a9b4;--line:#31363d;--paper:#15181c;--tint:#1e2227;
--them:#4fb8bf;--us:#e0a45a;--high:#5fcf92;--medium:#dcb04c;--low:#ef8d7b}}
*{box-sizing:border-box}
body{margin:0;background:var(--tint);color:var(--ink);
font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
main{max-width:54rem;margin:2rem auto;padding:2.25rem 2.5rem;background:var(--paper);border:1px solid var(--line);
border-radius:12px}
h1{margin:0;font-size:1.75rem;line-height:1.2;letter-spacing:-.01em}
h2{margin:2.5rem 0 .75rem;padding-top:1.25rem;border-top:1px solid var(--line);font-size:1.2rem}
.call h2,.facet h2{margin:0;padding:0;border:0;font-size:1rem}
p{margin:.4rem 0}ul{margin:0;padding:0;list-style:none}
a{color:inherit}
.soft{color:var(--soft);font-size:.9rem}
.summary{font-size:1.1rem;margin:1rem 0}
.call{margin:1.25rem 0;padding:1rem 1.25rem;background:var(--tint);
border-left:4px solid var(--them);border-radius:0 8px 8px 0}
.call li{margin:.3rem 0}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.6rem,1fr));gap:1rem 1.25rem;margin:1.5rem 0}
.figures dt{color:var(--soft);font-size:.82rem}.figures dd{margin:0}
.figures .value{font-size:1.3rem;font-weight:650;line-height:1.3}.figures .value.none{font-size:1rem;font-weight:400}
.facet{display:grid;grid-template-columns:8.5rem 1fr;gap:.25rem 1rem;padding:.7rem 0;border-top:1px solid var(--line)}
.facet li+li{margin-top:.5rem}
.mark{display:inline-block;min-width:1.35em;padding:0 .3em;border-radius:1em;background:var(--ink);color:var(--paper);
font-size:.7rem;font-weight:650;line-height:1.6;text-align:center;text-decoration:none;vertical-align:.1em}
.level{white-space:nowrap;font-size:.82rem}.high{color:var(--high)}.medium{color:var(--medium)}.low{color:var(--low)}
.why{display:block;color:var(--soft);font-size:.85rem}
.chart{display:block;width:100%;height:auto;margin:.5rem 0}
.chart .them,.key.them{fill:var(--them);color:var(--them)}.chart .us,.key.us{fill:var(--us);color:var(--us)}
.chart .axis{stroke:var(--line)}
.chart text{fill:var(--soft);font-size:11px;text-anchor:middle}
.scroll{overflow-x:auto}
table{width:100%;border-collapse:collapse;font-size:.88rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);padding:.25rem 0}
th,td{padding:.35rem .75rem .35rem 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
td:not(:nth-child(5)){white-space:nowrap}td:nth-child(5){min-width:9rem}
thead th{color:var(--soft);font-weight:500}tbody th{font-weight:500}
.evidence li{margin:1rem 0;scroll-margin-top:1rem}.evidence li:target{background:var(--tint)}
blockquote{margin:.25rem 0 0;padding:.15rem 0 .15rem 1rem;border-left:3px solid var(--line);white-space:pre-line}
footer{margin-top:2rem;padding-top:1rem;border-top:1px solid var(--line)}
@media (max-width:40rem){main{margin:0;padding:1.25rem;border:0;border-radius:0}.facet{grid-template-columns:1fr}}
@media print{:root{--ink:#000;--soft:#444;--line:#bbb;--paper:#fff;--tint:#fff}body{font-size:11pt}
main{margin:0;padding:0;border:0;max-width:none}.facet,.evidence li,figure,tr{break-inside:avoid}h2{break-after:avoid}
.call{border:1px solid var(--line);border-left:4px solid #000}}
"""
