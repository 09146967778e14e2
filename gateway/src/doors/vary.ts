import type { ServerResponse } from 'node:http';

/**
 * What a response varies by already, CORS for example, with more; each name once.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-vary
 */
export function withVary(response: ServerResponse, more: string): string {
  const names = `${String(response.getHeader('vary') ?? '')},${more}`
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  return names.includes('*') ? '*' : [...new Set(names)].join(', ');
}
