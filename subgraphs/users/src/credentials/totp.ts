import { Secret, TOTP } from 'otpauth';

const ISSUER = 'Tributary';
/** 160 bits, as RFC 4226 recommends (section 4, R6). */
const SECRET_BYTES = 20;
const PERIOD_SECONDS = 30;
const CODE = /^\d{6}$/;
/** A code is good for one period before and after its own: clocks differ, and people type slowly (RFC 6238, section 5.2). */
const WINDOW = 1;

/** For how long after its use a code is refused for that reason alone. */
export const TOTP_REUSE_MS = 2 * (1 + WINDOW) * PERIOD_SECONDS * 1_000;

export interface TotpSecret {
  /** Base32, to be typed. */
  readonly secret: string;
  /** To be shown as a QR code. */
  readonly otpauthUri: string;
}

export function newTotpSecret(email: string): TotpSecret {
  const totp = totpOf(new Secret({ size: SECRET_BYTES }), email);
  return { secret: totp.secret.base32, otpauthUri: totp.toString() };
}

/** The period that a code is of; undefined when it is of none around this time. */
export function stepOfCode(secret: string, code: string, now: Date): number | undefined {
  const digits = code.replaceAll(' ', '');
  if (!CODE.test(digits)) return undefined;
  const totp = totpOf(Secret.fromBase32(secret));
  const timestamp = now.getTime();
  const delta = totp.validate({ token: digits, timestamp, window: WINDOW });
  return delta === null ? undefined : totp.counter({ timestamp }) + delta;
}

const totpOf = (secret: Secret, label = ''): TOTP =>
  new TOTP({ issuer: ISSUER, label, secret, algorithm: 'SHA1', digits: 6, period: PERIOD_SECONDS });
