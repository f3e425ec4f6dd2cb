import { createHash } from "node:crypto";
import * as v from "valibot";
import { MailDnsError } from "../../src/core/errors.ts";
import type { HostContext } from "../../src/ports/dns-provider.ts";
import type { Http, HttpAnswer, HttpRequest, Sender } from "../../src/ports/http.ts";
import type { Run } from "../../src/ports/run.ts";
import { type Cloud, cloudOf } from "./cloud.ts";
import { type Asked, errorOf, notUnderstood, readJson, REQUEST_ID } from "./errors.ts";
import type { Tokens } from "./client.ts";
import { pageOf } from "./schema.ts";

/** The Resource Manager as one login sees it. */
export interface Api {
  readonly run: Run;
  /** Tells this login's answers from another's in what a run shares. */
  readonly key: string;
  /** An answer of 200 to 299. Throws MailDnsError for any other. */
  get<Schema extends v.GenericSchema>(
    path: string,
    { schema, version }: { readonly schema: Schema; readonly version: string },
    signal: AbortSignal,
  ): Promise<v.InferOutput<Schema>>;
  /** Everything of a list, by its pages. */
  list<Item extends v.GenericSchema>(
    path: string,
    { item, version, top }: Listing<Item>,
    signal: AbortSignal,
  ): Promise<readonly v.InferOutput<Item>[]>;
  /** Whatever was answered, but for what is sent again by itself. A write is finished once begun. */
  write(path: string, write: Write): Promise<HttpAnswer>;
}

export interface Listing<Item> {
  readonly item: Item;
  readonly version: string;
  /** How many on a page; Azure decides unless set. */
  readonly top?: number;
}

export interface Write {
  readonly method: "PUT" | "DELETE";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export const DNS_VERSION = "2018-05-01";
/** Of one principal in one subscription (learn.microsoft.com, verified 2026-12-01). */
const READ_PACE = { requests: 250, seconds: 10 };
const WRITE_PACE = { requests: 200, seconds: 20 };
/** A list without an end has one here. */
const MOST_PAGES = 200;

/** Nothing is asked, and nobody logged in, before the first call. */
export function openApi(context: HostContext, subscription: string): Api {
  const cloud = cloudOf(context);
  const key = keyOf(context, cloud, subscription);
  const connection: Connection = {
    http: context.http,
    cloud,
    key,
    tokens: () => tokensOf(context, cloud, key),
  };
  return {
    run: context.run,
    key,
    async get(path, { schema, version }, signal) {
      const asked = { call: `GET ${shortened(path)}` };
      const url = urlOf(cloud, path, { "api-version": version });
      return parsed(await read(connection, url, asked, signal), schema, asked);
    },
    list: (path, listing, signal) => list(connection, path, listing, signal),
    write: (path, sent) => write(connection, path, sent),
  };
}

interface Connection {
  readonly http: Http;
  readonly cloud: Cloud;
  readonly key: string;
  readonly tokens: () => Promise<Tokens>;
}

async function list<Item extends v.GenericSchema>(
  connection: Connection,
  path: string,
  { item, version, top }: Listing<Item>,
  signal: AbortSignal,
): Promise<readonly v.InferOutput<Item>[]> {
  const asked = { call: `GET ${shortened(path)}` };
  const { cloud } = connection;
  const query = { "api-version": version, ...(top !== undefined && { $top: String(top) }) };
  const items: v.InferOutput<Item>[] = [];
  let url: string | undefined = urlOf(cloud, path, query);
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const answer = await read(connection, url, asked, signal);
    const { value, nextLink } = parsed(answer, pageOf(item), asked);
    items.push(...value);
    if (!nextLink) return items;
    url = ownLink(nextLink, cloud, asked);
  }
  throw notUnderstood(asked, `the list has more than ${MOST_PAGES} pages`);
}

/** The token goes nowhere but to the Resource Manager, whatever an answer says. */
function ownLink(link: string, { endpoint }: Cloud, asked: Asked): string {
  if (URL.canParse(link) && new URL(link).origin === new URL(endpoint).origin) return link;
  throw notUnderstood(asked, "the link to the next page leads elsewhere");
}

async function read(
  { http, cloud, key, tokens }: Connection,
  url: string,
  asked: Asked,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const token = await (await tokens()).get(cloud.scope, signal);
  const request: HttpRequest = { method: "GET", url, headers: headersFor(token) };
  const answer = await http.send(request, sender(`${key} reads`, token, READ_PACE), signal);
  if (isFine(answer)) return answer;
  throw errorOf(answer, asked);
}

async function write(
  { http, cloud, key, tokens }: Connection,
  path: string,
  { method, headers, body }: Write,
): Promise<HttpAnswer> {
  const never = new AbortController().signal;
  const token = await (await tokens()).get(cloud.scope, never);
  const json = body === undefined ? {} : { "content-type": "application/json" };
  const request: HttpRequest = {
    method,
    url: urlOf(cloud, path, { "api-version": DNS_VERSION }),
    headers: { ...headersFor(token), ...json, ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
  return http.send(request, sender(`${key} writes`, token, WRITE_PACE), never);
}

export function isFine({ status }: HttpAnswer): boolean {
  return status >= 200 && status < 300;
}

export function parsed<Schema extends v.GenericSchema>(
  answer: HttpAnswer,
  schema: Schema,
  asked: Asked,
): v.InferOutput<Schema> {
  const body = readJson(answer.body);
  if (body === undefined) throw notUnderstood(asked, "it is no JSON", answer);
  const result = v.safeParse(schema, body);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue) ?? "the answer";
  throw notUnderstood(asked, `${field} is not as expected`, answer);
}

/** Without the ids before it: `dnszones/mycompany.example/TXT/@`. */
export function shortened(path: string): string {
  return path.replace(/^.*\/providers\/Microsoft\.(?:Network|Authorization)\//i, "");
}

/** A path is made of segments that were checked; a query's keys keep their `$`. */
function urlOf({ endpoint }: Cloud, path: string, query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).map(
    ([name, value]) => `${name}=${encodeURIComponent(value)}`,
  );
  return `${endpoint}${path}?${pairs.join("&")}`;
}

function headersFor(token: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}`, accept: "application/json" };
}

function sender(key: string, token: string, pace: Sender["pace"] & {}): Sender {
  return { title: "Azure DNS", key, secrets: [token], pace, requestIdHeader: REQUEST_ID };
}

function tokensOf(context: HostContext, cloud: Cloud, key: string): Promise<Tokens> {
  return context.run.once(`azure login ${key}`, async () => {
    const { createTokens } = await import("./client.ts").catch((error: unknown) => {
      throw isMissing(error) ? notInstalled(error) : error;
    });
    return createTokens(context, cloud);
  });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
}

function notInstalled(cause: unknown): MailDnsError {
  return new MailDnsError(
    "config",
    "Azure's own package to log in, @azure/identity, is not installed.",
    {
      help: "Install it beside odoo-mail-dns: npm install @azure/identity@4. In a checkout: npm ci.",
      cause,
    },
  );
}

const IDENTITY = [
  "AZURE_TENANT_ID",
  "AZURE_CLIENT_ID",
  "AZURE_CLIENT_SECRET",
  "AZURE_CLIENT_CERTIFICATE_PATH",
  "AZURE_FEDERATED_TOKEN_FILE",
] as const;

function keyOf(context: HostContext, { endpoint, authority }: Cloud, subscription: string): string {
  const own = IDENTITY.map((name) => context.optionalCredential(name) ?? "");
  const told = JSON.stringify([context.account, endpoint, authority, subscription, ...own]);
  return createHash("sha256").update(told).digest("hex").slice(0, 32);
}
