import { describe, expect, it } from '@jest/globals';
import { buildASTSchema, parse } from 'graphql';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listFiles, root } from './source-files.ts';

const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Every test the page names: the file, and what of a title it quotes. */
const named = read('docs/users-security.md')
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .flatMap((line) => [...line.matchAll(/`([\w./-]+\.test\.ts)`(?:: ([^;|`]+))?/g)])
  .map(([, path = '', title = '']) => ({ path, title: title.trim() }));

const fileOf = (path: string): string | undefined =>
  [`subgraphs/users/src/${path}`, path].find((file) => existsSync(join(root, file)));

describe('docs/users-security.md', () => {
  it('names tests that exist', () => {
    const missing = named.filter(({ path, title }) => {
      const file = fileOf(path);
      return file === undefined || !read(file).includes(title);
    });

    expect(named.length).toBeGreaterThan(50);
    expect(missing).toEqual([]);
  });

  it('leaves no line without a test or a reason', () => {
    const rows = read('docs/users-security.md')
      .split('\n')
      .filter((line) => /^\| \d/.test(line))
      .map((line) => line.split('|').map((cell) => cell.trim()));

    expect(rows.filter((cells) => cells.length !== 5 || cells[3] === '')).toEqual([]);
  });
});

describe('schema/users.graphql', () => {
  it('has no operation that no test asks for over HTTP', () => {
    const schema = buildASTSchema(parse(read('schema/users.graphql')), { assumeValidSDL: true });
    const tests = listFiles(/^(subgraphs\/users|e2e)\/.*\.test\.ts$/).map(read);
    const operations = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
      Object.keys(type?.getFields() ?? {}),
    );
    // As documents have it: a field with arguments or a selection.
    const isAsked = (field: string): boolean =>
      tests.some((text) => new RegExp(`[{:\\s]${field}\\s*(\\([^)]*[:$]|\\{)`).test(text));

    expect(operations.length).toBeGreaterThan(40);
    expect(operations.filter((field) => !isAsked(field))).toEqual([]);
  });
});
