/** Starts the page. */
import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import { App } from './app.tsx';

const root = document.getElementById('app');
if (root === null) throw new Error('the page has no #app');
root.replaceChildren();
render(<App />, root);
