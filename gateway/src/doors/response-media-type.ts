export const JSON_TYPE = 'application/json; charset=utf-8';
export const RESPONSE_MEDIA_TYPE = 'application/graphql-response+json';
const RESPONSE_TYPE = `${RESPONSE_MEDIA_TYPE}; charset=utf-8`;

/** What clients send; anything else is negotiated by Apollo Server. */
const KNOWN = new Map<string | undefined, string>([
  [undefined, JSON_TYPE],
  ['*/*', JSON_TYPE],
  ['application/json', JSON_TYPE],
  ['application/json, */*', JSON_TYPE],
  ['application/json, text/plain, */*', JSON_TYPE],
  ['application/graphql-response+json', RESPONSE_TYPE],
  ['application/graphql-response+json, application/json', RESPONSE_TYPE],
  ['application/graphql-response+json,application/json;q=0.9', RESPONSE_TYPE],
  ['application/graphql-response+json, application/json;q=0.9', RESPONSE_TYPE],
  ['application/graphql-response+json; charset=utf-8, application/json; charset=utf-8', RESPONSE_TYPE],
]);

/** The content type of the answer to a request with this Accept header, if that takes no thought. */
export const responseMediaType = (accept: string | undefined): string | undefined => KNOWN.get(accept);
