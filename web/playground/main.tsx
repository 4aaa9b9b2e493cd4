/** Starts the page, or says why it can't start. */
import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import { said } from './said.ts';

const root = document.getElementById('app');
if (root === null) throw new Error('the page has no #app');
import('./app.tsx').then(
  ({ App }) => {
    root.replaceChildren();
    render(<App />, root);
  },
  (error: unknown) => {
    const sentence = document.createElement('p');
    sentence.className = 'trouble';
    sentence.role = 'alert';
    sentence.textContent = said(error);
    root.replaceChildren(sentence);
  },
);
