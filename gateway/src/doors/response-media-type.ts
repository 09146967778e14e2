export const JSON_TYPE = 'application/json; charset=utf-8';
const RESPONSE_MEDIA_TYPE = 'application/graphql-response+json';
const RESPONSE_TYPE = `${RESPONSE_MEDIA_TYPE}; charset=utf-8`;

/** What clients send; anything else takes some thought. */
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

/** The content type of the answer to a request with this Accept header; undefined: there is none that its client takes. */
export const responseMediaType = (accept: string | undefined): string | undefined =>
  KNOWN.get(accept) ?? negotiate(accept ?? '');

export const isGraphqlResponse = (contentType: string): boolean => contentType === RESPONSE_TYPE;

/** The first is for clients that take both alike: most of them have no idea of the other. */
const OFFERED = [
  { contentType: JSON_TYPE, names: ['application/json', 'application/*', '*/*'] },
  { contentType: RESPONSE_TYPE, names: [RESPONSE_MEDIA_TYPE, 'application/*', '*/*'] },
] as const;

interface Range {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly weight: number;
}

interface Match {
  readonly weight: number;
  readonly specificity: number;
  readonly position: number;
}

/**
 * The heaviest; of those the one that is named most exactly, then the one that is named first.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-accept
 */
function negotiate(accept: string): string | undefined {
  if (accept.trim() === '') return JSON_TYPE;
  const ranges = accept.split(',').map(readRange);
  return OFFERED.map(({ contentType, names }) => ({ contentType, match: matchOf(names, ranges) }))
    .filter(({ match }) => match.weight > 0)
    .sort(({ match: a }, { match: b }) => b.weight - a.weight || compare(a, b))[0]?.contentType;
}

function readRange(text: string): Range {
  const [name = '', ...parameters] = text
    .toLowerCase()
    .split(';')
    .map((part) => part.replace(/[\s"]/g, ''));
  const weight = Number(parameters.find((each) => each.startsWith('q='))?.slice(2) ?? 1);
  return {
    name,
    parameters: parameters.filter((each) => each !== '' && !each.startsWith('q=')),
    weight: Number.isNaN(weight) ? 0 : weight,
  };
}

/** By the range that says most of it. */
function matchOf(names: readonly string[], ranges: readonly Range[]): Match {
  return ranges
    .flatMap(({ name, parameters, weight }, position) => {
      const index = names.indexOf(name);
      if (index === -1 || parameters.some((each) => each !== 'charset=utf-8')) return [];
      return [{ weight, position, specificity: 2 * (names.length - index) + Math.min(1, parameters.length) }];
    })
    .reduce((best, match) => (compare(best, match) > 0 ? match : best), NO_MATCH);
}

const NO_MATCH: Match = { weight: 0, specificity: 0, position: 0 };

const compare = (a: Match, b: Match): number => b.specificity - a.specificity || a.position - b.position;
