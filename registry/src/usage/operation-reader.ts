import { usageReportingSignature } from '@apollo/utils.usagereporting';
import { Kind, parse } from 'graphql';
import { LRUCache } from 'lru-cache';
import { createHash } from 'node:crypto';
import type { ReportedOperation } from './usage-entry.ts';

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
const MAX_TOKENS = 20_000;
/** A longer one is cut out of the reports: nobody could read it, and each costs as much to keep. */
const MAX_KEY_LENGTH = 100_000;
const MAX_FIELDS = 5_000;
const NAME = /^[_A-Za-z][_0-9A-Za-z]*$/;
const KEY = /^# (\S+)\n([^]+)$/;

/**
 * Reads the operations of usage reports: `# Name` or `# -`, and on the next line what reporters call the signature. It is
 * made again from what came, so that no literal is kept whatever a reporter sends.
 */
export function createOperationReader(): OperationReader {
  const known = new LRUCache<string, { readonly operation: ReportedOperation | undefined }>({
    max: MAX_KNOWN,
    maxSize: MAX_KNOWN_LENGTH,
    sizeCalculation: ({ operation }) =>
      1 + (operation === undefined ? 0 : operation.signature.length + operation.fields.join().length),
  });
  return {
    read: (key, references) => {
      const fields = fieldsOf(references);
      const name = createHash('sha1').update(key).update(fields.join()).digest('base64');
      const found = known.get(name) ?? { operation: readOperation(key, fields) };
      known.set(name, found);
      return found.operation;
    },
  };
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
