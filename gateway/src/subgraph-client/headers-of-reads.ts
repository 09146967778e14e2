import { appliesToReads, type HeaderRules } from './header-rules.ts';
import type { ResponseHeaderRules } from './received-headers.ts';

/** Whether two reads of one text may be sent, or answered, with different headers. */
export function headersTellReadsApart(
  { all, subgraphs }: HeaderRules,
  responses: ResponseHeaderRules | undefined,
): boolean {
  const answered = responses === undefined ? [] : [responses.all, ...responses.subgraphs.values()];
  return [all, ...subgraphs.values(), ...answered.map(({ rules }) => rules)].flat().some(appliesToReads);
}
