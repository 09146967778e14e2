const MAX_LENGTH = 2_000;

/** An http(s) URL without credentials, or undefined: others (`javascript:`, `data:`) do harm where they are shown. */
export function toWebAddress(raw: string): string | undefined {
  if (raw.length > MAX_LENGTH || !URL.canParse(raw)) return undefined;
  const url = new URL(raw);
  const isWeb = url.protocol === 'https:' || url.protocol === 'http:';
  return isWeb && url.username === '' && url.password === '' && url.href.length <= MAX_LENGTH
    ? url.href
    : undefined;
}
