/** Another team's entity, or nobody: a guest has no account. */
export const userOf = (buyerId: string | null) =>
  buyerId === null ? null : { __typename: 'User', id: buyerId };
