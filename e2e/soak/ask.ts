import type { Answer } from './check-answer.ts';
import type { Question } from './graph/monolith.ts';

const TIMEOUT_MS = 15_000;

/** @throws Error when there is no answer: refused, cut off, too late, or not JSON. */
export async function ask(url: string, { query, variables }: Question): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  return { status: response.status, body: await response.json() };
}
