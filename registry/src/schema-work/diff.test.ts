import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { diff } from './diff.ts';

const SIGNS = { KEPT: ' ', ADDED: '+', REMOVED: '-' } as const;
const shown = (before: string, after: string): string =>
  diff({ before, after })
    .map(({ lines }) => lines.map(({ kind, text }) => `${SIGNS[kind]}${text}`).join('\n'))
    .join('\n@@\n');
const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `line ${index}`);

describe('diff', () => {
  it('says what came and what went', () => {
    expect(shown('a\nb\nc\nd\ne', 'a\nc\nd\nx\ne')).toBe(' a\n-b\n c\n d\n+x\n e');
    expect(shown('a', 'a\n')).toBe('');
  });

  it('shows three lines around each change, and one hunk where they touch', () => {
    const before = numbered(40);
    const after = before.map((line, index) => ([5, 11, 30].includes(index) ? 'new' : line));

    const hunks = diff({ before: before.join('\n'), after: after.join('\n') });

    expect(hunks.map(({ lines }) => lines.length)).toEqual([15, 8]);
    expect(hunks[1]?.lines[0]).toEqual({ kind: 'KEPT', text: 'line 27', before: 28, after: 28 });
  });

  it('is as short as it can be', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 14, minLength: 1 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        const lines = diff({ before: a.join('\n'), after: b.join('\n') }).flatMap((hunk) => hunk.lines);
        for (const line of lines) {
          if (line.before !== undefined) expect(a[line.before - 1]).toBe(line.text);
          if (line.after !== undefined) expect(b[line.after - 1]).toBe(line.text);
        }
        const edits = lines.filter(({ kind }) => kind !== 'KEPT').length;
        expect(edits).toBe(a.length + b.length - 2 * longestInCommon(a, b));
      }),
    );
  });

  it('says that all is replaced where everything differs, in bounded time', () => {
    const [before, after] = [numbered(30_000), numbered(30_000).map((line) => `${line}!`)];

    const lines = diff({ before: before.join('\n'), after: after.join('\n') }).flatMap((hunk) => hunk.lines);

    expect(lines).toHaveLength(60_000);
  });
});

function longestInCommon(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const each of a) {
    const next = [0];
    b.forEach((other, index) => {
      next.push(each === other ? (row[index] ?? 0) + 1 : Math.max(row[index + 1] ?? 0, next[index] ?? 0));
    });
    row = next;
  }
  return row.at(-1) ?? 0;
}
