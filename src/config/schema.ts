import * as v from "valibot";
import { ODOO_TERM } from "../core/odoo.ts";

/** The part of a registry entry that the stack file needs: the schema of the host's own options. */
export type HostSchemas = Readonly<Record<string, { readonly options: v.GenericSchema }>>;

/** Every key of ours in a stack file starts with this. */
export const NAMESPACE = "odoo-mail-dns:";

const text = v.pipe(v.string(), v.nonEmpty());
const about = v.description;

const spf = v.strictObject({
  domain: v.optional(
    v.pipe(
      text,
      about(
        "The domain in the envelope sender, where that is not the domain itself. Written only if it lies in this stack's zone, otherwise only checked.",
      ),
    ),
  ),
  terms: v.optional(
    v.pipe(v.array(text), v.nonEmpty(), about("The SPF terms to keep in the record.")),
    [ODOO_TERM],
  ),
  placement: v.optional(
    v.pipe(
      v.picklist(["first", "before-all"]),
      about("Where a new term goes: right behind v=spf1, or just before `all`."),
    ),
    "first",
  ),
  join: v.optional(
    v.pipe(v.boolean(), about("Join two SPF records into one, which ends as `all` says.")),
    false,
  ),
  all: v.optional(
    v.pipe(v.picklist(["-all", "~all", "?all"]), about("How the joined record ends.")),
  ),
  off: v.optional(v.pipe(v.boolean(), about("Leave the SPF record alone.")), false),
});

const odoo = v.strictObject({
  hosting: v.optional(v.pipe(v.picklist(["online", "sh", "onpremise"]), about("Where Odoo runs."))),
  version: v.optional(
    v.pipe(v.number(), v.minValue(8), v.maxValue(99), about("Odoo's version, such as 18.")),
  ),
});

const own = {
  "odoo-mail-dns:domain": v.optional(
    v.pipe(text, about("The domain that mail is sent from; the stack's name unless set.")),
  ),
  "odoo-mail-dns:zone": v.optional(
    v.pipe(text, about("The zone that holds the domain; found by asking the host unless set.")),
  ),
  "odoo-mail-dns:spf": v.optional(v.pipe(spf, about("The SPF record.")), {}),
  "odoo-mail-dns:dkim": v.optional(
    v.pipe(v.boolean(), about("Keep the DKIM CNAME odoo._domainkey.")),
    true,
  ),
  "odoo-mail-dns:dmarc": v.optional(
    v.pipe(v.picklist(["check", "off"]), about("Check the DMARC record, or leave it alone.")),
    "check",
  ),
  "odoo-mail-dns:records": v.optional(
    v.pipe(
      v.picklist(["own", "native"]),
      about(
        "With Pulumi, what writes the DKIM CNAME: our own resource, or the host's own (azure and cloudflare only).",
      ),
    ),
    "own",
  ),
  "odoo-mail-dns:account": v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/, "small letters, digits and hyphens"),
      about("Which account's credentials: `acme` adds _ACME to the names of their variables."),
    ),
  ),
  "odoo-mail-dns:odoo": v.optional(
    v.pipe(odoo, about("What is known of the Odoo that sends; it changes the verdict.")),
    {},
  ),
  "odoo-mail-dns:accept": v.optional(
    v.pipe(v.array(text), about("Rules whose refusal the owner has answered.")),
    [],
  ),
  "odoo-mail-dns:retire": v.optional(
    v.pipe(v.boolean(), about("Take our records out again, and keep them out.")),
    false,
  ),
};

/** Our keys under `config:`, each with the default that Odoo's page implies. Unknown keys are refused. */
export function configSchema(hosts: HostSchemas) {
  const hostKeys = Object.entries(hosts).map(([name, { options }]) => [
    `${NAMESPACE}${name}`,
    v.optional(v.pipe(options, about(`Options of the host ${name}.`))),
  ]);
  return v.strictObject({
    "odoo-mail-dns:host": v.pipe(
      v.picklist(Object.keys(hosts)),
      about("The DNS host that keeps the zone. `odoo-mail-dns hosts` lists them."),
    ),
    ...own,
    ...(Object.fromEntries(hostKeys) as Readonly<Record<string, v.GenericSchema>>),
  });
}

/**
 * A whole stack file: closed in our namespace, open everywhere else, where Pulumi and other
 * programs keep their own keys. Made into schema/stack.schema.json for editors.
 */
export function stackSchema(hosts: HostSchemas) {
  return v.looseObject({ config: configSchema(hosts) });
}

/** Our keys, valid and with their defaults. */
export type Values = v.InferOutput<v.StrictObjectSchema<typeof own, undefined>> & {
  readonly "odoo-mail-dns:host": string;
};

/** The same keys as people write them: without the prefix, each one optional. */
export type WrittenKeys = {
  readonly [
    Key in keyof Input as Key extends `${typeof NAMESPACE}${infer Name}` ? Name : never
  ]: Input[Key];
};
type Input = v.InferInput<v.StrictObjectSchema<typeof own, undefined>>;
