/**
 * The `Cache-Control` that keeps every promise of several: what one does not let be kept is not kept, and for no longer than
 * the shortest of them says.
 *
 * @param values One for each answer that it is about.
 * @param isPrivate Whether it is for one caller alone, whatever they say.
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2
 */
export function mostRestrictive(values: readonly string[], isPrivate: boolean): string {
  const all = values.map(directivesOf);
  const some = (name: string): boolean => all.some((each) => each.has(name));
  if (all.length === 0 || some('no-store')) return 'no-store';
  const forOne = isPrivate || some('private');
  const forAll = !forOne && all.every((each) => each.has('public'));
  const shared = (each: Directives): number => secondsOf(each, 's-maxage') ?? secondsOf(each, 'max-age') ?? 0;
  const least = (read: (each: Directives) => number): number => Math.min(...all.map(read));
  /** A promise of all holds as long as the shortest of them; what one does not promise is none. */
  const ofAll = (name: string): readonly string[] =>
    all.every((each) => each.has(name)) ? [`${name}=${least((each) => secondsOf(each, name) ?? 0)}`] : [];
  return [
    ...(forOne ? ['private'] : forAll ? ['public'] : []),
    ...(some('no-cache') ? ['no-cache'] : []),
    `max-age=${least((each) => secondsOf(each, 'max-age') ?? 0)}`,
    ...(!forOne && some('s-maxage') ? [`s-maxage=${least(shared)}`] : []),
    ...['must-revalidate', 'proxy-revalidate', 'must-understand', 'no-transform'].filter(some),
    ...['stale-while-revalidate', 'stale-if-error'].flatMap(ofAll),
    ...(all.every((each) => each.has('immutable')) ? ['immutable'] : []),
  ].join(', ');
}

/** As it is for an answer that has been in a cache for so many seconds. */
export const aged = (value: string, age: string | undefined): string =>
  age === undefined || !/^\d+$/.test(age)
    ? value
    : value.replace(
        /\b(max-age|s-maxage)\s*=\s*"?(\d+)"?/gi,
        (_all, name: string, seconds: string) => `${name}=${Math.max(0, Number(seconds) - Number(age))}`,
      );

type Directives = ReadonlyMap<string, string>;

const DIRECTIVE = /([\w-]+)(?:\s*=\s*(?:"([^"]*)"|([^\s,"]*)))?/g;

const directivesOf = (value: string): Directives =>
  new Map(
    [...value.matchAll(DIRECTIVE)].map(([, name = '', quoted, plain = '']) => [
      name.toLowerCase(),
      quoted ?? plain,
    ]),
  );

/** What is no number of seconds is taken for stale. @see https://www.rfc-editor.org/rfc/rfc9111#section-4.2.1 */
function secondsOf(directives: Directives, name: string): number | undefined {
  const text = directives.get(name);
  if (text === undefined) return undefined;
  return /^\d+$/.test(text) ? Number(text) : 0;
}
