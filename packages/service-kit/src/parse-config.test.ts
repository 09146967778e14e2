import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { flag, httpUrl, port } from './config-values.ts';
import { parseConfig } from './parse-config.ts';

const Schema = z.object({ PORT: port(4000), STORE_URL: httpUrl, DEBUG: flag(false) });

describe('configuration', () => {
  it('takes defaults for what is absent or empty', () => {
    expect(parseConfig('test', Schema, { STORE_URL: 'http://store', PORT: '', UNRELATED: 'x' })).toEqual({
      PORT: 4000,
      STORE_URL: 'http://store',
      DEBUG: false,
    });
  });

  it('names every problem at once, without the values', () => {
    const load = () =>
      parseConfig('test', Schema, { PORT: '99999999', STORE_URL: 'secret-in-here', DEBUG: 'maybe' });

    expect(load).toThrow(/PORT:[\s\S]*STORE_URL:[\s\S]*DEBUG:/);
    expect(load).not.toThrow(/secret-in-here/);
  });
});
