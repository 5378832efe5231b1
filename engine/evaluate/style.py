"""How the report looks, in daylight and in the dark."""

from __future__ import annotations

CSS = """
:root { --ink: #1f2a33; --soft: #5d6b76; --paper: #ffffff; --rule: #e3e8ec; --tint: #f4f7f8;
  --accent: #1b7f5c; color-scheme: light dark; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4eaee; --soft: #9aa8b3; --paper: #14191d;
  --rule: #2b343b; --tint: #1b2227; --accent: #4cc299; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
main { max-width: 920px; margin: 0 auto; padding: 48px 24px 80px; }
h1 { font-size: 30px; line-height: 1.2; margin: 0 0 6px; letter-spacing: -0.01em; }
h2 { font-size: 20px; margin: 52px 0 8px; }
h3 { font-size: 16px; margin: 28px 0 6px; }
p { max-width: 68ch; margin: 8px 0; }
.soft, figcaption, footer { color: var(--soft); font-size: 14px; }
.lead { font-size: 18px; margin: 20px 0; }
.lead b { color: var(--accent); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums;
  font-size: 14.5px; margin: 12px 0; }
th, td { text-align: right; padding: 6px 10px; border-bottom: 1px solid var(--rule);
  white-space: nowrap; }
th { color: var(--soft); font-weight: 500; vertical-align: bottom; }
th:first-child, td:first-child, td.text, th.text { text-align: left; }
tr.best td { background: var(--tint); font-weight: 600; }
td b { color: var(--accent); }
td.bar { width: 30%; min-width: 140px; }
.bar i { display: block; height: 10px; border-radius: 2px; background: var(--soft);
  opacity: .55; }
tr.best .bar i { background: var(--accent); opacity: 1; }
svg { width: 100%; height: auto; margin: 6px 0; }
svg text { fill: var(--soft); font-size: 12px; font-family: inherit; }
svg .rule { stroke: var(--rule); }
svg .seen { fill: var(--ink); }
svg .asked { fill: var(--paper); stroke: var(--ink); stroke-width: 2; }
.key { display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 14px; color: var(--soft); }
.key i { display: inline-block; width: 14px; height: 4px; border-radius: 2px; margin-right: 6px;
  vertical-align: middle; }
.key i.dot { width: 9px; height: 9px; border-radius: 50%; background: var(--ink); }
.key i.ring { width: 11px; height: 11px; border-radius: 50%; border: 2px solid var(--ink); }
.wall { display: grid; grid-template-columns: repeat(auto-fill, minmax(158px, 1fr)); gap: 14px 12px;
  margin: 12px 0; }
figure { margin: 0; }
figure img { width: 100%; display: block; image-rendering: pixelated; border-radius: 3px; }
figure img + img { margin-top: 4px; }
figcaption { margin-bottom: 4px; line-height: 1.3; }
figcaption b { color: var(--ink); display: block; }
code, pre { font: 13.5px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; }
pre { background: var(--tint); padding: 12px 14px; border-radius: 4px; overflow-x: auto; }
dt { font-weight: 600; margin-top: 10px; }
dd { margin: 0; max-width: 68ch; }
details { margin: 14px 0; }
summary { cursor: pointer; color: var(--accent); }
footer { margin-top: 56px; border-top: 1px solid var(--rule); padding-top: 14px; }
"""
