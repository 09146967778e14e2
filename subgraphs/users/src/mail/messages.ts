import type { Message } from './message.ts';

/** Where the pages are that mails link to; the token stands behind `#`, so that no server log has it. */
const pageUrl = (accountUrl: string, page: string, token: string): string =>
  `${accountUrl.replace(/\/$/, '')}/${page}#token=${token}`;

export interface TokenMail {
  readonly to: string;
  readonly accountUrl: string;
  readonly token: string;
}

export const verifyEmail = ({ to, accountUrl, token }: TokenMail): Message => ({
  to,
  subject: 'Confirm your e-mail address',
  paragraphs: [
    'Somebody, probably you, gave this address for an account. Confirm it with this link within 24 hours.',
    'If it was not you, do nothing: without this link the address is not used.',
  ],
  action: { label: 'Confirm the address', url: pageUrl(accountUrl, 'verify-email', token) },
});

export const resetPassword = ({ to, accountUrl, token }: TokenMail): Message => ({
  to,
  subject: 'Set a new password',
  paragraphs: [
    'Somebody, probably you, asked for a new password. The link works once, for one hour.',
    'If it was not you, do nothing: your password stays as it is.',
  ],
  action: { label: 'Set a new password', url: pageUrl(accountUrl, 'reset-password', token) },
});

export const confirmEmailChange = ({ to, accountUrl, token }: TokenMail): Message => ({
  to,
  subject: 'Confirm your new e-mail address',
  paragraphs: [
    'Your account is to have this address. Confirm it with this link within 24 hours.',
    'If you do not know of it, do nothing: the account keeps its old address.',
  ],
  action: { label: 'Use this address', url: pageUrl(accountUrl, 'change-email', token) },
});

export const alreadyRegistered = (to: string): Message => ({
  to,
  subject: 'You already have an account',
  paragraphs: [
    'Somebody, probably you, tried to register with this address, which has an account. Sign in, or ask for a new password.',
    'If it was not you, you need not do anything: they have learned nothing about your account.',
  ],
});

export const passwordChanged = (to: string): Message => ({
  to,
  subject: 'Your password was changed',
  paragraphs: [
    'The password of your account was changed, and everybody who was signed in has been signed out.',
    'If it was not you, ask for a new password at once.',
  ],
});

export const emailChanged = (to: string): Message => ({
  to,
  subject: 'The address of your account was changed',
  paragraphs: [
    'Your account has another e-mail address now; you get this message at the old one.',
    'If it was not you, write to our support at once.',
  ],
});

export const erasureRequested = (to: string, dueAt: Date): Message => ({
  to,
  subject: 'Your account will be deleted',
  paragraphs: [
    `Your account and what we know of you will be deleted on ${dueAt.toISOString().slice(0, 10)}.`,
    'Until then you can sign in and cancel it. If it was not you, cancel it and set a new password at once.',
  ],
});

export const erasureCanceled = (to: string): Message => ({
  to,
  subject: 'Your account stays',
  paragraphs: [
    'The deletion of your account was canceled.',
    'If it was not you, set a new password at once.',
  ],
});

export const dataExportReady = (to: string): Message => ({
  to,
  subject: 'Your data is ready',
  paragraphs: [
    'What we know of you has been put together. Sign in to download it; after a week it is deleted again.',
    'If you did not ask for it, set a new password at once.',
  ],
});

export const mfaEnabled = (to: string): Message => ({
  to,
  subject: 'Codes from an app were switched on',
  paragraphs: [
    'From now on signing in to your account needs a code from your app, or one of the recovery codes.',
    'If it was not you, set a new password and write to our support at once.',
  ],
});

export const mfaDisabled = (to: string): Message => ({
  to,
  subject: 'Codes from an app were switched off',
  paragraphs: [
    'From now on your account is protected by its password alone.',
    'If it was not you, set a new password at once.',
  ],
});

export const totpCodeReused = (to: string): Message => ({
  to,
  subject: 'A code from your app was used twice',
  paragraphs: [
    'Somebody sent a code from your app that had been used a moment before, and we refused it. They knew your password, or were signed in.',
    'If it was you, do nothing: the next code works. If it was not you, set a new password at once, and look which sessions are yours.',
  ],
});

export const passkeyAdded = (to: string): Message => ({
  to,
  subject: 'A passkey was added',
  paragraphs: [
    'From now on whoever has the device with it, and can unlock it, can sign in to your account.',
    'If it was not you, remove it, set a new password and write to our support at once.',
  ],
});

export const passkeyRemoved = (to: string): Message => ({
  to,
  subject: 'A passkey was removed',
  paragraphs: [
    'One of your passkeys does not sign in to your account any more.',
    'If it was not you, set a new password and write to our support at once.',
  ],
});

export const passkeyCopied = (to: string): Message => ({
  to,
  subject: 'A passkey seems to exist twice',
  paragraphs: [
    'Somebody wanted to sign in with one of your passkeys, and we refused: it seems to be a copy of the key.',
    'Remove that passkey and add a new one. If it was not you who tried, write to our support at once.',
  ],
});
