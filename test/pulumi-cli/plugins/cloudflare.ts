// What plays @pulumi/cloudflare's plugin: a DnsRecord as terraform-provider-cloudflare v5 and Pulumi's
// bridge treat it (read on 2026-12-01), over Cloudflare's API.
import about from "@pulumi/cloudflare/package.json" with { type: "json" };
import type { DnsRecordArgs } from "@pulumi/cloudflare/dnsRecord.js";
import type { GetDnsRecordsArgs } from "@pulumi/cloudflare/getDnsRecords.js";
import type { Properties } from "../../../src/pulumi/provider/protocol.ts";
import { type InputType, type Kind, startPlugin } from "./plugin.ts";

// tsc compares these with the package: an input that it doesn't have, or that is missing here, is an error.
const inputs = {
  zoneId: "string",
  name: "string",
  type: "string",
  ttl: "number",
  content: "string?",
  data: "object?",
  proxied: "boolean?!",
  priority: "number?",
  comment: "string?",
  tags: "object?!",
  settings: "object?!",
  privateRouting: "boolean?",
  includeShadowMetadata: "boolean?!",
} satisfies Readonly<Record<keyof DnsRecordArgs, InputType>>;

/** Inputs by the names that the API has for them; the others are no part of a record's body. */
const FIELDS: Readonly<Record<string, string>> = {
  name: "name",
  type: "type",
  ttl: "ttl",
  content: "content",
  proxied: "proxied",
  comment: "comment",
  tags: "tags",
  settings: "settings",
};

interface Answer {
  readonly status: number;
  readonly result: Readonly<Record<string, unknown>> | null;
}

async function ask(method: string, path: string, body?: Properties): Promise<Answer> {
  const base = process.env["CLOUDFLARE_BASE_URL"] ?? "https://api.cloudflare.com/client/v4";
  const url = `${base}/zones/${path}`;
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${process.env["CLOUDFLARE_API_TOKEN"]}`,
      ...(body && { "content-type": "application/json" }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (response.ok || (response.status === 404 && method === "GET"))
    return { status: response.status, result: (JSON.parse(text) as Answer).result };
  throw new Error(
    `failed to make http request: ${method} "${url}": ${response.status} ${response.statusText} ${text}`,
  );
}

/** A record's outputs. As in every bridged plugin its id is among them. */
function outputsOf(zoneId: unknown, { result }: Answer): { id: string; outputs: Properties } {
  const { id, name, type, ttl, content, proxied, comment, tags, settings } = result ?? {};
  const { proxiable, meta, created_on, modified_on } = result ?? {};
  const outputs = {
    id,
    zoneId,
    name,
    type,
    ttl,
    content,
    proxied,
    ...(comment !== null && { comment }),
    tags,
    settings,
    proxiable,
    meta: JSON.stringify(meta),
    createdOn: created_on,
    modifiedOn: modified_on,
  };
  return { id: String(id), outputs };
}

const bodyOf = (inputs: Properties): Properties =>
  Object.fromEntries(
    Object.entries(FIELDS).flatMap(([key, field]) =>
      inputs[key] === undefined ? [] : [[field, inputs[key]]],
    ),
  );

const dnsRecord: Kind = {
  inputs,
  replacing: ["zoneId", "type"],
  /** A blind POST: nothing is looked up before. */
  async create(inputs) {
    const made = await ask("POST", `${inputs["zoneId"]}/dns_records`, bodyOf(inputs));
    return outputsOf(inputs["zoneId"], made);
  },
  /** The id of an import is `<zone>/<record>`, that of a record in the state `<record>`. */
  async read(id, outputs) {
    const isImport = Object.keys(outputs).length === 0;
    const [zoneId, recordId] = isImport ? id.split("/") : [outputs["zoneId"], id];
    if (recordId === undefined)
      throw new Error(`expected format "<zone_id>/<dns_record_id>": ${id}`);
    const answer = await ask("GET", `${zoneId}/dns_records/${recordId}`);
    return answer.status === 404 ? undefined : outputsOf(zoneId, answer);
  },
  /** A PUT of the whole record: what is not named returns to its default. */
  async update(id, outputs, inputs) {
    const planned = { ...dnsRecord.inputsOf(outputs), ...inputs };
    if (!("comment" in inputs)) delete planned["comment"];
    const { zoneId } = inputs;
    return outputsOf(zoneId, await ask("PUT", `${zoneId}/dns_records/${id}`, bodyOf(planned)))
      .outputs;
  },
  /** One that is gone already is an error, as there. */
  async remove(id, outputs) {
    await ask("DELETE", `${outputs["zoneId"]}/dns_records/${id}`);
  },
  inputsOf(outputs) {
    const own = Object.keys(inputs).filter((key) => outputs[key] !== undefined);
    return Object.fromEntries(own.map((key) => [key, outputs[key]]));
  },
};

async function getDnsRecords(args: Properties): Promise<Properties> {
  const known = ["zoneId", "name", "type"] satisfies readonly (keyof GetDnsRecordsArgs)[];
  const { zoneId, type, name } = args as GetDnsRecordsArgs;
  if (Object.keys(args).some((key) => !known.some((one) => one === key)) || !zoneId)
    throw new Error(`getDnsRecords is not played for ${JSON.stringify(args)}`);
  const query = new URLSearchParams({
    ...(type && { type }),
    ...(name?.exact && { "name.exact": name.exact }),
  });
  const { result } = await ask("GET", `${zoneId}/dns_records?${query}`);
  const found = Object.values(result ?? {}) as readonly Answer["result"][];
  return {
    ...args,
    results: found.map((result) => outputsOf(zoneId, { status: 200, result }).outputs),
  };
}

startPlugin({
  name: "cloudflare",
  version: about.version,
  kinds: { "cloudflare:index/dnsRecord:DnsRecord": dnsRecord },
  functions: { "cloudflare:index/getDnsRecords:getDnsRecords": getDnsRecords },
});
