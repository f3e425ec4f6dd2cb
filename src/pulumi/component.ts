// Only these parts of the SDK: all of it would take a program that needs no more some 100 ms to load.
import { RunError } from "@pulumi/pulumi/errors.js";
import { requirePulumiVersion } from "@pulumi/pulumi/metadata.js";
import { type Inputs, output, type Output } from "@pulumi/pulumi/output.js";
import {
  ComponentResource,
  type ComponentResourceOptions,
  CustomResource,
  type CustomResourceOptions,
  ProviderResource,
  type ResourceOptions,
  rootStackResource,
} from "@pulumi/pulumi/resource.js";
import type { WrittenKeys } from "../config/schema.ts";

/**
 * The keys of a stack file, without their prefix, and the domain that they are about. The host's
 * own options stand under the host's name and are checked when Pulumi runs.
 */
export interface MailDomainArgs extends WrittenKeys {
  /** The domain that mail is sent from, as A-labels. */
  readonly domain: string;
  /** Who keeps its zone: `zonefile`, `manual`, ... */
  readonly host: string;
  readonly [hostName: string]: unknown;
}

/** One record before us, and as it is now. Several values are joined by line breaks. */
export interface RecordOutput {
  readonly before: Output<string>;
  readonly now: Output<string>;
}

const ENGINE = ">=3.252.0";

/** Before 3.252 the engine forgot what it had imported, and deleted live records. */
async function requireEngine(): Promise<void> {
  try {
    await requirePulumiVersion(ENGINE);
  } catch (error) {
    const { details = "" } = error as { readonly details?: string };
    throw new RunError(
      `odoo-mail-dns needs the Pulumi CLI ${ENGINE}; nothing was written. ${details}`.trimEnd(),
    );
  }
}

/** Brings the keys to the provider before anything is read: an import sees nothing but its id. */
class Provider extends ProviderResource {
  constructor(name: string, inputs: Inputs, options: ResourceOptions) {
    super("odoo-mail-dns", name, inputs, options);
  }
}

class MailRecord extends CustomResource {
  declare readonly original: Output<string>;
  declare readonly value: Output<string>;

  constructor(type: string, name: string, args: object, options: CustomResourceOptions) {
    const outputs = { original: undefined, value: undefined };
    super(`odoo-mail-dns:index:${type}`, name, { ...args, ...outputs }, options);
  }
}

function outputOf({ original, value }: MailRecord): RecordOutput {
  return { before: original, now: value };
}

/**
 * A domain that sends mail from Odoo: its SPF term, its DKIM CNAME, and a look at its DMARC policy.
 * Each record is taken over as it is and changed in place; `pulumi destroy` takes out only ours.
 *
 *     new MailDomain("mail", { domain: "example.com", host: "zonefile", zonefile: { file: "..." } });
 *
 * The logical names of the records never change: a name that moves makes Pulumi import anew and
 * delete the old one, which takes our term out of live mail.
 */
export class MailDomain extends ComponentResource {
  readonly spf: RecordOutput;
  readonly dkim: RecordOutput;
  readonly dmarc: RecordOutput;
  readonly host: string;

  constructor(name: string, args: MailDomainArgs, options?: ComponentResourceOptions) {
    super("odoo-mail-dns:index:MailDomain", name, {}, options);
    const { domain, ...keys } = args;
    const parent = { parent: this };
    // No record is declared until the provider is, and that waits for the engine's word.
    const text = requireEngine().then(() => JSON.stringify(keys));
    const provider = new Provider(name, { domain, keys: text }, parent);
    const record = (type: string, part: string): MailRecord => {
      // `pulumi import` puts a record at the root of the stack.
      const aliases = [{ parent: rootStackResource }];
      const own = { ...parent, provider, aliases, import: `${domain}/${part}` };
      return new MailRecord(type, `${name}-${part}`, { domain, keys }, own);
    };
    this.spf = outputOf(record("SpfTerms", "spf"));
    const own = record("DkimCname", "dkim");
    this.dkim = outputOf(own);
    this.dmarc = outputOf(record("DmarcRecord", "dmarc"));
    if (args.records === "native" && args.dkim !== false && args.retire !== true) {
      const wanted = { name: `${name}-dkim-record`, domain, keys, ...parent, provider, own };
      const native = output(import("./native/cname.ts")).apply(({ nativeCname }) =>
        nativeCname(wanted),
      );
      this.dkim = { before: own.original, now: native.urn.apply(() => own.value) };
    }
    this.host = args.host;
    const { spf, dkim, dmarc, host } = this;
    this.registerOutputs({ spf, dkim, dmarc, host });
  }
}
