import { isoCBOR } from '@simplewebauthn/server/helpers';
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** What WebAuthn's options and answers are as JSON. */
type Json = Readonly<Record<string, unknown>>;

/** An authenticator with one passkey, for tests whose subject is not WebAuthn: e2e/passkeys.test.ts has a browser's. */
export interface SoftwareAuthenticator {
  create(options: { readonly challenge: string; readonly user: { readonly id: string } }): Json;
  sign(options: { readonly challenge: string }): Json;
}

/** https://www.w3.org/TR/webauthn-3/#authdata-flags: somebody is there, and unlocked it; a passkey follows. */
const USER_PRESENT_AND_VERIFIED = 0b0000_0101;
const HAS_CREDENTIAL = 0b0100_0000;
const AAGUID_BYTES = 16;

export function createSoftwareAuthenticator(origin: string): SoftwareAuthenticator {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const credentialId = randomBytes(32);
  const id = credentialId.toString('base64url');
  let [counter, userHandle] = [0, ''];

  const clientDataOf = (type: string, challenge: string): Buffer =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  const authenticatorData = (flags: number, ...rest: readonly Uint8Array[]): Buffer => {
    counter += 1;
    const head = Buffer.alloc(5);
    head.writeUInt8(flags);
    head.writeUInt32BE(counter, 1);
    return Buffer.concat([sha256(new URL(origin).hostname), head, ...rest]);
  };
  const answer = (response: Readonly<Record<string, string | Buffer>>): Json => ({
    id,
    rawId: id,
    type: 'public-key',
    clientExtensionResults: {},
    response: Object.fromEntries(
      Object.entries(response).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : value.toString('base64url'),
      ]),
    ),
  });

  return {
    create: ({ challenge, user }) => {
      userHandle = user.id;
      const length = Buffer.alloc(2);
      length.writeUInt16BE(credentialId.length);
      // A COSE key: https://www.rfc-editor.org/rfc/rfc9053#section-7.1.1
      const key = isoCBOR.encode(
        new Map<number, number | Uint8Array>([
          [1, 2],
          [3, -7],
          [-1, 1],
          [-2, new Uint8Array(Buffer.from(x, 'base64url'))],
          [-3, new Uint8Array(Buffer.from(y, 'base64url'))],
        ]),
      );
      const flags = USER_PRESENT_AND_VERIFIED | HAS_CREDENTIAL;
      const authData = authenticatorData(flags, Buffer.alloc(AAGUID_BYTES), length, credentialId, key);
      const attestation = new Map<string, string | Uint8Array | Map<string, never>>([
        ['fmt', 'none'],
        ['attStmt', new Map<string, never>()],
        ['authData', new Uint8Array(authData)],
      ]);
      return answer({
        clientDataJSON: clientDataOf('webauthn.create', challenge),
        attestationObject: Buffer.from(isoCBOR.encode(attestation)),
      });
    },
    sign: ({ challenge }) => {
      const clientDataJSON = clientDataOf('webauthn.get', challenge);
      const data = authenticatorData(USER_PRESENT_AND_VERIFIED);
      return answer({
        clientDataJSON,
        authenticatorData: data,
        signature: sign('sha256', Buffer.concat([data, sha256(clientDataJSON)]), privateKey),
        userHandle,
      });
    },
  };
}

const sha256 = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest();
