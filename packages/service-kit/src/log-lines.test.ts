import { afterAll, describe, expect, it } from '@jest/globals';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLogLines, lineBeginning } from './log-lines.ts';
import { createLogger } from './logger.ts';

const TIME = /"time":"[^"]*"/;

describe('log lines', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-log-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const linesOf = (file: string): readonly string[] =>
    existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];

  it("begin as the logger's do", () => {
    const logged: string[] = [];
    createLogger('a "service"', 'info', { write: (line: string) => logged.push(line) }).info('done');

    const line = `${lineBeginning('a "service"')()},"msg":"done"}\n`;

    expect(line.replace(TIME, '')).toBe(logged[0]?.replace(TIME, ''));
    expect(Date.now() - Date.parse((JSON.parse(line) as { time: string }).time)).toBeLessThan(60_000);
  });

  it('are written though few have come and nobody asks for it', async () => {
    const file = join(folder, 'few');
    const lines = createLogLines('x', file);
    lines.write('one\n');
    lines.write('two ü\n');

    while (linesOf(file).length < 2) await sleep(20);
    expect(linesOf(file)).toEqual(['one', 'two ü']);
  });

  it('are all there, in order, after a flush', async () => {
    const file = join(folder, 'many');
    const descriptor = openSync(file, 'w');
    const lines = createLogLines('x', descriptor);
    const written = Array.from({ length: 20_000 }, (_, index) => `line ${index}`);
    for (const line of written) lines.write(`${line}\n`);
    await lines.flush();

    expect(linesOf(file)).toEqual(written);
    closeSync(descriptor);
  });
});
