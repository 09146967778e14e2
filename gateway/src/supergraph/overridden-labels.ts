import type { IncomingHttpHeaders } from 'node:http';
import { stableShare } from '../stable-share.ts';

const PERCENT = /^percent\((\d{1,3}(?:\.\d{1,8})?)\)$/;
const NONE: readonly string[] = [];

/** When the override of a label applies that is no `percent(x)`; each of these that is there is enough. */
export interface OverrideRule {
  /** To this many callers of a hundred. */
  readonly percent: number | undefined;
  /** To callers whose access token has one of these. */
  readonly scopes: readonly string[];
  /** To requests with this header. */
  readonly header: { readonly name: string; readonly value: string } | undefined;
}

export interface AskingForOverrides {
  /** What the caller is known by; undefined: chance decides, anew with every request. */
  readonly caller?: string | undefined;
  readonly permissions?: ReadonlySet<string>;
  readonly headers?: IncomingHttpHeaders;
  /** By label. */
  readonly rules?: ReadonlyMap<string, OverrideRule>;
  /** Source of randomness in [0, 1); tests pass a constant. */
  readonly random?: () => number;
}

/**
 * Which progressive overrides apply to one request.
 *
 * All `percent(x)` share one draw for a request, or one hash of the caller: who is in five percent is in ten too, also
 * when the schema says `percent(10)` tomorrow, and n labels make n + 1 sets to plan for instead of 2^n.
 *
 * @see https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/entities/migrate-fields#progressive-override
 */
export function overriddenLabels(
  labels: readonly string[],
  asking: AskingForOverrides = {},
): readonly string[] {
  if (labels.length === 0) return NONE;
  const { caller, random = Math.random } = asking;
  const share = caller === undefined ? random() : stableShare(caller);
  return labels.filter((label) => {
    const percent = PERCENT.exec(label)?.[1];
    if (percent !== undefined) return share * 100 < Number(percent);
    const rule = asking.rules?.get(label);
    return rule !== undefined && applies(rule, label, asking);
  });
}

/** Other labels take other callers: a team that tries something does not get another team's callers. */
function applies(
  { percent, scopes, header }: OverrideRule,
  label: string,
  { caller, permissions, headers, random = Math.random }: AskingForOverrides,
): boolean {
  if (header !== undefined && headers?.[header.name] === header.value) return true;
  if (scopes.some((scope) => permissions?.has(`scope:${scope}`))) return true;
  if (percent === undefined) return false;
  return (caller === undefined ? random() : stableShare(`${caller} ${label}`)) * 100 < percent;
}
