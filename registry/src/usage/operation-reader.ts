import { usageReportingSignature } from '@apollo/utils.usagereporting';
import { Kind, parse } from 'graphql';
import { LRUCache } from 'lru-cache';
import { createHash } from 'node:crypto';
import type { ReportedOperation } from './usage-report.ts';

/** References of a report: fields by type. */
export type References = Readonly<Record<string, { readonly fieldNames?: readonly string[] | null }>>;

export interface OperationReader {
  /** Undefined: what was reported is no operation that ran. */
  read(key: string, references: References): ReportedOperation | undefined;
}

/** Operations are few and reports are many. */
const MAX_KNOWN = 5_000;
/** Characters of them, together: a reporter may send long ones. */
const MAX_KNOWN_LENGTH = 20_000_000;
/** Of one operation: reporters of an old schema and of a new one, in each variant. */
const MAX_READINGS = 8;
const MAX_TOKENS = 20_000;
/** A longer one is cut out of the reports: nobody could read it, and each costs as much to keep. */
const MAX_KEY_LENGTH = 100_000;
const MAX_FIELDS = 5_000;
const NAME = /^[_A-Za-z][_0-9A-Za-z]*$/;
const KEY = /^# (\S+)\n([^]+)$/;

/** What was made of the references that one reporter sent. */
interface Reading {
  readonly references: References;
  readonly operation: ReportedOperation | undefined;
}

/**
 * Reads the operations of usage reports: `# Name` or `# -`, and on the next line what reporters call the signature. It is
 * made again from what came, so that no literal is kept whatever a reporter sends.
 */
export function createOperationReader(): OperationReader {
  // By the whole of what was sent, never by a mixture: nobody's report may stand for what another one sends.
  const known = new LRUCache<string, readonly Reading[]>({
    max: MAX_KNOWN,
    maxSize: MAX_KNOWN_LENGTH,
    sizeCalculation: (readings, key) =>
      key.length +
      readings.reduce((sum, { references, operation }) => sum + sizeOf(references, operation), 0),
  });
  return {
    read: (key, references) => {
      const readings = known.get(key) ?? [];
      for (const reading of readings) if (isSame(reading.references, references)) return reading.operation;
      const operation = readOperation(key, fieldsOf(references));
      known.set(key, [{ references, operation }, ...readings.slice(0, MAX_READINGS - 1)]);
      return operation;
    },
  };
}

const sizeOf = (references: References, operation: ReportedOperation | undefined): number =>
  JSON.stringify(references).length + JSON.stringify(operation ?? '').length;

/** Whether both name the same, in the same order: a reporter keeps to one. */
function isSame(a: References, b: References): boolean {
  const types = Object.keys(a);
  const others = Object.keys(b);
  return (
    types.length === others.length &&
    types.every(
      (type, index) => type === others[index] && isSameList(a[type]?.fieldNames, b[type]?.fieldNames),
    )
  );
}

function isSameList(a: readonly string[] | null = [], b: readonly string[] | null = []): boolean {
  return a?.length === b?.length && (a ?? []).every((name, index) => name === b?.[index]);
}

function readOperation(key: string, fields: readonly string[]): ReportedOperation | undefined {
  const [, reportedName = '', text = ''] = (key.length > MAX_KEY_LENGTH ? null : KEY.exec(key)) ?? [];
  if (text === '') return undefined;
  const name = NAME.test(reportedName) ? reportedName : '';
  try {
    const document = parse(text, { maxTokens: MAX_TOKENS, noLocation: true });
    if (!document.definitions.some(({ kind }) => kind === Kind.OPERATION_DEFINITION)) return undefined;
    const signature = usageReportingSignature(document, name);
    const id = createHash('sha256').update(`# ${name}\n${signature}`).digest('hex');
    return { id, name, signature, fields };
  } catch {
    return undefined;
  }
}

function fieldsOf(references: References): readonly string[] {
  const fields = new Set<string>();
  for (const [type, { fieldNames }] of Object.entries(references)) {
    if (!NAME.test(type)) continue;
    for (const field of fieldNames ?? []) {
      if (fields.size >= MAX_FIELDS) break;
      if (NAME.test(field)) fields.add(`${type}.${field}`);
    }
  }
  return [...fields].sort();
}
