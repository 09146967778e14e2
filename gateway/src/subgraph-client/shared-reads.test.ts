import { expect, it } from '@jest/globals';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Cancellation } from '../cancellation.ts';
import { SharedReads } from './shared-reads.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const heapUsed = (): number => {
  collectGarbage();
  return process.memoryUsage().heapUsed;
};

it('nothing is kept of a caller whose read cannot begin', () => {
  const reads = new SharedReads();
  const refuse = (): never => {
    throw new Error('The circuit is open.');
  };
  const before = heapUsed();

  let refused = 0;
  for (let caller = 0; caller < 100_000; caller += 1)
    try {
      void reads.read(`http://a ${caller}`, '{}', new Cancellation(), refuse);
    } catch {
      refused += 1;
    }

  expect(refused).toBe(100_000);
  expect(heapUsed() - before).toBeLessThan(5_000_000);
  // Whatever is kept is kept by it.
  reads.forget();
});
