import { describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Stage, whenAllIsDone, whenAllIsRead } from './stage.ts';

describe('Stage', () => {
  it.each([
    ['once all is read', whenAllIsRead],
    ['once all is done', whenAllIsDone],
  ])('does what came to it in a row, in turn, %s', async (_when, schedule) => {
    const stage = new Stage(schedule);
    const done: string[] = [];
    for (const name of ['a', 'b', 'c']) stage.enter(() => done.push(name));

    expect(done).toEqual([]);
    await nextTurn();
    expect(done).toEqual(['a', 'b', 'c']);
  });

  it('lets who waits for a turn go on behind all that came before', async () => {
    const stage = new Stage(whenAllIsRead);
    const done: string[] = [];
    const waits = stage.turn().then(() => done.push('waited'));
    stage.enter(() => done.push('entered'));

    await waits;
    expect(done).toEqual(['entered', 'waited']);
  });

  it('begins another row for what comes during one', async () => {
    const rows: (() => void)[] = [];
    const stage = new Stage((run) => rows.push(run));
    const done: string[] = [];
    stage.enter(() => {
      done.push('first');
      stage.enter(() => done.push('second'));
    });

    rows.shift()?.();
    expect(done).toEqual(['first']);
    rows.shift()?.();
    expect(done).toEqual(['first', 'second']);
    expect(rows).toEqual([]);
  });
});
