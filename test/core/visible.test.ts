/** Texts that others chose, made safe for terminals and pages. */
import { describe, expect, test } from 'vitest';
import { visible, visibleData } from '../../src/core/visible.ts';

describe('visible', () => {
  test('spells every control character and every mark that turns text round', () => {
    for (let code = 0; code < 0x20; code++) {
      const character = String.fromCharCode(code);
      expect(visible(character, true)).toBe(`\\u${code.toString(16).padStart(4, '0')}`);
    }
    expect(visible('\u001b[2J\u007f\u009b31m\u202eevil\u2066\u2028')).toBe('\\u001b[2J\\u007f\\u009b31m\\u202eevil\\u2066\\u2028');
    expect(visible('a\r\nb\tc')).toBe('a\\u000d\nb\tc');
  });

  test('leaves all other text alone: RL², 400 m, 日本語, 🙂, but no half of it', () => {
    for (const text of ['RL² (GRU-64)', '1\u202f234\u00a0%', '日本語', '🙂']) expect(visible(text, true)).toBe(text);
    expect(visible('🙂'[0])).toBe('\\ud83d');
  });

  test('goes through plain data, keys and all', () => {
    expect(visibleData({ 'a\u0007': ['\u001b', 1, null, { b: true }] })).toEqual({ 'a\\u0007': ['\\u001b', 1, null, { b: true }] });
  });
});
