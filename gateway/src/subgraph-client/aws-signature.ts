import { fromNodeProviderChain, fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { SignatureV4 } from '@smithy/signature-v4';
import { createHash, createHmac } from 'node:crypto';
import type { SignRequest } from './prepare-request.ts';
import { rememberCredentials, type AwsCredentials } from './remember-credentials.ts';
import { SigningFailedError } from './subgraph-request-error.ts';

export interface AwsSignatureOptions {
  readonly region: string;
  /** Name that AWS signs for: `lambda`, `execute-api`, `vpc-lattice-svcs`. */
  readonly service: string;
  /** Undefined: where AWS' own tools find them: environment, profile, the role of the task or of the machine. */
  readonly credentials: AwsCredentials | undefined;
  readonly profile: string | undefined;
  /** Taken on with those credentials. */
  readonly role:
    | { readonly arn: string; readonly sessionName: string; readonly externalId: string | undefined }
    | undefined;
}

/** Some services verify the body only against this header. */
const HASH_HEADER = 'x-amz-content-sha256';

/**
 * Signs requests as AWS asks for it: Signature Version 4, the body by its digest. The signature is the `authorization` header,
 * so that of the caller is not sent.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function awsSigner({ region, service, ...source }: AwsSignatureOptions): SignRequest {
  const find = rememberCredentials(providerOf(region, source));
  return async ({ url, body, headers }) => {
    const { protocol, host, hostname, port, pathname, searchParams } = new URL(url);
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    const signer = new SignatureV4({
      region,
      service,
      sha256: NodeSha256,
      credentials: await find().catch((error: unknown) => {
        throw new SigningFailedError(`no AWS credentials: ${(error as Error).message}`, { cause: error });
      }),
    });
    const signed = await signer.sign({
      method: 'POST',
      protocol,
      hostname,
      ...(port === '' ? {} : { port: Number(port) }),
      path: pathname,
      query: Object.fromEntries(
        [...new Set(searchParams.keys())].map((key) => [key, searchParams.getAll(key)]),
      ),
      headers: { host, [HASH_HEADER]: createHash('sha256').update(bytes).digest('hex') },
      body: bytes,
    });
    const { authorization, host: _host, ...added } = signed.headers;
    return { body, authorization, headers: { ...headers, ...added } };
  };
}

function providerOf(
  region: string,
  { credentials, profile, role }: Omit<AwsSignatureOptions, 'region' | 'service'>,
): () => Promise<AwsCredentials> {
  const own =
    credentials === undefined
      ? fromNodeProviderChain(profile === undefined ? {} : { profile })
      : () => Promise.resolve(credentials);
  if (role === undefined) return own;
  return fromTemporaryCredentials({
    masterCredentials: own,
    clientConfig: { region },
    params: { RoleArn: role.arn, RoleSessionName: role.sessionName, ExternalId: role.externalId },
  });
}

/** Node's own hash in the shape that the signer wants. */
class NodeSha256 {
  readonly #hash: { update(chunk: string | Uint8Array): unknown; digest(): Buffer };

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secretOf(secret));
  }

  update(chunk: string | Uint8Array): void {
    this.#hash.update(chunk);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }

  reset(): void {
    throw new Error('a hash is used once');
  }
}

const secretOf = (secret: string | ArrayBuffer | ArrayBufferView): string | Uint8Array =>
  typeof secret === 'string'
    ? secret
    : secret instanceof ArrayBuffer
      ? new Uint8Array(secret)
      : new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength);
