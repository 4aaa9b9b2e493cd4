/** The data behind a figure, as a spreadsheet reads it. */
import { describe, expect, test } from 'vitest';
import { learningCsv, returnsCsv, trialsCsv } from '../../src/report/csv.ts';
import type { Panel } from '../../src/report/data.ts';

const panel: Panel = {
  axis: 'step',
  adapts: true,
  random: [-60, -50],
  oracle: null,
  tasks: 10,
  policies: [{ name: 'a, "b"', mean: [-40.5, -10], stderr: [1, null], ci95: [[-42, -39], null], iqm: [-41, -9] }],
  trials: [{ task: [0.5, 1], tolerance: 0, episodes: [[[0, 0]], [[0.25, 1]]], returns: [-3, -1] }],
};

describe('CSV', () => {
  test('of returns has a row for each policy and place, quotes names, and leaves empty what is not known', () => {
    expect(returnsCsv(panel).split('\r\n')).toEqual([
      'policy,place,mean,standard error,95 % low,95 % high,interquartile mean,tasks',
      '"a, ""b""",0 steps,-40.5,1,-42,-39,-41,10',
      '"a, ""b""",1 step,-10,,,,-9,10',
      'random,0 steps,-60,,,,,10',
      'random,1 step,-50,,,,,10',
      '',
    ]);
  });

  test('of learning has a row for each point', () => {
    const points = [{ steps: 10, first: 1, last: 2, mean: 1.5, low: 1, high: 3 }];
    expect(learningCsv([{ name: 'r', between: 'episodes', points }])).toBe(
      'run,steps,first,last,mean,lowest last,highest last\r\nr,10,1,2,1.5,1,3\r\n',
    );
  });

  test('of trials has a row for each position, and for a body for each pose', () => {
    expect(trialsCsv(panel)).toBe(
      'trial,task,place,return,body,time,x,y\r\n1,0.5 1,0 steps,-3,first,0,0,0\r\n1,0.5 1,1 step,-1,first,0,0.25,1\r\n',
    );
    const body = { ...panel, trials: [{ ...panel.trials[0], asks: '1 m/s', episodes: [], poses: [[[0, 0.7, 0.1]]] }] };
    expect(trialsCsv(body)).toBe('trial,task,place,return,body,time,q0,q1,q2\r\n1,1 m/s,0 steps,-3,pose,0,0,0.7,0.1\r\n');
  });
});
