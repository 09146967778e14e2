import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import type { OperationResult } from '../telemetry/request-journal.ts';
import type { Answer, Outcome } from './answer.ts';
import { RequestRefusedError } from './request-refused-error.ts';

/** What a caller may see of an error. */
export type FormatError = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/**
 * The response as Apollo Server would write it: errors first, a line feed at the end.
 *
 * @see https://spec.graphql.org/October2021/#sec-Response-Format
 */
export function writeAnswer(
  { data, isAscii = false, errors, valueCompletion = [], extensions, headers }: Outcome,
  result: OperationResult,
  formatError: FormatError,
): Answer {
  if (errors.length === 0 && valueCompletion.length === 0 && extensions === undefined)
    return { status: 200, body: onlyData(data ?? 'null'), isAscii, headers, result };
  const members: string[] = [];
  if (errors.length > 0)
    members.push(`"errors":${JSON.stringify(errors.map((error) => formatError(withCode(error), error)))}`);
  if (data !== undefined) members.push(`"data":${data.toString()}`);
  const all = { ...(valueCompletion.length > 0 ? { valueCompletion } : {}), ...extensions };
  if (Object.keys(all).length > 0) members.push(`"extensions":${JSON.stringify(all)}`);
  const [first] = errors;
  return {
    status: first instanceof RequestRefusedError ? first.status : 200,
    body: `{${members.join()}}\n`,
    headers,
    result,
  };
}

const BEFORE_DATA = Buffer.from('{"data":');
const AFTER_DATA = Buffer.from('}\n');

const onlyData = (data: string | Buffer): string | Buffer =>
  typeof data === 'string' ? `{"data":${data}}\n` : Buffer.concat([BEFORE_DATA, data, AFTER_DATA]);

const withCode = (error: GraphQLError): GraphQLFormattedError => ({
  ...error.toJSON(),
  extensions: { ...error.extensions, code: error.extensions['code'] ?? 'INTERNAL_SERVER_ERROR' },
});
