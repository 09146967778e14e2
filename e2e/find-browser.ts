import { describe } from '@jest/globals';
import { hasBrowser } from './launch-browser.ts';

/** In CI a missing browser is a failure (the launch says so); on a machine without one the rest still counts. */
export const describeWithBrowser = hasBrowser || process.env['CI'] !== undefined ? describe : describe.skip;
