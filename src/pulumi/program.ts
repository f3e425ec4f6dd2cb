// The program behind Pulumi.yaml: one stack, one domain, everything from its stack file.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { hosts } from "../../providers/index.ts";
import { stackKeys } from "../config/keys.ts";
import { loadStack } from "../config/load.ts";
import { placedLines } from "../render/findings.ts";
import { MailDomain } from "./component.ts";

// Before 3.252 the engine forgot what it had imported and deleted live records (pulumi/pulumi#14836).
await pulumi.requirePulumiVersion(">=3.252.0");

const name = pulumi.getStack();
const file = join("stacks", `Pulumi.${name}.yaml`);
const text = readFileSync(join(pulumi.getRootDirectory(), file), "utf8");
const source = { name, file, text };
const loaded = loadStack(source, hosts);
if ("findings" in loaded) throw new pulumi.RunError(loaded.findings.flatMap(placedLines).join("\n"));

const { domain, host } = loaded.config;
const mail = new MailDomain("mail-domain", { ...stackKeys(text), domain, host });

export const spf = mail.spf;
export const dkim = mail.dkim;
export const dmarc = mail.dmarc;
export { host };
