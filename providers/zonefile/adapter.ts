import * as disk from "node:fs/promises";
import * as v from "valibot";
import type { Adapter } from "../../src/ports/dns-provider.ts";
import { options as schema } from "./index.ts";
import { run } from "./programs.ts";
import { zoneFileProvider } from "./provider.ts";

const adapter: Adapter = {
  create: (options, context) => zoneFileProvider(v.parse(schema, options), context, { disk, run }),
};

export default adapter;
