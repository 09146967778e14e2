import { createHash } from 'node:crypto';
import type { ThrottleRule } from './throttle.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** A rule and what it is applied to. */
export interface Throttle {
  readonly key: string;
  readonly rule: ThrottleRule;
}

/**
 * Guesses of one account's password: five, then pauses of 1, 2, 4 ... seconds, at most a quarter of an hour. Never for
 * good: whoever wants to keep the owner out would only have to guess.
 */
const PASSWORD_PER_ACCOUNT: ThrottleRule = {
  limit: 5,
  windowMs: 12 * HOUR_MS,
  pause: { firstMs: SECOND_MS, longestMs: 15 * MINUTE_MS },
};

export interface AddressLimits {
  /** Failed sign-ins from one network address. */
  readonly signInsPerMinute: number;
  /** Registrations from one network address. */
  readonly registrationsPerHour: number;
}

/** Mails that anybody can have sent to somebody. */
const MAILS_PER_ACCOUNT: ThrottleRule = { limit: 3, windowMs: HOUR_MS };
const MAILS_PER_NETWORK: ThrottleRule = { limit: 20, windowMs: HOUR_MS };

/** Beginnings of sign-ins with a passkey: there is nothing to guess, but each is a row for minutes. */
const PASSKEYS_PER_NETWORK: ThrottleRule = { limit: 60, windowMs: MINUTE_MS };

/** Keyed by the e-mail address and not by the account: an address without one is throttled alike. */
export const passwordOfAccount = (emailKey: string): Throttle => ({
  key: `password:account:${createHash('sha256').update(emailKey).digest('base64url')}`,
  rule: PASSWORD_PER_ACCOUNT,
});

/** Guesses of codes, over all challenges of an account; as slow as guesses of its password. */
export const codesOfAccount = (userId: string): Throttle => ({
  key: `code:account:${userId}`,
  rule: PASSWORD_PER_ACCOUNT,
});

export const mailsTo = (emailKey: string): Throttle => ({
  key: `mail:account:${createHash('sha256').update(emailKey).digest('base64url')}`,
  rule: MAILS_PER_ACCOUNT,
});

export const mailsFrom = (network: string): Throttle => ({
  key: `mail:network:${network}`,
  rule: MAILS_PER_NETWORK,
});

export const signInsFrom = (network: string, { signInsPerMinute }: AddressLimits): Throttle => ({
  key: `sign-in:network:${network}`,
  rule: { limit: signInsPerMinute, windowMs: MINUTE_MS },
});

export const passkeysFrom = (network: string): Throttle => ({
  key: `passkey:network:${network}`,
  rule: PASSKEYS_PER_NETWORK,
});

export const registrationsFrom = (network: string, { registrationsPerHour }: AddressLimits): Throttle => ({
  key: `register:network:${network}`,
  rule: { limit: registrationsPerHour, windowMs: HOUR_MS },
});
