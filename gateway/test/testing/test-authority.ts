import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Issued {
  /** PEM texts. */
  readonly cert: string;
  readonly key: string;
}

/** An authority that exists for one test, made by openssl. */
export interface TestAuthority {
  /** Its own certificate. */
  readonly cert: string;
  issue(commonName: string, options?: { readonly names?: string; readonly days?: number }): Issued;
}

export function createTestAuthority(commonName = 'Test Authority'): TestAuthority {
  const authority = makeKeyAndRequest(commonName, ['-x509', '-days', '1']);
  return {
    cert: authority.output,
    issue: (name, { names = 'IP:127.0.0.1', days = 1 } = {}) => {
      const folder = mkdtempSync(join(tmpdir(), 'issue-'));
      try {
        const at = (file: string): string => join(folder, file);
        const request = makeKeyAndRequest(name, []);
        writeFileSync(at('request.pem'), request.output);
        writeFileSync(at('ca.pem'), authority.output);
        writeFileSync(at('ca-key.pem'), authority.key);
        writeFileSync(at('extensions'), `subjectAltName=${names}\n`);
        const cert = openssl(
          ...['x509', '-req', '-in', at('request.pem'), '-CA', at('ca.pem'), '-CAkey', at('ca-key.pem')],
          ...['-CAcreateserial', '-days', String(days), '-extfile', at('extensions')],
        );
        return { cert, key: request.key };
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  };
}

function makeKeyAndRequest(
  commonName: string,
  options: readonly string[],
): { readonly key: string; readonly output: string } {
  const folder = mkdtempSync(join(tmpdir(), 'key-'));
  try {
    const file = join(folder, 'key.pem');
    const output = openssl(
      ...['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-keyout', file, '-subj', `/CN=${commonName}`, ...options],
    );
    return { key: readFileSync(file, 'utf8'), output };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const openssl = (...args: readonly string[]): string =>
  execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
