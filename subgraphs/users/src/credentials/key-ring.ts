import { generateSigningKey, SigningKey } from '@tributary/service-kit';
import { calculateJwkThumbprint, type JWK } from 'jose';
import {
  nextKeyActiveFrom,
  publishedKeysAt,
  signingKeyAt,
  type ScheduledKey,
} from '../domain/key-schedule.ts';
import type { KeyChange, SigningKeyStore, StoredSigningKey } from '../store/signing-key-store.ts';
import { readKeyPair, type KeyPair } from './key-pair.ts';
import type { Sealer } from '@tributary/subgraph-kit';

/** The keys of access tokens. */
export interface KeyRing {
  /** The one that signs now. */
  signer(now: Date): KeyPair;
  /** The public halves of all whose tokens may be shown, as a JWK set: https://www.rfc-editor.org/rfc/rfc7517#section-5 */
  jwks(now: Date): { readonly keys: readonly JWK[] };
  /** Reads what other instances have changed, and makes and removes keys when their time has come. */
  refresh(now: Date): Promise<void>;
}

/** One key for ever. */
export async function createFixedKeyRing(key: SigningKey): Promise<KeyRing> {
  const pair = await readKeyPair(key);
  return {
    signer: () => pair,
    jwks: () => ({ keys: [pair.publicJwk] }),
    refresh: () => Promise.resolve(),
  };
}

export interface KeyRingOptions {
  readonly store: SigningKeyStore;
  readonly sealer: Sealer;
  /** Becomes the first key of an empty store: tokens signed by it before go on to be valid. */
  readonly firstKey: SigningKey;
  readonly tokenLifetimeMs: number;
}

/** Keys that follow one another, kept encrypted in the store and shared by all instances. */
export async function openKeyRing(options: KeyRingOptions, now: Date): Promise<KeyRing> {
  const { store, tokenLifetimeMs } = options;
  let pairs: readonly (KeyPair & ScheduledKey)[] = [];
  const refresh = async (at: Date): Promise<void> => {
    const stored = await store.list();
    const change = await changeDue(stored, options, at);
    const current = change === undefined ? stored : await applyChange(options, at);
    const known = new Map(pairs.map((pair) => [pair.kid, pair]));
    pairs = await Promise.all(
      current.map(
        async (key) => known.get(key.kid) ?? { ...(await open(key, options)), activeFrom: key.activeFrom },
      ),
    );
  };
  await refresh(now);
  return {
    signer: (at) => {
      const pair = signingKeyAt(pairs, at);
      if (pair === undefined) throw new Error('no signing key is active');
      return pair;
    },
    jwks: (at) => ({ keys: publishedKeysAt(pairs, tokenLifetimeMs, at).map(({ publicJwk }) => publicJwk) }),
    refresh,
  };
}

/** Decided again under the lock: another instance may have been first. */
const applyChange = (options: KeyRingOptions, now: Date): Promise<readonly StoredSigningKey[]> =>
  options.store.change(
    async (keys) => (await changeDue(keys, options, now)) ?? { add: undefined, remove: [] },
    now,
  );

async function changeDue(
  keys: readonly StoredSigningKey[],
  options: KeyRingOptions,
  now: Date,
): Promise<KeyChange | undefined> {
  const activeFrom = nextKeyActiveFrom(keys, now);
  const published = new Set(publishedKeysAt(keys, options.tokenLifetimeMs, now).map(({ kid }) => kid));
  const remove = keys.flatMap(({ kid }) => (published.has(kid) ? [] : [kid]));
  if (activeFrom === undefined && remove.length === 0) return undefined;
  const key = keys.length === 0 ? options.firstKey : await newKey();
  return { remove, add: activeFrom === undefined ? undefined : await seal(key, activeFrom, options) };
}

async function newKey(): Promise<SigningKey> {
  const key = await generateSigningKey('');
  return { ...key, kid: await calculateJwkThumbprint(key) };
}

const purposeOf = (kid: string): string => `signing-key/${kid}`;

async function seal(
  key: SigningKey,
  activeFrom: Date,
  { sealer }: KeyRingOptions,
): Promise<StoredSigningKey> {
  const { kid, publicJwk } = await readKeyPair(key);
  return {
    kid,
    publicJwk: { ...publicJwk },
    privateSealed: sealer.seal(JSON.stringify(key), purposeOf(kid)),
    activeFrom,
  };
}

const open = ({ kid, privateSealed }: StoredSigningKey, { sealer }: KeyRingOptions): Promise<KeyPair> =>
  readKeyPair(SigningKey.parse(JSON.parse(sealer.open(privateSealed, purposeOf(kid)))));
