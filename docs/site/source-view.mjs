/** A file of the repository as a page of its own: its lines with numbers that links can name, or the names in a folder. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Lines beyond these are left out: logs and lock files may be long. */
const mostLines = 3000;

const style = `
  :root { color-scheme: light dark; }
  body { margin: 1.5rem; background: light-dark(#fdfdfb, #15181b); color: light-dark(#1c2126, #e6e8ea); font: 15px/1.5 system-ui, sans-serif; }
  a { color: light-dark(#1f66ad, #6fb0f0); }
  pre { font: 13px/1.55 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-x: auto; counter-reset: line; }
  code { display: block; min-width: max-content; }
  code > span::before { counter-increment: line; content: counter(line); display: inline-block; width: 3.5em; margin-right: 1.2em; text-align: right; color: light-dark(#59626b, #a2abb3); }
  code > span:target { background: light-dark(#fff3c4, #4a3f12); }
`;

/** @param {string} root @param {string} path Relative to it. */
export function viewOf(root, path) {
  const up = '../'.repeat(path.split('/').length);
  const folder = statSync(join(root, path)).isDirectory();
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(path)}</title>
<style>${style}</style>
<p><a href="${up}index.html">Documentation</a> · ${escaped(path)}</p>
${folder ? listOf(root, path) : linesOf(readFileSync(join(root, path), 'utf8'))}
</html>
`;
}

const listOf = (root, path) =>
  `<ul>${readdirSync(join(root, path))
    .map((name) => `<li><a href="${escaped(basename(path))}/${escaped(name)}.html">${escaped(name)}</a></li>`)
    .join('')}</ul>`;

function linesOf(text) {
  const lines = text.replace(/\n$/, '').split('\n');
  const shown = lines.slice(0, mostLines).map((line, i) => `<span id="L${i + 1}">${escaped(line)}</span>`);
  const rest = lines.length > mostLines ? `<p>and ${lines.length - mostLines} more lines</p>` : '';
  return `<pre><code>${shown.join('\n')}</code></pre>${rest}`;
}
