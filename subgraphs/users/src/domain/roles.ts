/** Every role, the least powerful first: the order in which they are shown. */
export const ROLES = ['CUSTOMER', 'SUPPORT', 'CATALOG_MANAGER', 'FINANCE', 'ADMIN'] as const;
export type Role = (typeof ROLES)[number];

/** What a user may do. */
export interface Grants {
  readonly roles: readonly Role[];
  /** All scopes of all roles, each once, sorted. */
  readonly scopes: readonly string[];
}

export const NO_GRANTS: Grants = { roles: [], scopes: [] };

export const inRoleOrder = (roles: readonly Role[]): Role[] => ROLES.filter((role) => roles.includes(role));
