import leven from 'leven';
import { isScalar, LineCounter, parseDocument, visit, type Document, type Node } from 'yaml';
import type * as z from 'zod';
import { expandReferences, type ReferenceSources } from './expand-references.ts';
import { gatewayJsonSchema, GatewayYaml, type JsonSchema } from './gateway-yaml.ts';

/** Either what the file says, or everything that is wrong with it, each problem with its line. */
export type ReadGatewayYaml =
  { readonly yaml: GatewayYaml } | { readonly problems: readonly [string, ...string[]] };

/** Reads the text of a `gateway.yaml`. An empty text is a configuration: every option has its default. */
export function readGatewayYaml(text: string, sources: ReferenceSources): ReadGatewayYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number | undefined): string =>
    offset === undefined ? '' : `line ${lines.linePos(offset).line}: `;
  const problems = document.errors.map(({ pos: [offset], message }) => `${at(offset)}${message}`);
  if (problems.length === 0) {
    problems.push(
      ...expandReferences(document as Document, sources).map(({ offset, message }) => at(offset) + message),
    );
  }
  const [unreadable] = problems;
  if (unreadable !== undefined) return { problems: [unreadable, ...problems.slice(1)] };

  dropEmpty(document);
  // Read once: a function made for the schema would take longer to make than it saves.
  const result = GatewayYaml.safeParse(document.toJS() ?? {}, { jitless: true });
  if (result.success) return { yaml: result.data };
  const [first = 'not valid', ...rest] = result.error.issues
    .flatMap(describeIssue)
    .map(({ path, message }) => ({ path, message, offset: offsetOf(document, path) }))
    .sort((a, b) => (a.offset ?? 0) - (b.offset ?? 0))
    .map(({ path, message, offset }) => {
      const where = path.length === 0 ? '' : `${path.join('.')}: `;
      return `${at(offset)}${where}${message}`;
    });
  return { problems: [first, ...rest] };
}

/** A section of which every line is commented out is as good as none. */
function dropEmpty(document: Document): void {
  visit(document, {
    Pair: (_key, { value }) => (isScalar(value) && value.value === null ? visit.REMOVE : undefined),
  });
}

interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function describeIssue(issue: z.core.$ZodIssue): readonly Problem[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, message: messageOf(issue) }];
  const known = Object.keys(schemaAt(issue.path)?.properties ?? {});
  return issue.keys.map((key) => {
    const nearest = nearestOf(key, known);
    return {
      path: [...issue.path, key],
      message: `there is no such option${nearest === undefined ? `. There are: ${known.join(', ')}` : `; did you mean "${nearest}"?`}`,
    };
  });
}

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_type') return issue.message;
  if (issue.message.endsWith('received undefined')) return 'is needed';
  return issue.expected === 'object' ? 'must be options with their values' : issue.message;
}

function schemaAt(path: readonly PropertyKey[]): JsonSchema | undefined {
  return path.reduce<JsonSchema | undefined>(
    (schema, step) =>
      typeof step === 'number' ? schema?.items : (schema?.properties?.[String(step)] ?? othersOf(schema)),
    gatewayJsonSchema(),
  );
}

const othersOf = (schema: JsonSchema | undefined): JsonSchema | undefined =>
  typeof schema?.additionalProperties === 'object' ? schema.additionalProperties : undefined;

/** Further off than a third of its letters, a name is another one. */
function nearestOf(name: string, known: readonly string[]): string | undefined {
  const [nearest] = known
    .map((candidate) => ({ candidate, distance: leven(name, candidate) }))
    .sort((a, b) => a.distance - b.distance);
  return nearest !== undefined && nearest.distance <= Math.max(2, name.length / 3)
    ? nearest.candidate
    : undefined;
}

/** Of the value, or of the nearest that is there. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true) as Node | undefined;
    if (node?.range !== undefined && node.range !== null) return node.range[0];
  }
  return undefined;
}
