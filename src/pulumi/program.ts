// The program behind Pulumi.yaml: one stack, one domain, everything from its stack file.
import * as pulumi from "@pulumi/pulumi";
import { MailDomain } from "./component.ts";
import { COMPONENT, readStacks } from "./stacks.ts";

const name = pulumi.getStack();
const stack = readStacks(pulumi.getRootDirectory()).find((one) => one.name === name);
if (stack === undefined) throw new pulumi.RunError(`There is no file stacks/Pulumi.${name}.yaml.`);
if ("problem" in stack) throw new pulumi.RunError(stack.problem);

const mail = new MailDomain(COMPONENT, stack.args);

export const { spf, dkim, dmarc, host } = mail;
