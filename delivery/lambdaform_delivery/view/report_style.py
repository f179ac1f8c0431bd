"""The style of the HTML report: light and dark, by what the reader's system prefers."""

__all__ = ["STYLE"]

STYLE = """
:root {
  color-scheme: light dark;
  --page: #ffffff; --panel: #f6f8fa; --text: #1b1f24; --muted: #57606a; --rule: #d8dee4;
  --band0: #eef2f7; --band1: #f8fafc; --old: #1d5fd0; --new: #b93c05; --third: #6b21a8;
  --good: #116329; --bad: #b42318; --doubt: #7a5200;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0d1117; --panel: #161b22; --text: #e6edf3; --muted: #9aa4af; --rule: #30363d;
    --band0: #1b222c; --band1: #12181f; --old: #79b0ff; --new: #ff9e5e; --third: #d2a8ff;
    --good: #56d364; --bad: #ff8078; --doubt: #e3b341;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 62rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.3rem; margin: 3rem 0 .25rem; padding-top: 1.25rem; border-top: 1px solid var(--rule); }
h3 { font-size: 1rem; margin: 1.75rem 0 .25rem; }
p { margin: .5rem 0; max-width: 48rem; }
.muted, figcaption { color: var(--muted); font-size: .875rem; }
.result { display: inline-block; border: 2px solid currentColor; border-radius: .5rem; padding: 0 .6rem; }
.good { color: var(--good); } .bad { color: var(--bad); } .doubt { color: var(--doubt); }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .875em; }
pre { background: var(--panel); border: 1px solid var(--rule); border-radius: .375rem; padding: .75rem 1rem;
  white-space: pre-wrap; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; font-variant-numeric: tabular-nums; }
th, td { padding: .35rem .75rem; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: top; }
th { font-weight: 600; } thead th { color: var(--muted); white-space: nowrap; }
td:last-child:not(.number) { min-width: 14rem; }
.number { text-align: right; white-space: nowrap; }
figure { margin: 0 0 .5rem; }
svg { display: block; width: 100%; min-width: 40rem; height: auto; }
svg text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: var(--muted); }
svg .step-label { fill: var(--text); font-weight: 600; }
.band0 { fill: var(--band0); } .band1 { fill: var(--band1); }
.grid { stroke: var(--rule); } .step { stroke: var(--muted); stroke-dasharray: 2 3; }
.threshold { stroke: var(--bad); stroke-width: 1.5; } svg .threshold-label { fill: var(--bad); }
.curve { fill: none; stroke-width: 2.25; stroke-linejoin: round; stroke-linecap: round; }
.curve.old { stroke: var(--old); stroke-dasharray: 7 5; } .curve.new { stroke: var(--new); }
.curve.third { stroke: var(--third); stroke-dasharray: 2 5; }
.dot.old { fill: var(--old); } .dot.new { fill: var(--new); } .dot.third { fill: var(--third); }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin: 0; padding: 0; list-style: none;
  font-size: .875rem; }
.legend svg { display: inline-block; width: 2rem; min-width: 0; height: .6rem; margin-right: .4rem; }
summary { cursor: pointer; color: var(--muted); font-size: .875rem; padding: .35rem 0; }
@media print { body { max-width: none; padding: 0; } figure, tr { break-inside: avoid; } }
"""
