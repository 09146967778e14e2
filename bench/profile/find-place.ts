import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CallFrame } from './summarize-profile.ts';

const root = join(import.meta.dirname, '../..');

export interface Place {
  /** Garbage collector, native code, Node, a package, or a folder of ours. */
  readonly area: string;
  readonly file: string;
}

/** Where a function belongs: by the source map that lies beside its file, if one does. */
export function createPlaceFinder(): (frame: CallFrame) => Place {
  const maps = new Map<string, SourceMap | undefined>();

  function originOf(file: string, line: number, column: number): string {
    if (!maps.has(file)) maps.set(file, readSourceMap(file));
    const entry = maps.get(file)?.findEntry(line, column);
    return relative(
      root,
      entry !== undefined && 'originalSource' in entry ? join(dirname(file), entry.originalSource) : file,
    );
  }

  return ({ functionName, url, lineNumber, columnNumber }) => {
    if (functionName === '(garbage collector)') return { area: 'garbage collector', file: '' };
    if (url === '') return { area: 'native', file: 'native' };
    if (url.startsWith('node:')) return { area: 'node', file: url };
    const file = originOf(url.startsWith('file:') ? fileURLToPath(url) : url, lineNumber, columnNumber);
    const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];
    return {
      area: name ?? dirname(file),
      file: name === undefined ? file : file.slice(file.lastIndexOf(name)),
    };
  };
}

function readSourceMap(file: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')) as SourceMapPayload);
  } catch {
    // A contestant's own file, as it was written.
    return undefined;
  }
}
