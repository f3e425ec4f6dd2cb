import type { APIPromise } from "cloudflare/core/api-promise";
import { BaseRecords } from "cloudflare/resources/dns/records";
import { BaseZone } from "cloudflare/resources/dns/settings/zone";
import { BaseZones } from "cloudflare/resources/zones/zones";
import { createClient as createSdk } from "cloudflare/tree-shakable";
import * as v from "valibot";
import type { HostContext } from "../../src/ports/dns-provider.ts";
import { fetchThrough } from "../../src/http/fetch-through.ts";
import type { Http, Sender } from "../../src/ports/http.ts";
import type { Changes, Client, Page } from "./api.ts";
import { Carried, errorOf, notUnderstood, type Asked } from "./errors.ts";
import { ApiBatch, ApiRecord, ApiSettings, ApiZone, ResultInfo } from "./schema.ts";

const BASE_URL = "https://api.cloudflare.com/client/v4";
/** Of one user, over all tokens, within five minutes (verified 2026-12-01). */
const PACE = { requests: 1200, seconds: 300 };
/** Most zones have far fewer records, so that one page is the whole zone. */
export const RECORDS_PER_PAGE = 5000;
export const ZONES_PER_PAGE = 50;
/** Our own HTTP client limits the time; the SDK's clock would also count waiting for our turn. */
const NO_TIMEOUT = 0x7fff_ffff;

const READ: Asked = { call: "GET /zones", right: "Zone → Zone → Read" };

export function createClient(context: HostContext, key: string): Client {
  const token = context.credential("CLOUDFLARE_API_TOKEN");
  const sdk = openSdk(context, token, key);
  const records = { call: "GET /zones/ID/dns_records", right: "Zone → DNS → Read" };
  const settings = { call: "GET /zones/ID/dns_settings", right: "Zone → DNS → Read" };
  const batch = { call: "POST /zones/ID/dns_records/batch", right: "Zone → DNS → Edit" };
  return {
    async zones({ name, accountId, page = 1 }, signal) {
      const account = accountId === undefined ? {} : { account: { id: accountId } };
      const query = { ...account, ...(name !== undefined && { name }) };
      const asked = sdk.zones.list({ ...query, page, per_page: ZONES_PER_PAGE }, { signal });
      return pageOf(ApiZone, await answerTo(asked, READ, signal), READ);
    },
    async zone(zone_id, signal) {
      const asked = sdk.zones.get({ zone_id }, { signal });
      return resultOf(ApiZone, await answerTo(asked, READ, signal), READ);
    },
    async records(zone_id, page, signal) {
      const query = { zone_id, page, per_page: RECORDS_PER_PAGE };
      const asked = sdk.dns.records.list(query, { signal });
      return pageOf(ApiRecord, await answerTo(asked, records, signal), records);
    },
    async batch(zone_id, changes, signal) {
      const asked = sdk.dns.records.batch({ zone_id, ...asBody(changes) }, { signal });
      const what = { ...batch, isWrite: true };
      return resultOf(ApiBatch, await answerTo(asked, what, signal), what);
    },
    async flattensAll(zone_id, signal) {
      const asked = sdk.dns.settings.zone.get({ zone_id }, { signal });
      const result = resultOf(ApiSettings, await answerTo(asked, settings, signal), settings);
      return result.flatten_all_cnames === true;
    },
  };
}

/** The SDK without what it takes from the environment by itself: other credentials, headers, a log. */
function openSdk({ env, http }: HostContext, token: string, key: string) {
  const sender: Sender = {
    title: "Cloudflare",
    key,
    secrets: [token],
    pace: PACE,
    requestIdHeader: "cf-ray",
  };
  return createSdk({
    resources: [BaseZones, BaseRecords, BaseZone],
    apiToken: token,
    apiKey: null,
    apiEmail: null,
    userServiceKey: null,
    baseURL: env["CLOUDFLARE_BASE_URL"] ?? BASE_URL,
    maxRetries: 0,
    timeout: NO_TIMEOUT,
    logLevel: "off",
    fetch: fetchFor(http, sender),
  });
}

/** An edit names what it changes and nothing else, which the SDK's types do not foresee. */
function asBody({ deletes, patches, posts }: Changes): object {
  return {
    ...(deletes !== undefined && { deletes }),
    ...(patches !== undefined && { patches }),
    ...(posts !== undefined && { posts }),
  };
}

interface Answer {
  readonly body: unknown;
  readonly requestId?: string;
}

/** The answer's own JSON: the SDK would take one that it can't read for an empty page. */
async function answerTo(
  asked: Pick<APIPromise<unknown>, "asResponse">,
  what: Asked,
  signal: AbortSignal,
): Promise<Answer> {
  const response = await asked.asResponse().catch((error: unknown) => {
    if (what.isWrite !== true) signal.throwIfAborted();
    throw errorOf(error, what);
  });
  const requestId = response.headers.get("cf-ray") ?? undefined;
  const text = await response.text();
  try {
    return { body: JSON.parse(text), ...(requestId !== undefined && { requestId }) };
  } catch {
    throw notUnderstood(what, "it is no JSON", requestId);
  }
}

function resultOf<Schema extends v.GenericSchema>(
  result: Schema,
  { body, requestId }: Answer,
  what: Asked,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(v.object({ success: v.literal(true), result }), body);
  if (parsed.success) return parsed.output.result;
  throw notUnderstood(what, describe(parsed.issues[0]), requestId);
}

function pageOf<Schema extends v.GenericSchema>(
  item: Schema,
  { body, requestId }: Answer,
  what: Asked,
): Page<v.InferOutput<Schema>> {
  const page = v.object({
    success: v.literal(true),
    result: v.array(item),
    result_info: ResultInfo,
  });
  const parsed = v.safeParse(page, body);
  if (parsed.success) return { items: parsed.output.result, info: parsed.output.result_info };
  throw notUnderstood(what, describe(parsed.issues[0]), requestId);
}

function describe(issue: v.BaseIssue<unknown>): string {
  return `${v.getDotPath(issue) ?? "the answer"} is not what it should be`;
}

/** What Cloudflare needs of us; not what the SDK takes from the environment or tells of the machine. */
const HEADERS: ReadonlySet<string> = new Set([
  "accept",
  "api-version",
  "authorization",
  "content-type",
  "user-agent",
]);

/** Everything the SDK sends goes through our own HTTP client, and what that throws comes back whole. */
function fetchFor(http: Http, sender: Sender): typeof fetch {
  const through = fetchThrough(http, sender);
  return async (input, init) => {
    const headers = [...new Headers(init?.headers)].filter(([name]) => HEADERS.has(name));
    return through(input, { ...init, headers }).catch((error: unknown) => {
      throw new Carried(error);
    });
  };
}
