import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleCompiled } from '../scripts/services/bundle-compiled.ts';

const folder = mkdtempSync(join(tmpdir(), 'tributary-compiled-'));
const dist = join(folder, 'dist');
const file = (name: string): string => join(dist, name);

const MAIN = `
import { Worker } from 'node:worker_threads';
const greet = () => 'first';
const thread = new Worker(new URL('./thread.js', import.meta.url));
thread.on('message', async (text) => {
  const { sep } = await import('node:path');
  const { default: own } = await import(new URL('../own.mjs', import.meta.url).href);
  process.stdout.write([greet(), text, sep, own].join(' '));
  if (process.send === undefined) process.exit();
  process.send('did what is asked of it');
});`;
const THREAD = `
import { parentPort } from 'node:worker_threads';
const greet = () => 'second';
parentPort.postMessage(greet());
setInterval(() => {}, 1000);`;

async function rehearse(main: string): Promise<void> {
  const program = fork(main, { silent: true });
  await once(program, 'message');
  program.send('write');
  await once(program, 'exit');
}

function start(...flags: readonly string[]): { readonly output: string; readonly warning: string } {
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, file('main.js')], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });
  return { output: stdout, warning: stderr };
}

beforeAll(async () => {
  writeFileSync(join(folder, 'main.ts'), MAIN);
  writeFileSync(join(folder, 'thread.ts'), THREAD);
  writeFileSync(join(folder, 'own.mjs'), "export default 'own';");
  const entryPoints = { 'main.js': join(folder, 'main.ts'), 'thread.js': join(folder, 'thread.ts') };
  await bundleCompiled(entryPoints, dist, rehearse, { sourceMaps: true });
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('a program with compiled code', () => {
  it('does what its source says, with its threads and what it imports while it runs', () => {
    expect(start()).toEqual({ output: 'first second / own', warning: '' });
  });

  it.each([[[]], [['--max-semi-space-size=32']], [['--max-old-space-size=200', '--no-opt']]])(
    'starts by that code under the flags %j',
    (flags) => {
      // V8 tells sources apart by their length: what was compiled still says what the source said then.
      const source = readFileSync(file('main.cjs'), 'utf8');
      writeFileSync(file('main.cjs'), source.replace('first', 'later'));
      const byCode = start(...flags);
      renameSync(file('main.cjs.code'), file('away'));
      const bySource = start(...flags);
      renameSync(file('away'), file('main.cjs.code'));
      writeFileSync(file('main.cjs'), source);

      expect(byCode).toEqual({ output: 'first second / own', warning: '' });
      expect(bySource).toEqual({ output: 'later second / own', warning: '' });
    },
  );

  it('starts by its source and says so when another V8 compiled it', () => {
    const code = readFileSync(file('main.cjs.code'));
    const other = Buffer.from(code);
    // The version of V8, as a hash.
    other.writeUInt32LE(1, 4);
    writeFileSync(file('main.cjs.code'), other);
    const { output, warning } = start();
    writeFileSync(file('main.cjs.code'), code);

    expect(output).toBe('first second / own');
    expect(warning).toContain('main.cjs.code was made by another version of Node');
  });

  it('starts by its source where there is no compiled code', () => {
    renameSync(file('thread.cjs.code'), file('away'));
    const result = start();
    renameSync(file('away'), file('thread.cjs.code'));

    expect(result).toEqual({ output: 'first second / own', warning: '' });
  });

  it('says where its code is from', () => {
    const lines = readFileSync(file('main.cjs'), 'utf8').split('\n');
    const line = lines.findIndex((text) => text.includes('greet(),'));
    const map = JSON.parse(readFileSync(file('main.cjs.map'), 'utf8')) as SourceMapPayload;
    const entry = new SourceMap(map).findEntry(line, lines[line]?.indexOf('greet(),') ?? -1);

    const written = MAIN.split('\n').findIndex((text) => text.includes('greet(),'));
    expect(entry).toMatchObject({ originalSource: '../main.ts', originalLine: written });
  });
});
