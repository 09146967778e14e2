import { isDeepStrictEqual } from 'node:util';
import { findMarker, MARKER } from '../unique-marker.ts';
import type { ClientRequest } from '../workloads/workload.ts';

/** Tells what is wrong with an answer, or undefined when it is right. */
export type AnswerChecker = (request: ClientRequest, status: number, text: string) => string | undefined;

const SHOWN_CHARACTERS = 300;

/**
 * Compares whole answers with the right ones: wrk counts any status 200, errors and nulls as well.
 * A text that was right once need not be parsed again. Extensions are the gateway's own affair.
 */
export function createAnswerChecker(): AnswerChecker {
  const right = new Map<ClientRequest, string>();
  return (request, status, text) => {
    const marker = findMarker(text);
    const normalized = marker === undefined ? text : text.replaceAll(marker, MARKER);
    if (status === 200 && right.get(request) === normalized) return undefined;
    const problem = compare(request, status, normalized);
    if (problem === undefined) right.set(request, normalized);
    return problem;
  };
}

function compare({ body, expected }: ClientRequest, status: number, text: string): string | undefined {
  const shown = `${text.slice(0, SHOWN_CHARACTERS)} for ${body.slice(0, SHOWN_CHARACTERS)}`;
  if (status !== 200) return `status ${status}: ${shown}`;
  let answer: { readonly data?: unknown; readonly errors?: unknown };
  try {
    answer = JSON.parse(text) as typeof answer;
  } catch {
    return `not JSON: ${shown}`;
  }
  if (answer.errors !== undefined) return `errors: ${shown}`;
  const { data } = JSON.parse(expected) as { readonly data: unknown };
  return isDeepStrictEqual(answer.data, data) ? undefined : `other data: ${shown}`;
}
