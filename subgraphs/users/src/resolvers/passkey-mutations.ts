import { newUuid, requireUser } from '@tributary/subgraph-kit';
import type { UsersContext } from '../context.ts';
import { passkeyIds, userIds } from '../domain/ids.ts';
import { createInputReader } from '../domain/input-reader.ts';
import { Attestation, MAX_PASSKEY_NAME_LENGTH, MAX_PASSKEYS_PER_USER } from '../domain/passkey.ts';
import {
  accountInputError,
  challengeEnded,
  passkeyInvalid,
  signInAgain,
  type AccountInputError,
} from '../domain/user-errors.ts';
import { findFreshUser } from './find-fresh-user.ts';
import { takePasskeyChallenge, beginPasskeyChallenge } from './passkey-challenge.ts';
import type { Services } from './services.ts';

interface AttestationInput {
  readonly challengeId: string;
  readonly name: string;
  readonly response: unknown;
}

/** Adding and removing need a fresh sign-in: what they change outlives the session. */
export function passkeyMutations(services: Services) {
  const { stores, relyingParty, now, onLetter } = services;
  return {
    passkeyRegistrationBegin: async (_: unknown, _args: unknown, context: UsersContext) => {
      const userId = await findFreshUser(services, context);
      if (userId === undefined) return notBegun(signInAgain());
      if (relyingParty === undefined) return notBegun(passkeysNotAvailable());
      const [user] = await stores.users.findByIds([userId]);
      if (user === undefined) return notBegun(signInAgain());
      const passkeys = await stores.passkeys.findByUsers([userId]);
      if (passkeys.length >= MAX_PASSKEYS_PER_USER) return notBegun(tooMany());
      const { challengeId, challenge } = await beginPasskeyChallenge(services, userId);
      const options = await relyingParty.registrationOptions({ ...user, passkeys }, challenge);
      return { challengeId, options, userErrors: [] };
    },

    passkeyRegistrationComplete: async (
      _: unknown,
      { input }: { input: AttestationInput },
      context: UsersContext,
    ) => {
      const userId = await findFreshUser(services, context);
      if (userId === undefined) return refused(signInAgain());
      if (relyingParty === undefined) return refused(passkeysNotAvailable());
      const name = readName(input.name);
      if (typeof name !== 'string') return refused(...name.problems);
      const challenge = await takePasskeyChallenge(services, input.challengeId, userId);
      if (challenge === undefined) return refused(challengeEnded());
      const response = Attestation.safeParse(input.response);
      const credential = response.data && (await relyingParty.verifyAttestation(response.data, challenge));
      if (credential === undefined) return refused(passkeyInvalid());
      const passkey = await stores.passkeys.add(
        { id: newUuid(), userId, name, credential, now: now() },
        MAX_PASSKEYS_PER_USER,
      );
      if (passkey === 'NOT_FOUND') return refused(signInAgain());
      if (passkey === 'LIMIT_EXCEEDED') return refused(tooMany());
      if (passkey === 'KNOWN') return refused(passkeyInvalid());
      onLetter();
      return { passkey, userErrors: [] };
    },

    passkeyRename: async (
      _: unknown,
      { input }: { input: { readonly id: string; readonly name: string } },
      { viewer }: UsersContext,
    ) => {
      const owned = ownedPasskey(viewer, input.id);
      const name = readName(input.name);
      if (typeof name !== 'string') return refused(...name.problems);
      const passkey = owned && (await stores.passkeys.rename({ ...owned, name }));
      return passkey === undefined ? refused(noSuchPasskey(['input', 'id'])) : { passkey, userErrors: [] };
    },

    passkeyDelete: async (_: unknown, { id }: { id: string }, context: UsersContext) => {
      const owned = ownedPasskey(context.viewer, id);
      if ((await findFreshUser(services, context)) === undefined)
        return { deletedId: null, userErrors: [signInAgain()] };
      const isRemoved = owned !== undefined && (await stores.passkeys.remove({ ...owned, now: now() }));
      if (!isRemoved) return { deletedId: null, userErrors: [noSuchPasskey(['id'])] };
      onLetter();
      return { deletedId: id, userErrors: [] };
    },
  };
}

/** The passkey's and the caller's UUIDs; undefined when one of the ids cannot exist. */
function ownedPasskey(
  viewer: UsersContext['viewer'],
  passkeyId: string,
): { readonly id: string; readonly userId: string } | undefined {
  const userId = userIds.toUuid(requireUser(viewer).id);
  const id = passkeyIds.toUuid(passkeyId);
  return id === undefined || userId === undefined ? undefined : { id, userId };
}

function readName(name: string): string | { readonly problems: readonly AccountInputError[] } {
  const reader = createInputReader();
  const text = reader.requiredText('name', name, MAX_PASSKEY_NAME_LENGTH);
  return reader.problems.length > 0 ? { problems: reader.problems } : text;
}

const notBegun = <T>(error: T) => ({ challengeId: null, options: null, userErrors: [error] });

const refused = <T>(...userErrors: readonly T[]) => ({ passkey: null, userErrors });

const noSuchPasskey = (field: readonly string[]): AccountInputError =>
  accountInputError('NOT_FOUND', field, 'There is no such passkey in your account.');

const tooMany = (): AccountInputError =>
  accountInputError(
    'LIMIT_EXCEEDED',
    null,
    `An account has at most ${MAX_PASSKEYS_PER_USER} passkeys. Remove one first.`,
  );

export const passkeysNotAvailable = (): AccountInputError =>
  accountInputError('INVALID', null, 'Passkeys are not available: the service has no WEB_ORIGINS.');
