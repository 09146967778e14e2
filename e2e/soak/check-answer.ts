import { isDeepStrictEqual } from 'node:util';
import { explainErrors, type AnswerError } from './explain-errors.ts';
import { executeAsOne, refusalsWithoutStock, type Execution, type Question } from './graph/monolith.ts';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export type Verdict =
  | { readonly kind: 'right' }
  /** Refused, as the supergraph without stock has to. */
  | { readonly kind: 'refused' }
  /** Wrong at fields of a subgraph that was down, right everywhere else. */
  | { readonly kind: 'explained'; readonly subgraphs: readonly string[] }
  | { readonly kind: 'wrong'; readonly reason: string; readonly expected: unknown };

/** docs/errors.md: the operation does not fit the schema. */
const INVALID = 'GRAPHQL_VALIDATION_FAILED';

/**
 * Compares a whole answer, order of fields included, with the one that is known.
 *
 * @param expected What `executeAsOne` gives for the question.
 * @param down Subgraphs that were down at some time between the request and its answer.
 */
export function checkAnswer(
  question: Question,
  expected: Execution,
  { status, body }: Answer,
  down: ReadonlySet<string>,
): Verdict {
  if (status === 200 && isSame(body, { data: expected.data })) return { kind: 'right' };
  const wrong = (reason: string, data = expected.data): Verdict => ({
    kind: 'wrong',
    reason,
    expected: { data },
  });
  if (!isObject(body)) return wrong('no GraphQL response');
  const { data, errors: given, ...rest } = body;
  const errors = Array.isArray(given) ? (given as readonly AnswerError[]) : [];
  if (isRefusal(question, status, body, errors)) return { kind: 'refused' };
  if (status !== 200) return wrong(`HTTP status ${status}`);
  if (errors.length === 0) return wrong('other data than expected');
  if (Object.keys(rest).length > 0) return wrong(`the response also has ${Object.keys(rest).join(', ')}`);

  const { failed, problem } = explainErrors(errors, expected.fields, data, down);
  if (problem !== undefined) return wrong(problem);
  const incomplete = executeAsOne(question, failed).data;
  if (!isSame(data, incomplete)) return wrong('the data does not fit the errors', incomplete);
  return {
    kind: 'explained',
    subgraphs: [...new Set(errors.map((error) => String(error.extensions?.service)))],
  };
}

function isRefusal(
  question: Question,
  status: number,
  body: Readonly<Record<string, unknown>>,
  errors: readonly AnswerError[],
): boolean {
  if (status !== 400 || 'data' in body) return false;
  const reasons = refusalsWithoutStock(question);
  const given = errors.map(({ message, extensions }) => ({ message, code: extensions?.code }));
  return (
    reasons.length > 0 &&
    isDeepStrictEqual(
      given,
      reasons.map((message) => ({ message, code: INVALID })),
    )
  );
}

/** JSON values that are the same text: fields stand in the order they were asked for. */
const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
