/** Limits of RFC 5321, sections 4.5.3.1.1 and 4.5.3.1.3 (with its erratum 1690). */
const MAX_LENGTH = 254;
const MAX_LOCAL_PART_LENGTH = 64;

export interface Email {
  /** As its owner writes it. */
  readonly address: string;
  /** Equal for addresses that are the same account. */
  readonly key: string;
}

/** @param raw Already known to have the form of an address (the EmailAddress scalar). */
export function toEmail(raw: string): Email | undefined {
  const address = raw.trim().normalize('NFC');
  if (address.length > MAX_LENGTH || localPartOf(address).length > MAX_LOCAL_PART_LENGTH) return undefined;
  return { address, key: address.toLowerCase() };
}

export const localPartOf = (address: string): string => address.slice(0, address.lastIndexOf('@'));
