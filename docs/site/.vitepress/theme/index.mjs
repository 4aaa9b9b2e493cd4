/** VitePress's own theme, with the fonts of the reader's system and the colours of reports and playground. */
import theme from 'vitepress/theme-without-fonts';
import './colours.css';

export default theme;
