// What plays @pulumi/azure-native's plugin: a RecordSet as pulumi-azure-native v3 treats it (read on
// 2026-12-01), over the Resource Manager's API. The simulator's version of that API is 2018-05-01;
// the plugin's own is 2023-07-01-preview, which adds types that we don't use.
import about from "@pulumi/azure-native/package.json" with { type: "json" };
import type { RecordSetArgs } from "@pulumi/azure-native/dns/recordSet.js";
import type { Properties } from "../../../src/pulumi/provider/protocol.ts";
import { type InputType, type Kind, startPlugin } from "./plugin.ts";

// tsc compares these with the package: an input that it doesn't have, or that is missing here, is an error.
const inputs = {
  resourceGroupName: "string",
  zoneName: "string",
  recordType: "string",
  relativeRecordSetName: "string?",
  ttl: "number?",
  metadata: "object?",
  aRecords: "object?",
  aaaaRecords: "object?",
  caaRecords: "object?",
  cnameRecord: "object?",
  dsRecords: "object?",
  mxRecords: "object?",
  naptrRecords: "object?",
  nsRecords: "object?",
  ptrRecords: "object?",
  soaRecord: "object?",
  srvRecords: "object?",
  targetResource: "object?!",
  tlsaRecords: "object?",
  trafficManagementProfile: "object?!",
  txtRecords: "object?",
} satisfies Readonly<Record<keyof RecordSetArgs, InputType>>;

/** The inputs that are the record set's address. They can't change. */
const ADDRESS = ["resourceGroupName", "zoneName", "recordType", "relativeRecordSetName"];

const env = (name: string): string => process.env[name] ?? "";

/** Logs in as a service principal does, with ARM_ variables. */
async function login(): Promise<string> {
  const form = {
    grant_type: "client_credentials",
    client_id: env("ARM_CLIENT_ID"),
    client_secret: env("ARM_CLIENT_SECRET"),
    scope: "https://management.azure.com/.default",
  };
  const url = `${env("ODOO_MAIL_DNS_AZURE_ENDPOINT")}/${env("ARM_TENANT_ID")}/oauth2/v2.0/token`;
  const response = await fetch(url, { method: "POST", body: new URLSearchParams(form) });
  return ((await response.json()) as { readonly access_token: string }).access_token;
}

async function ask(method: string, id: string, body?: unknown): Promise<Properties | undefined> {
  const response = await fetch(
    `${env("ODOO_MAIL_DNS_AZURE_ENDPOINT")}${id}?api-version=2018-05-01`,
    {
      method,
      headers: { authorization: `Bearer ${await login()}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    },
  );
  if (response.status === 404 && method === "GET") return undefined;
  const text = await response.text();
  if (response.ok) return (text === "" ? {} : JSON.parse(text)) as Properties;
  throw new Error(`${method} ${id}: ${response.status} ${text}`);
}

function idOf(inputs: Properties): string {
  const [group, zone, type, name] = ADDRESS.map((key) => String(inputs[key]));
  const above = `/subscriptions/${env("ARM_SUBSCRIPTION_ID")}/resourceGroups/${group}`;
  return `${above}/providers/Microsoft.Network/dnsZones/${zone}/${type}/${name}`;
}

/** The address in an id of any case, as the plugin reads it. */
function addressIn(id: string): Properties {
  const parts =
    /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Network\/dnsZones\/([^/]+)\/([^/]+)\/([^/]+)$/i;
  const found = parts.exec(id);
  if (found === null) throw new Error(`${id} is no id of a record set`);
  return Object.fromEntries(ADDRESS.map((key, index) => [key, found[index + 1]]));
}

const bodyOf = ({ ttl, metadata, cnameRecord }: Properties): unknown => ({
  properties: { TTL: ttl, CNAMERecord: cnameRecord, ...(metadata !== undefined && { metadata }) },
});

/** The outputs: what the API answers, and the address. Not the id: the plugin leaves that out. */
function outputsOf(id: string, set: Properties): Properties {
  const { TTL, CNAMERecord, metadata, fqdn, provisioningState } = set["properties"] as Properties;
  const common = { name: set["name"], type: set["type"], etag: set["etag"] };
  const record = { ttl: TTL, cnameRecord: CNAMERecord, metadata };
  return { ...addressIn(id), ...common, ...record, fqdn, provisioningState };
}

const recordSet: Kind = {
  inputs,
  replacing: ADDRESS,
  async create(inputs) {
    const id = idOf(inputs);
    if ((await ask("GET", id)) !== undefined)
      throw new Error(`cannot create already existing resource '${id}'`);
    const made = await ask("PUT", id, bodyOf(inputs));
    return { id, outputs: outputsOf(id, made ?? {}) };
  },
  async read(id) {
    const found = await ask("GET", id);
    return found && { id, outputs: outputsOf(id, found) };
  },
  async update(id, _, inputs) {
    return outputsOf(id, (await ask("PUT", id, bodyOf(inputs))) ?? {});
  },
  async remove(id) {
    await ask("DELETE", id);
  },
  inputsOf(outputs) {
    const own = Object.keys(inputs).filter((key) => outputs[key] !== undefined);
    return Object.fromEntries(own.map((key) => [key, outputs[key]]));
  },
};

startPlugin({
  name: "azure-native",
  version: about.version,
  kinds: { "azure-native:dns:RecordSet": recordSet },
  functions: {
    "azure-native:authorization:getClientConfig": async () => ({
      clientId: env("ARM_CLIENT_ID"),
      objectId: "",
      subscriptionId: env("ARM_SUBSCRIPTION_ID"),
      tenantId: env("ARM_TENANT_ID"),
    }),
  },
});
