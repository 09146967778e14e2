import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Document, Scalar } from 'yaml';
import { parse, visit } from 'yaml';

const REFERENCE = /\$\{(env|file)\.([^}]*?)(?::-([^}]*))?\}/g;

export interface ReferenceSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where relative paths of `${file.path}` begin. */
  readonly folder: string;
}

/** A value that could not be filled in. */
export interface ReferenceProblem {
  readonly offset: number | undefined;
  readonly message: string;
}

/**
 * Fills in `${env.NAME}`, `${env.NAME:-otherwise}` and `${file.path}` in every value of a YAML document. A value that
 * is nothing but a reference and is not quoted takes the type it would have had if it had been written there:
 * `port: ${env.PORT}` is a number.
 *
 * @returns what could not be filled in; values themselves are never part of it.
 */
export function expandReferences(document: Document, sources: ReferenceSources): readonly ReferenceProblem[] {
  const problems: ReferenceProblem[] = [];
  visit(document, {
    Scalar: (key, node) => {
      if (key === 'key' || typeof node.value !== 'string' || !node.value.includes('${')) return;
      expand(node as Scalar<string>, sources, (message) => {
        problems.push({ offset: node.range?.[0], message });
      });
    },
  });
  return problems;
}

function expand(node: Scalar<string>, sources: ReferenceSources, report: (message: string) => void): void {
  const isAll = node.value.replace(REFERENCE, '') === '' && [...node.value.matchAll(REFERENCE)].length === 1;
  const text = node.value.replace(
    REFERENCE,
    (reference, kind: string, name: string, otherwise: string | undefined) => {
      const value = kind === 'env' ? sources.env[name] : readText(resolve(sources.folder, name));
      // Empty counts as absent: that is what `NAME= command` and compose files produce.
      const given = value === undefined || value === '' ? otherwise : value;
      if (given !== undefined) return given;
      report(
        kind === 'env'
          ? `the environment variable ${name} is not set; set it, or write \${env.${name}:-something}`
          : `the file ${name} cannot be read, or is empty`,
      );
      return reference;
    },
  );
  const plain = isAll && node.type === 'PLAIN' ? scalarOf(text) : text;
  (node as Scalar).value = plain;
}

/** A secret must stay what it is: only what is wholly a number, a Boolean or null becomes one. */
function scalarOf(text: string): unknown {
  if (!/^(?:true|false|null|-?(?:0|[1-9]\d{0,14})(?:\.\d+)?)$/.test(text)) return text;
  const parsed: unknown = parse(text);
  return parsed;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trimEnd();
  } catch {
    return undefined;
  }
}
