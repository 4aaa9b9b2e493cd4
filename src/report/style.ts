/**
 * The look of a report: light, dark and printed. Colours are CSS variables that the figures use too, so a figure follows the reader's choice without being redrawn.
 * Runs and policies take --run-1 … in order (blue, orange, green, purple: told apart by colour-blind eyes); episodes go from --early over --middle to --late,
 * ever further from the paper.
 */
const LIGHT = `color-scheme: light; --paper: #fdfdfb; --card: #ffffff; --ink: #1c2126; --soft: #59626b; --line: #dcdfe1; --faint: #f2f3f1; --shade: #00000030;
  --run-1: #1f66ad; --run-2: #c2611a; --run-3: #0b7a5c; --run-4: #8a4aa5; --early: #d68d1c; --middle: #bf4a78; --late: #46208c; --goal: #0b7a5c;`;
const DARK = `color-scheme: dark; --paper: #15181b; --card: #1c2024; --ink: #e6e8ea; --soft: #a2abb3; --line: #353b41; --faint: #20252a; --shade: #ffffff2e;
  --run-1: #6fb0f0; --run-2: #f0a05a; --run-3: #4fc7a1; --run-4: #cb9fe3; --early: #8469d6; --middle: #e0709a; --late: #ffd873; --goal: #4fc7a1;`;

export const reportStyle = `
:root { ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
@media print { :root { ${LIGHT} --paper: #ffffff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  -webkit-text-size-adjust: 100%; }
main { max-width: 960px; margin: 0 auto; padding: 3.5rem 1.5rem 4rem; }
h1, h2, h3 { line-height: 1.2; text-wrap: balance; }
h1 { font-size: 2rem; font-weight: 650; letter-spacing: -.015em; margin: 0; }
h2 { font-size: 1.3rem; font-weight: 620; letter-spacing: -.005em; margin: 0 0 .4rem; }
h3 { font-size: 1rem; font-weight: 620; margin: 1.5rem 0 .4rem; }
p { margin: 0 0 .8rem; max-width: 44rem; }
section { margin-top: 3rem; }
.subtitle, .how, .caption { color: var(--soft); }
.subtitle { margin: .35rem 0 0; }
.how, .caption, .notes { font-size: .925rem; }
.headline { font-size: 1.375rem; line-height: 1.4; margin: 1.75rem 0 .6rem; max-width: 42rem; text-wrap: pretty; }
.facts { display: flex; flex-wrap: wrap; gap: .8rem 1.75rem; margin: 1.75rem 0 0; padding: 1.1rem 0 0; border-top: 1px solid var(--line); }
.facts dt { font-size: .8125rem; color: var(--soft); }
.facts dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
figure { margin: 0; }
.figure { margin: 1.25rem 0; }
figure svg, .figure > svg { display: block; max-width: 100%; height: auto; overflow: visible; --plot-background: var(--card); }
.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.4rem; list-style: none; padding: 0; margin: 0 0 .8rem; font-size: .875rem; }
.legend li { display: flex; align-items: center; gap: .5rem; }
.legend svg { flex: none; }
.paths { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(16.5rem, 100%), 1fr)); gap: 1.5rem 1.75rem; }
.strip { margin: 0 0 1.25rem; } .strip svg { margin-bottom: .2rem; } .strip figcaption { font-size: .875rem; color: var(--soft); margin: 0 0 .3rem; font-variant-numeric: tabular-nums; }
.strip figcaption b { color: var(--ink); font-weight: 600; }
.paths figcaption { font-size: .875rem; color: var(--soft); margin: .45rem 0 0 30px; font-variant-numeric: tabular-nums; }
.paths figcaption b { color: var(--ink); font-weight: 600; }
/* A shadow at the side shows that a table goes on there: the covers scroll with the table, the shadows stay. */
.scroll { overflow-x: auto; background: linear-gradient(to right, var(--paper) 40%, transparent) left / 3rem 100% no-repeat local,
  linear-gradient(to left, var(--paper) 40%, transparent) right / 3rem 100% no-repeat local,
  linear-gradient(to right, var(--shade), transparent) left / 1.1rem 100% no-repeat scroll,
  linear-gradient(to left, var(--shade), transparent) right / 1.1rem 100% no-repeat scroll; }
.scroll.more::before { content: "scroll sideways →"; display: block; position: sticky; left: 0; width: max-content; font-size: .8125rem; color: var(--soft); }
.scroll + .scroll, .scroll + h3, .save + .scroll { margin-top: 1.5rem; }
.figure.scroll > svg { max-width: none; min-width: 640px; width: 100%; }
.save { display: flex; gap: .5rem; margin: -.5rem 0 1rem; }
button, select { font: inherit; font-size: .8125rem; color: var(--ink); background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .2rem .7rem; }
.player { max-width: 640px; } .player canvas { display: block; border: 1px solid var(--line); border-radius: 6px; max-width: 100%; }
.controls { display: flex; flex-wrap: wrap; align-items: center; gap: .6rem; margin: .6rem 0 .3rem; }
.controls input { flex: 1 1 10rem; min-width: 0; accent-color: var(--run-1); } .controls button { min-width: 4.5rem; }
.player .caption { font-variant-numeric: tabular-nums; min-height: 2.9em; }
button { cursor: pointer; } button:hover { background: var(--faint); }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; width: 100%; }
caption { text-align: left; caption-side: top; font-size: .875rem; color: var(--soft); padding-bottom: .35rem; }
th, td { padding: .3rem 0 .3rem 1.1rem; text-align: right; white-space: nowrap; font-weight: 400; }
th:first-child { text-align: left; padding-left: 0; }
thead th { font-size: .8125rem; color: var(--soft); vertical-align: bottom; }
tr.group > * { border-top: 1px solid var(--line); }
.quiet, .spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
details { margin-top: .75rem; }
summary { cursor: pointer; color: var(--soft); font-size: .925rem; }
details[open] > summary { margin-bottom: .6rem; }
code, pre { font: .85rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
pre { background: var(--faint); border: 1px solid var(--line); border-radius: 6px; padding: .75rem .9rem; margin: 0; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
.copy { user-select: all; }
.notes { padding-left: 1.1rem; margin: 0; max-width: 44rem; }
.notes li { margin-bottom: .35rem; }
:focus-visible { outline: 2px solid var(--run-1); outline-offset: 3px; border-radius: 2px; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .8125rem; }
@media (max-width: 34rem) { main { padding: 2rem 1rem 3rem; } h1 { font-size: 1.6rem; } .headline { font-size: 1.2rem; } }
@media print { .save, .controls { display: none; } main { max-width: none; padding: 0; } section { margin-top: 1.75rem; } .figure, .paths figure, tr, h2, .how { break-inside: avoid; }
  h2, .how { break-after: avoid; } pre { background: none; } .paths { grid-template-columns: repeat(3, 1fr); } .scroll { overflow: visible; } }
`;
