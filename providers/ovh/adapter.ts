import type { Adapter } from "../../src/ports/dns-provider.ts";
import { accessOf } from "./access.ts";
import { ovhProvider } from "./provider.ts";

const adapter: Adapter = {
  create: (_options, context) => ovhProvider(context),
  access: accessOf,
};

export default adapter;
