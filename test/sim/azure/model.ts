/** A record set as Azure keeps it. */
export interface SimRecordSet {
  /** Relative to the zone, `@` for the zone's own name. */
  readonly name: string;
  /** `TXT`, `CNAME`, ... */
  readonly type: string;
  readonly etag: string;
  /** As the API shows them: `TTL`, `metadata`, `TXTRecords`, `targetResource`, ... */
  readonly properties: Properties;
}

export type Properties = Readonly<Record<string, unknown>> & { readonly TTL: number };

export interface SimZone {
  readonly name: string;
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly zoneType: "Public" | "Private";
  readonly nameServers: readonly string[];
  sets: readonly SimRecordSet[];
  /** Every state that the world could see, the first included. */
  readonly history: (readonly SimRecordSet[])[];
}

/** An application that is registered in a tenant, or a workload that may act for it. */
export interface SimPrincipal {
  readonly tenant: string;
  readonly clientId: string;
  readonly secret?: string;
  /** A federated token that the tenant trusts. */
  readonly federatedToken?: string;
  /** PEM of the certificate with which it may sign. */
  readonly certificate?: string;
  readonly grants: readonly SimGrant[];
}

/** A role assignment: these actions, on everything at or below a scope. */
export interface SimGrant {
  readonly scope: string;
  /** With `*` for anything: `Microsoft.Network/dnsZones/*`. */
  readonly actions: readonly string[];
}

export interface SimLock {
  /** The resource, group or subscription that it stands on. */
  readonly scope: string;
  readonly name: string;
  readonly level: "ReadOnly" | "CanNotDelete";
}

export interface AzureState {
  readonly principals: readonly SimPrincipal[];
  readonly subscriptions: readonly string[];
  zones: readonly SimZone[];
  locks: readonly SimLock[];
  /** Record sets and zones on a page at most, whatever is asked for. */
  readonly mostPerPage?: number;
  /** Milliseconds since 1970: tokens expire and limits refill by it. */
  readonly now?: () => number;
  /** The Resource Manager's limits for one principal. */
  readonly limits?: Partial<Record<Operation, Limit>>;
}

/** What the Resource Manager counts apart. */
export type Operation = "reads" | "writes" | "deletes";

export interface Limit {
  readonly burst: number;
  readonly perSecond: number;
}

/** Whose call it is. */
export interface Caller {
  readonly principal: SimPrincipal;
  readonly state: AzureState;
}

/**
 * What Azure refuses, as it says so: the Resource Manager puts it into `error`, the DNS service
 * answers flat.
 */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly from: "manager" | "dns";
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    more: { readonly from?: "manager" | "dns"; readonly headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.from = more.from ?? "manager";
    this.headers = more.headers ?? {};
  }
}

/** What the DNS service itself refuses. */
export function refuse(status: number, code: string, message: string): Refusal {
  return new Refusal(status, code, message, { from: "dns" });
}

export function idOfZone({ subscription, resourceGroup, name }: SimZone): string {
  const group = `/subscriptions/${subscription}/resourceGroups/${resourceGroup}`;
  return `${group}/providers/Microsoft.Network/dnszones/${name}`;
}
