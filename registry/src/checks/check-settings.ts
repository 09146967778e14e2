import { BadUserInputError } from '@tributary/service-kit';

/** How much use of what is taken away fails a check. */
export interface CheckSettings {
  readonly from: Date;
  readonly to: Date;
  /** Operations with fewer requests do not count. */
  readonly minRequests: number;
  /** Operations with a smaller part of all requests, 0 to 1, do not count. */
  readonly minShare: number;
  /** Undefined: the variant that is checked. */
  readonly variants: readonly string[] | undefined;
  readonly ignoredOperations: ReadonlySet<string>;
  readonly excludedClients: readonly { readonly name: string; readonly version: string | undefined }[];
  readonly excludedOperationNames: ReadonlySet<string>;
}

/** As rover sends it; null: not said. */
export interface CheckSettingsInput {
  readonly from?: string | null;
  readonly to?: string | null;
  readonly queryCountThreshold?: number | null;
  readonly queryCountThresholdPercentage?: number | null;
  readonly includedVariants?: readonly string[] | null;
  readonly ignoredOperations?: readonly string[] | null;
  readonly excludedClients?: readonly { readonly name: string; readonly version?: string | null }[] | null;
  readonly excludedOperationNames?: readonly { readonly name: string }[] | null;
}

/** @param windowMs How far back it is looked when nobody says. */
export function readCheckSettings(input: CheckSettingsInput, windowMs: number, now: Date): CheckSettings {
  return {
    from: timeOf(input.from, now) ?? new Date(now.getTime() - windowMs),
    to: timeOf(input.to, now) ?? now,
    minRequests: Math.max(1, input.queryCountThreshold ?? 1),
    minShare: Math.min(1, Math.max(0, input.queryCountThresholdPercentage ?? 0)),
    variants: input.includedVariants ?? undefined,
    ignoredOperations: new Set(input.ignoredOperations ?? []),
    excludedClients: (input.excludedClients ?? []).map(({ name, version }) => ({
      name,
      version: version ?? undefined,
    })),
    excludedOperationNames: new Set((input.excludedOperationNames ?? []).map(({ name }) => name)),
  };
}

const RELATIVE_SECONDS = /^-\d{1,10}$/;

/** `-86400` is a day ago; anything else a time as ISO 8601 writes it. */
function timeOf(text: string | null | undefined, now: Date): Date | undefined {
  if (text === null || text === undefined) return undefined;
  const time = RELATIVE_SECONDS.test(text) ? new Date(now.getTime() + Number(text) * 1_000) : new Date(text);
  if (Number.isNaN(time.getTime()))
    throw new BadUserInputError('A validation period begins and ends with a time, or seconds before now.');
  return time;
}
