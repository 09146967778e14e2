import type { Look } from './remote-source.ts';

export interface UrlOptions {
  readonly url: string;
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/**
 * Looks at a text that is served by GET; asks for it by its ETag, so that one that has not changed is not sent.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2
 */
export function lookAtUrl({ url, headers, timeoutMs }: UrlOptions): () => Promise<Look> {
  let etag: string | null = null;
  let last: string | undefined;
  return async () => {
    const response = await fetch(url, {
      headers: { ...headers, ...(etag === null ? {} : { 'if-none-match': etag }) },
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status === 304) return { content: undefined };
    if (!response.ok) throw new Error(`HTTP status ${response.status}`);
    const content = await response.text();
    etag = response.headers.get('etag');
    if (content === last) return { content: undefined };
    last = content;
    return { content };
  };
}
