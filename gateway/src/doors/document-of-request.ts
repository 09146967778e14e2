import { BadRequestError } from '@tributary/service-kit';
import type { IncomingHttpHeaders } from 'node:http';
import { parseJson } from '../execution/json.ts';
import { isJsonObject, type JsonObject } from '../execution/own.ts';
import type { DocumentRequest, PersistedOperations } from '../persisted-operations/persisted-operations.ts';
import type { Refusal } from '../persisted-operations/refusals.ts';

/** @throws BadRequestError for what is no JSON object. */
export function parseBody(text: string): JsonObject {
  let body: unknown;
  try {
    body = parseJson(text);
  } catch {
    throw new BadRequestError('The request body is not valid JSON.');
  }
  if (!isJsonObject(body))
    throw new BadRequestError('The request body must be a JSON object with a "query".');
  return body;
}

export type Asked<T> = T | { readonly refusal: Refusal };

/** The body with the document that its id stands for. */
export function documentOfBody(
  body: JsonObject,
  headers: IncomingHttpHeaders,
  persistedOperations: PersistedOperations,
): Asked<{ readonly body: JsonObject }> {
  const found = persistedOperations.find(documentRequest(body, headers));
  if (found === undefined) return { body };
  if ('refusal' in found) return found;
  const resolved: JsonObject = { ...body, query: found.text };
  delete resolved['extensions'];
  return { body: resolved };
}

/** A GET has everything in its URL, members that are objects as JSON. */
export function documentOfUrl(
  url: URL,
  headers: IncomingHttpHeaders,
  persistedOperations: PersistedOperations,
): Asked<{ readonly url: URL }> {
  const { searchParams } = url;
  const body = {
    query: searchParams.get('query') ?? undefined,
    operationName: searchParams.get('operationName') ?? undefined,
    extensions: jsonOf(searchParams.get('extensions')),
  };
  const found = persistedOperations.find(documentRequest(body, headers));
  if (found === undefined) return { url };
  if ('refusal' in found) return found;
  const resolved = new URL(url);
  resolved.searchParams.set('query', found.text);
  resolved.searchParams.delete('extensions');
  return { url: resolved };
}

/** What is no JSON Apollo Server refuses. */
function jsonOf(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

const documentRequest = (
  { query, extensions, operationName }: JsonObject,
  headers: IncomingHttpHeaders,
): DocumentRequest => ({ query, extensions, operationName, clientName: clientNameOf(headers) });

export const CLIENT_NAME_HEADER = 'apollographql-client-name';

export const clientNameOf = (headers: IncomingHttpHeaders): string | undefined => {
  const name = headers[CLIENT_NAME_HEADER];
  return typeof name === 'string' ? name : undefined;
};
