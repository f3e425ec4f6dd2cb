import { toJsonSchema } from "@valibot/to-json-schema";
import * as v from "valibot";
import { hosts } from "../providers/index.ts";
import { NAMESPACE, stackSchema } from "../src/config/schema.ts";

/**
 * The stack file for editors: closed in our namespace, so that a mistyped key is underlined, and
 * open everywhere else. A pattern closes it, because properties of other programs must pass.
 */
export function stackJsonSchema(): string {
  const { properties, ...rest } = toJsonSchema(stackSchema(hosts), { target: "draft-2020-12" });
  const config = properties?.["config"];
  if (typeof config !== "object") throw new Error("The stack file has no config.");
  const names = Object.keys(config.properties ?? {}).map((key) => key.slice(NAMESPACE.length));
  const closed = {
    ...config,
    additionalProperties: true,
    patternProperties: { [`^${NAMESPACE}(?!(?:${names.join("|")})$)`]: false },
    allOf: Object.entries(hosts)
      .filter(([, { options }]) => !v.is(options, {}))
      .map(([name]) => needsOptions(name)),
  };
  const json = { ...rest, properties: { ...properties, config: closed } };
  return `${JSON.stringify(json, null, 2)}\n`;
}

function needsOptions(host: string): object {
  return {
    if: { properties: { [`${NAMESPACE}host`]: { const: host } } },
    // oxlint-disable-next-line unicorn/no-thenable -- the word of JSON Schema
    then: { required: [`${NAMESPACE}${host}`] },
  };
}
