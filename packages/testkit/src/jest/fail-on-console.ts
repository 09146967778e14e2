/** A test that writes to the console fails: noise hides the warning that matters. */
import { afterEach, beforeEach } from '@jest/globals';
import { format } from 'node:util';

const METHODS = ['debug', 'error', 'info', 'log', 'warn'] as const;
let written: string[] = [];

beforeEach(() => {
  written = [];
  for (const method of METHODS) {
    console[method] = (...args: unknown[]) => {
      written.push(`console.${method}: ${format(...args)}`);
    };
  }
});

afterEach(() => {
  if (written.length > 0) throw new Error(`The test wrote to the console:\n${written.join('\n')}`);
});
