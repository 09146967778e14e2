import { GraphQLError, parse, Source, type DocumentNode } from 'graphql';
import { findViolations, type Violation } from './lint-rules.ts';
import type { LintDiagnostic, SchemaToLint, SourcePosition } from './protocol.ts';

/** A person mends some, and looks again. */
const MAX_DIAGNOSTICS = 200;

/** What a schema's style should be mended in, errors first; nothing of what `baseSdl` has already. */
export function lint({ sdl, baseSdl, levels }: SchemaToLint): readonly LintDiagnostic[] {
  const isOn = ({ rule }: { readonly rule: string }): boolean => (levels[rule] ?? 'IGNORED') !== 'IGNORED';
  let document: DocumentNode;
  try {
    document = parse(new Source(sdl));
  } catch (error) {
    const message = error instanceof GraphQLError ? error.message : 'The schema cannot be read.';
    const at = (error instanceof GraphQLError ? error.positions?.[0] : undefined) ?? 0;
    const rule = 'DOES_NOT_PARSE';
    const [start, end] = [positionOf(sdl, at), positionOf(sdl, at + 1)];
    return isOn({ rule })
      ? [{ rule, level: levels[rule] ?? 'ERROR', message, coordinate: '', start, end }]
      : [];
  }
  const known = new Set<string>();
  if (baseSdl !== undefined) for (const each of violationsOf(baseSdl)) known.add(keyOf(each));
  // Errors decide whether a check fails: however many warnings come before one, it is said.
  const [errors, others]: [Violation[], Violation[]] = [[], []];
  for (const each of findViolations(document)) {
    if (!isOn(each) || known.has(keyOf(each))) continue;
    const found = levels[each.rule] === 'ERROR' ? errors : others;
    if (found.length < MAX_DIAGNOSTICS) found.push(each);
    if (errors.length === MAX_DIAGNOSTICS) break;
  }
  return [...errors, ...others].slice(0, MAX_DIAGNOSTICS).map(({ rule, message, coordinate, node }) => ({
    rule,
    level: levels[rule] ?? 'WARNING',
    message,
    coordinate,
    start: positionOf(sdl, node.loc?.start ?? 0),
    end: positionOf(sdl, node.loc?.end ?? 0),
  }));
}

const keyOf = ({ rule, coordinate }: Violation): string => `${rule} ${coordinate}`;

function violationsOf(sdl: string): Iterable<Violation> {
  try {
    return findViolations(parse(sdl, { noLocation: true }));
  } catch {
    return [];
  }
}

/** rover crashes where an offset is not inside the text, or inside a character. */
function positionOf(sdl: string, offset: number): SourcePosition {
  let index = Math.max(0, Math.min(offset, sdl.length - 1));
  if (/[\uDC00-\uDFFF]/.test(sdl.charAt(index))) index -= 1;
  const before = sdl.slice(0, index);
  const lines = before.split('\n');
  return {
    byteOffset: Buffer.byteLength(before),
    line: lines.length,
    column: (lines.at(-1)?.length ?? 0) + 1,
  };
}
