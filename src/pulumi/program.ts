// The program behind Pulumi.yaml: one stack, one domain, everything from its stack file.
import { RunError } from "@pulumi/pulumi/errors.js";
import { getRootDirectory, getStack } from "@pulumi/pulumi/metadata.js";
import { MailDomain } from "./component.ts";
import { COMPONENT, readStack } from "./stacks.ts";

const name = getStack();
const stack = readStack(getRootDirectory(), name);
if (stack === undefined) throw new RunError(`There is no file stacks/Pulumi.${name}.yaml.`);
if ("problem" in stack) throw new RunError(stack.problem);

const mail = new MailDomain(COMPONENT, stack.args);

export const { spf, dkim, dmarc, host } = mail;
