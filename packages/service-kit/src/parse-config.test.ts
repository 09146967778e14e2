import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
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

describe('a value in a file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'config-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is read without the line feed at its end', async () => {
    const file = join(folder, 'url');
    await writeFile(file, 'http://user:pass@store\n');

    expect(parseConfig('test', Schema, { STORE_URL_FILE: file }).STORE_URL).toBe('http://user:pass@store');
  });

  it('is missed by the name of the file, and not a second time by the name of the value', () => {
    const load = () => parseConfig('test', Schema, { STORE_URL_FILE: join(folder, 'none'), PORT: 'x' });

    expect(load).toThrow(/STORE_URL_FILE: cannot read .*none \(ENOENT\)[\s\S]*PORT:/);
    expect(load).not.toThrow(/STORE_URL:/);
  });

  it('may not stand beside the value itself', () => {
    const load = () => parseConfig('test', Schema, { STORE_URL: 'http://a', STORE_URL_FILE: 'b' });

    expect(load).toThrow(/STORE_URL_FILE: stands beside STORE_URL/);
  });
});
