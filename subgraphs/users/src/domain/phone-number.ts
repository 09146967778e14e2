const E164 = /^\+[1-9]\d{1,14}$/;
const SEPARATORS = /[\s().\-/]/g;
const MAX_RAW_LENGTH = 40;

/** The number in E.164 without the separators people write, or undefined when it has no country code or another fault. */
export function toE164(raw: string): string | undefined {
  if (raw.length > MAX_RAW_LENGTH) return undefined;
  const number = raw.replace(SEPARATORS, '');
  return E164.test(number) ? number : undefined;
}
