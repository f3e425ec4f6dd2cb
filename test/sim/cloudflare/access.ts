import { Refusal, type SimRight, type SimToken, type SimZone } from "./model.ts";

/** The token of a request. Throws what Cloudflare answers to a header that it can't use. */
export function tokenOf(authorization: string | undefined, tokens: readonly SimToken[]): SimToken {
  if (authorization === undefined) {
    const headers = "Missing X-Auth-Key, X-Auth-Email or Authorization headers";
    throw new Refusal(400, 9106, headers);
  }
  const value = /^Bearer ([A-Za-z0-9_-]{20,})$/.exec(authorization)?.[1];
  if (value === undefined) {
    const chain = [{ code: 6111, message: "Invalid format for Authorization header" }];
    throw new Refusal(400, 6003, "Invalid request headers", chain);
  }
  const token = tokens.find((known) => known.value === value);
  if (token === undefined) throw new Refusal(403, 9109, "Invalid access token");
  return token;
}

export function demand(token: SimToken, right: SimRight): void {
  const isHeld =
    token.rights.includes(right) || (right === "DNS Read" && token.rights.includes("DNS Write"));
  if (!isHeld) throw new Refusal(403, 10000, "Authentication error");
}

export function visibleZones(token: SimToken, zones: readonly SimZone[]): readonly SimZone[] {
  if (!token.rights.includes("Zone Read")) return [];
  return zones.filter(({ id }) => token.zones === "all" || token.zones.includes(id));
}

/** The zone of a path. One that the token does not see is not told from one that is not there. */
export function zoneFor(id: string, token: SimToken, zones: readonly SimZone[]): SimZone {
  if (!/^[0-9a-f]{32}$/.test(id)) {
    const path = `Could not route to /zones/${id}, perhaps your object identifier is invalid?`;
    throw new Refusal(404, 7003, path);
  }
  const zone = zones.find((known) => known.id === id);
  const isVisible = token.zones === "all" || token.zones.includes(id);
  if (zone === undefined || !isVisible) {
    throw new Refusal(403, 9109, "Unauthorized to access requested resource");
  }
  return zone;
}
