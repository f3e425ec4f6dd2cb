import { createHash } from "node:crypto";
import { MailDnsError } from "../../src/core/errors.ts";
import type { HostContext } from "../../src/ports/dns-provider.ts";
import type { Run } from "../../src/ports/run.ts";
import type { ApiBatch, ApiRecord, ApiZone, ResultInfo } from "./schema.ts";

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly info: ResultInfo;
}

export interface ZoneQuery {
  readonly name?: string;
  readonly accountId?: string;
  readonly page?: number;
}

/** What a batch asks for. Its order is Cloudflare's: deletes, patches, posts. */
export interface Changes {
  readonly deletes?: readonly { readonly id: string }[];
  readonly patches?: readonly { readonly id: string; readonly content: string }[];
  readonly posts?: readonly NewRecord[];
}

export interface NewRecord {
  readonly name: string;
  readonly type: "TXT" | "CNAME";
  readonly content: string;
  readonly ttl: number;
  readonly proxied?: false;
}

/** The few calls of Cloudflare's API that we make. All throw MailDnsError. */
export interface Client {
  zones(query: ZoneQuery, signal: AbortSignal): Promise<Page<ApiZone>>;
  zone(id: string, signal: AbortSignal): Promise<ApiZone>;
  records(zoneId: string, page: number, signal: AbortSignal): Promise<Page<ApiRecord>>;
  batch(zoneId: string, changes: Changes, signal: AbortSignal): Promise<ApiBatch>;
  /** Whether every CNAME of the zone is answered with addresses. */
  flattensAll(zoneId: string, signal: AbortSignal): Promise<boolean>;
}

/** The API as one credential sees it. */
export interface Api {
  /** One for a run; Cloudflare's SDK is loaded at the first call. Throws `auth` without a token. */
  client(): Promise<Client>;
  readonly run: Run;
  /** Tells this credential's answers from another's in what a run shares. */
  key(): string;
}

export function openApi(context: HostContext): Api {
  const { run } = context;
  const key = (): string => keyOf(context.credential("CLOUDFLARE_API_TOKEN"));
  return {
    client: async () => run.once(`cloudflare client ${key()}`, () => open(context, key())),
    run,
    key,
  };
}

async function open(context: HostContext, key: string): Promise<Client> {
  const load = import("./client.ts").catch((error: unknown) => {
    throw isMissing(error) ? notInstalled(error) : error;
  });
  return (await load).createClient(context, key);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
}

function notInstalled(cause: unknown): MailDnsError {
  return new MailDnsError("config", "Cloudflare's own package, cloudflare, is not installed.", {
    help: "Install it beside odoo-mail-dns: npm install cloudflare@7. In a checkout: npm ci.",
    cause,
  });
}

function keyOf(token: string): string {
  return createHash("sha256").update(token).digest("hex").slice(0, 32);
}
