import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');

/** Paths, relative to the root, of the files that git tracks or would track. */
export function listFiles(pattern: RegExp): string[] {
  const { stdout } = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout
    .split('\n')
    .filter((file) => file !== '' && pattern.test(file) && existsSync(join(root, file)))
    .sort();
}

export interface Import {
  readonly specifier: string;
  readonly isType: boolean;
}

const STATEMENT =
  /^(?:import|export)\s+(type\s)?[^'"`;]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm;

/** What a file imports or re-exports, statically or dynamically. */
export function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(STATEMENT)].map(([, type, from, sideEffect, dynamic]) => ({
    specifier: from ?? sideEffect ?? dynamic ?? '',
    isType: type !== undefined,
  }));
}
