/** A user's own account at the carrier; the deployment's account has no such reference, and is null where one is asked. */
export interface AccountRef {
  readonly userId: string;
  readonly connectionId: string;
}

export function accountOf(owner: {
  readonly userId: string;
  readonly connectionId: string | null;
}): AccountRef | null {
  const { userId, connectionId } = owner;
  return connectionId === null ? null : { userId, connectionId };
}
