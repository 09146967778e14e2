import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CallFrame } from './summarize-profile.ts';

const root = join(import.meta.dirname, '../..');

/** The line on which esbuild says which file the following ones are from. */
const ORIGIN = /^\s*\/\/ (\S+\.[cm]?[jt]sx?)$/;

export interface Place {
  /** Garbage collector, native code, Node, a package, or a folder of ours. */
  readonly area: string;
  readonly file: string;
}

/** Where a function belongs. */
export function createPlaceFinder(): (frame: CallFrame) => Place {
  const origins = new Map<string, readonly (string | undefined)[]>();

  function originOf(file: string, line: number): string {
    let lines = origins.get(file);
    if (lines === undefined) {
      lines = readOrigins(file);
      origins.set(file, lines);
    }
    return lines[line] ?? relative(root, file);
  }

  return ({ functionName, url, lineNumber }) => {
    if (functionName === '(garbage collector)') return { area: 'garbage collector', file: '' };
    if (url === '') return { area: 'native', file: 'native' };
    if (url.startsWith('node:')) return { area: 'node', file: url };
    const file = originOf(url.startsWith('file:') ? fileURLToPath(url) : url, lineNumber);
    const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];
    return {
      area: name ?? dirname(file),
      file: name === undefined ? file : file.slice(file.lastIndexOf(name)),
    };
  };
}

/** For every line of a bundle the source file it came from; nothing for a file that is no bundle. */
function readOrigins(file: string): readonly (string | undefined)[] {
  let origin: string | undefined;
  return readText(file)
    .split('\n')
    .map((line) => (origin = ORIGIN.exec(line)?.[1] ?? origin));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
