/** The canvas that writes SVG: what stands in the picture, and that every family's drawing is made of what it knows. */

import { describe, expect, test } from 'vitest';
import { familyIds, make, renderScene } from 'wasmeta';
import { svgCanvas } from '../../web/playground/svg-canvas.ts';

describe('the SVG canvas', () => {
  test('keeps colours, transforms, clips and text where they were set', () => {
    const canvas = svgCanvas(100, 50);
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('no context');
    context.fillStyle = '#123456';
    context.fillRect(1, 2, 3, 4);
    context.save();
    context.setTransform(2, 0, 0, 2, 5, 6);
    context.beginPath();
    context.rect(0, 0, 10, 10);
    context.clip();
    context.globalAlpha = 0.5;
    context.beginPath();
    context.arc(10, 20, 5, 0, 2 * Math.PI);
    context.fill();
    context.restore();
    context.setLineDash([2, 3]);
    context.beginPath();
    context.moveTo(0, 0);
    context.lineTo(7, 0);
    context.stroke();
    context.font = 'bold 12px system-ui, sans-serif';
    context.textAlign = 'center';
    context.fillText('a < b & c', 50, 25);
    expect(canvas.svg('a "title"')).toBe(
      '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50" viewBox="0 0 100 50" role="img"><title>a &#34;title&#34;</title>' +
        '<defs><clipPath id="c0"><path d="M0 0h10v10h-10Z" transform="matrix(2 0 0 2 5 6)"/></clipPath></defs>' +
        '<rect x="1" y="2" width="3" height="4" fill="#123456"/>' +
        '<g clip-path="url(#c0)"><path d="M15 20A5 5 0 0 1 5 20A5 5 0 0 1 15 20" fill="#123456" transform="matrix(2 0 0 2 5 6)" opacity="0.5"/></g>' +
        '<path d="M0 0L7 0" fill="none" stroke="#000" stroke-width="1" stroke-dasharray="2 3"/>' +
        '<text x="50" y="25" fill="#123456" font-size="12" font-family="system-ui, sans-serif" font-weight="bold" text-anchor="middle">a &#60; b &#38; c</text></svg>',
    );
  });

  test('draws a quarter of a circle backwards', () => {
    const canvas = svgCanvas(10, 10);
    const context = canvas.getContext('2d');
    context?.beginPath();
    context?.arc(0, 0, 1, 0, -Math.PI / 2, true);
    context?.fill();
    expect(canvas.svg('')).toContain('d="M1 0A1 1 0 0 0 0.707 -0.707A1 1 0 0 0 0 -1"');
  });

  test.each(familyIds())('shows %s with numbers only', async (id) => {
    const env = await make(id);
    env.reset({ seed: 1 });
    env.step('n' in env.actionSpace ? 1 : new Float32Array(env.actionSpace.low.length).fill(0.5));
    const canvas = svgCanvas(400, 300);
    renderScene(canvas, env.scene());
    const text = canvas.svg(env.describe());
    expect(text).not.toMatch(/NaN|Infinity|undefined|null/);
    expect((text.match(/<(?:path|rect|text)/g) ?? []).length).toBeGreaterThan(5);
    env.close();
  });
});
