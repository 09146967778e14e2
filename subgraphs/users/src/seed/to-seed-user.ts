import { toEmail } from '../domain/email.ts';
import type { SeedUser } from '../store/postgres/insert-seed-users.ts';
import type { SampleAccount } from './sample-accounts.ts';

/** UUID of the n-th sample account, counted from 1. */
export const sampleUserUuid = (n: number): string => `01930000-0000-7000-8000-${hex12(n)}`;

/** UUID of an address of the n-th sample account. */
const sampleAddressUuid = (n: number, index: number): string =>
  `01930000-0000-7000-9000-${hex12(n * 0x100 + index)}`;

const hex12 = (value: number): string => value.toString(16).padStart(12, '0');

/** The same rows on every machine and in every run, but for the password's salt. */
export function toSeedUser(account: SampleAccount, n: number, passwordHash: string): SeedUser {
  const { mailbox, addresses, phone, ...profile } = account;
  const email = toEmail(`${mailbox}@tributary.example`);
  if (email === undefined) throw new Error(`the sample account ${n} has no valid address`);
  // One account a day, so that lists sorted by age have an order.
  const createdAt = new Date(Date.UTC(2026, 0, n, 9));
  return {
    ...profile,
    id: sampleUserUuid(n),
    email: email.address,
    emailKey: email.key,
    phone: phone ?? null,
    passwordHash,
    createdAt,
    addresses: addresses.map((address, index) => ({
      id: sampleAddressUuid(n, index),
      address,
      createdAt: new Date(createdAt.getTime() + index * 60_000),
    })),
  };
}
