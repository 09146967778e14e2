import type { PostalAddress } from '../../domain/address.ts';

/** A row of `addresses` as an `Address`. */
export const ADDRESS_COLUMNS = `id, user_id AS "userId", recipient_name AS "recipientName", company, line1, line2, city,
  region, postal_code AS "postalCode", country_code AS "countryCode", phone,
  is_default_shipping AS "isDefaultShipping", is_default_billing AS "isDefaultBilling", version`;

/** The values of the lines, in the order in which the statements name their columns. */
export const linesOf = (address: PostalAddress): (string | null)[] => [
  address.recipientName,
  address.company,
  address.line1,
  address.line2,
  address.city,
  address.region,
  address.postalCode,
  address.countryCode,
  address.phone,
];
