import { type AzureState, type Caller, Refusal, type SimLock, type SimPrincipal } from "./model.ts";
import { idOf } from "./zone.ts";

/** A bearer token that the simulated tenant has given out. */
export interface SimToken {
  readonly principal: SimPrincipal;
  readonly audience: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** Who calls. Throws what the Resource Manager answers to a token that it can't use. */
export function callerOf(
  authorization: string | undefined,
  tokens: ReadonlyMap<string, SimToken>,
  state: AzureState,
  { now, audiences }: { readonly now: number; readonly audiences: readonly string[] },
): Caller {
  if (authorization === undefined) {
    const message = "Authentication failed. The 'Authorization' header is missing.";
    throw new Refusal(401, "AuthenticationFailed", message);
  }
  const token = tokens.get(/^Bearer (\S+)$/.exec(authorization)?.[1] ?? "");
  if (token === undefined) {
    throw new Refusal(401, "InvalidAuthenticationToken", "The access token is invalid.");
  }
  if (!audiences.includes(token.audience)) {
    const message = `The access token has been obtained for wrong audience or resource '${token.audience}'. It should exactly match with one of the allowed audiences '${audiences.join("','")}'.`;
    throw new Refusal(401, "InvalidAuthenticationTokenAudience", message);
  }
  if (token.until <= now) {
    const message =
      "The access token expiry UTC time is earlier than current UTC time. The token must be refreshed.";
    throw new Refusal(401, "ExpiredAuthenticationToken", message);
  }
  return { principal: token.principal, state };
}

export function demand({ principal }: Caller, action: string, scope: string): void {
  if (isGranted(principal, action, scope)) return;
  const object = idOf(`object ${principal.clientId}`);
  throw new Refusal(
    403,
    "AuthorizationFailed",
    `The client '${principal.clientId}' with object id '${object}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );
}

function isGranted({ grants }: SimPrincipal, action: string, scope: string): boolean {
  return grantsAt(grants, scope).some(({ actions }) => actions.some((one) => fits(one, action)));
}

export function grantsAt(grants: SimPrincipal["grants"], scope: string) {
  return grants.filter((grant) => isAtOrBelow(scope, grant.scope));
}

function fits(pattern: string, action: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "i").test(action);
}

/** Azure compares ids without regard to case. */
export function isAtOrBelow(id: string, scope: string): boolean {
  return `${id.toLowerCase()}/`.startsWith(`${scope.toLowerCase()}/`);
}

/** Throws where a lock forbids it, on the resource itself or on what it lies in. */
export function demandUnlocked(
  locks: readonly SimLock[],
  scope: string,
  operation: "write" | "delete",
): void {
  const held = locks.filter(
    (lock) =>
      isAtOrBelow(scope, lock.scope) && (lock.level === "ReadOnly" || operation === "delete"),
  );
  if (held.length === 0) return;
  const scopes = held.map((lock) => `'${lock.scope}'`).join(",");
  throw new Refusal(
    409,
    "ScopeLocked",
    `The scope '${scope}' cannot perform ${operation} operation because following scope(s) are locked: ${scopes}. Please remove the lock and try again.`,
  );
}
