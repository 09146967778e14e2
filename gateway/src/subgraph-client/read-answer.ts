import { isAscii } from 'node:buffer';
import { parseJson, stringTraitsOf, toPlainJson } from '../execution/json.ts';
import { isJsonObject, type JsonObject } from '../execution/own.ts';
import type { SubgraphAnswer, SubgraphError } from '../execution/subgraph-sender.ts';
import type { RawResponse } from './exchange.ts';
import { MalformedResponseError, SubgraphStatusError } from './subgraph-request-error.ts';

const NOTHING = {};
const NO_ERRORS: readonly SubgraphError[] = [];

/**
 * @throws MalformedResponseError for what is not a response of the GraphQL specification: nothing may be lost
 *   silently. SubgraphStatusError for a status other than success without one.
 * @see https://spec.graphql.org/October2021/#sec-Response-Format
 */
export function readAnswer({ status, bytes }: RawResponse): SubgraphAnswer {
  // Seeing that a text is ASCII and copying it is quicker than decoding it.
  const isPlain = isAscii(bytes);
  const text = isPlain ? bytes.toString('latin1') : bytes.toString();
  // graphql-response+json carries a GraphQL answer with statuses other than 2xx; anything else does not.
  if (status >= 200 && status < 300) return parseAnswer(text, isPlain);
  try {
    return parseAnswer(text, isPlain);
  } catch {
    throw new SubgraphStatusError(status);
  }
}

function parseAnswer(text: string, isPlain: boolean): SubgraphAnswer {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    throw new MalformedResponseError('it is not JSON');
  }
  if (!isJsonObject(value)) throw new MalformedResponseError('it is not an object');
  const { data = null, errors, extensions } = value;
  const traced = extensions === undefined ? NOTHING : fieldTraceIn(extensions);
  if (data !== null && !isJsonObject(data)) throw new MalformedResponseError('"data" is not an object');
  if (errors === undefined || errors === null) {
    if (data === null) throw new MalformedResponseError('it has neither data nor errors');
    return { data, errors: NO_ERRORS, stringTraits: stringTraitsOf(text, isPlain), ...traced };
  }
  if (!Array.isArray(errors)) throw new MalformedResponseError('"errors" is not a list');
  if (data === null && errors.length === 0)
    throw new MalformedResponseError('it has neither data nor errors');
  return { data, errors: errors.map(readError), ...traced };
}

const fieldTraceIn = (extensions: unknown): Pick<SubgraphAnswer, 'fieldTrace'> =>
  isJsonObject(extensions) && typeof extensions['ftv1'] === 'string'
    ? { fieldTrace: extensions['ftv1'] }
    : NOTHING;

/** Whatever a subgraph calls an error is one; only what has the right shape is taken over. */
function readError(error: unknown): SubgraphError {
  const { message, path, extensions }: JsonObject = isJsonObject(error) ? error : {};
  return {
    message: typeof message === 'string' ? message : 'The subgraph reported an error without a message.',
    path: Array.isArray(path)
      ? path.filter((step) => typeof step === 'string' || typeof step === 'number')
      : undefined,
    // Logs, traces and plugins are told of it: a number that JavaScript cannot hold is the nearest one there.
    extensions: isJsonObject(extensions) ? toPlainJson(extensions) : undefined,
  };
}
