import { ForbiddenError, readBody, UnsupportedMediaTypeError } from '@tributary/service-kit';
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const FORM = 'application/x-www-form-urlencoded';
const MAX_FORM_BYTES = 16_384;

/**
 * Reads a form that one of our own pages sent.
 *
 * @throws ForbiddenError when another origin's page sent it; PayloadTooLargeError, UnsupportedMediaTypeError.
 */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  assertSameOrigin(request);
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith(FORM)) throw new UnsupportedMediaTypeError(type, FORM);
  return new URLSearchParams((await readBody(request, MAX_FORM_BYTES)).toString('utf8'));
}

/** The session's cookie is never sent from other sites; this also holds for the sign-in, where there is none yet. */
function assertSameOrigin({ headers }: IncomingMessage): void {
  const site = headers['sec-fetch-site'];
  if (site === 'same-origin') return;
  // Browsers leave that out where the console is reached by HTTP on another machine.
  if (site === undefined && originHost(headers.origin) === headers.host) return;
  throw new ForbiddenError('This form was sent from another site. Open the console itself and try again.');
}

function originHost(origin: string | undefined): string {
  try {
    return new URL(origin ?? '').host;
  } catch {
    return 'none';
  }
}

/** @throws ForbiddenError when the form is not of this session. */
export function assertFormToken(form: URLSearchParams, formToken: string): void {
  const given = Buffer.from(form.get('token') ?? '');
  const expected = Buffer.from(formToken);
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    throw new ForbiddenError(
      'You signed in again since this page was opened. Go back, reload it and try again.',
    );
}
