const MAX_LENGTH = 35;

/** The BCP 47 tag in canonical form (`de-ch` becomes `de-CH`), or undefined when it is none. */
export function toLocale(raw: string): string | undefined {
  if (raw.length > MAX_LENGTH) return undefined;
  try {
    return Intl.getCanonicalLocales(raw)[0];
  } catch {
    return undefined;
  }
}
