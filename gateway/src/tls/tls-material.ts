import { StartupError, type Logger } from '@tributary/service-kit';
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { poll } from '../sources/poll.ts';

/** PEM text, or the file it is in. */
export type PemSource = { readonly text: string } | { readonly file: string };

/** Whom one side of a connection trusts, and who it is. */
export interface TlsSources {
  /** What people know it by: for messages. */
  readonly option: string;
  /** Undefined: the authorities that Node.js knows. */
  readonly ca?: PemSource | undefined;
  readonly cert?: PemSource | undefined;
  /** What leads from it to an authority that the other side knows; undefined: it has that itself. */
  readonly chain?: PemSource | undefined;
  readonly key?: PemSource | undefined;
}

/** PEM texts, by Node.js' names. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface TlsMaterialSource {
  /** Another object each time that it has changed. */
  readonly current: TlsMaterial;
  stop(): void;
}

export interface TlsMaterialOptions {
  readonly sources: TlsSources;
  readonly logger: Logger;
  readonly onChange?: (material: TlsMaterial) => void;
}

const POLL_MS = 500;

/**
 * Reads certificates and keys, and again when their files change: who renews them need not restart anything.
 *
 * @throws StartupError when one cannot be read or used. Later, what cannot be used only means that what was last good
 *   stays: a certificate is written before its key.
 */
export async function openTlsMaterial({
  sources,
  logger,
  onChange,
}: TlsMaterialOptions): Promise<TlsMaterialSource> {
  const { option } = sources;
  let current: TlsMaterial;
  try {
    current = await load(sources);
  } catch (cause) {
    throw new StartupError(`${option}: ${(cause as Error).message}`, { cause });
  }
  let refused = '';
  const look = async (): Promise<void> => {
    const next = await load(sources);
    refused = '';
    if (next.ca === current.ca && next.cert === current.cert && next.key === current.key) return;
    current = next;
    logger.info({ 'config.option': option }, 'certificates renewed');
    onChange?.(next);
  };
  const { ca, cert, chain, key } = sources;
  const hasFiles = [ca, cert, chain, key].some((each) => each !== undefined && 'file' in each);
  const stop = !hasFiles
    ? () => undefined
    : poll({
        everyMs: () => POLL_MS,
        look,
        onError: (error) => {
          const { message } = error as Error;
          if (message === refused) return;
          refused = message;
          logger.warn(
            { err: error, 'config.option': option },
            'certificates not usable, keeping the old ones',
          );
        },
      });
  return {
    get current() {
      return current;
    },
    stop,
  };
}

async function load({ ca, cert, chain, key }: TlsSources): Promise<TlsMaterial> {
  const material: TlsMaterial = {
    ...(ca === undefined ? {} : { ca: await textOf(ca) }),
    ...(cert === undefined
      ? {}
      : { cert: (await textOf(cert)) + (chain === undefined ? '' : `\n${await textOf(chain)}`) }),
    ...(key === undefined ? {} : { key: await textOf(key) }),
  };
  // Node.js would pass over an authority that it cannot read.
  if (material.ca !== undefined) assertCertificates(material.ca);
  try {
    createSecureContext(material);
  } catch (cause) {
    throw new Error(describe(cause as NodeJS.ErrnoException), { cause });
  }
  return material;
}

async function textOf(source: PemSource): Promise<string> {
  if ('text' in source) return source.text;
  try {
    return await readFile(source.file, 'utf8');
  } catch (cause) {
    const { code = 'error' } = cause as NodeJS.ErrnoException;
    throw new Error(`the file ${source.file} cannot be read (${code})`, { cause });
  }
}

const CERTIFICATE = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]+-----END (?:TRUSTED )?CERTIFICATE-----/g;

function assertCertificates(pem: string): void {
  const certificates = pem.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) throw new Error('there is no certificate in PEM format in it');
  for (const certificate of certificates) {
    try {
      new X509Certificate(certificate);
    } catch (cause) {
      throw new Error('one of its certificates is broken', { cause });
    }
  }
}

const describe = ({ code, message }: NodeJS.ErrnoException): string =>
  code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH'
    ? 'the key is not that of the certificate'
    : code === 'ERR_OSSL_PEM_NO_START_LINE'
      ? 'the certificate or the key is not in PEM format'
      : `the certificate and its key cannot be used (${code ?? message})`;
