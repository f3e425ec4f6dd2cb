import * as v from "valibot";
import type { Adapter } from "../../src/ports/dns-provider.ts";
import { access } from "./access.ts";
import { openApi } from "./api.ts";
import { options as schema } from "./index.ts";
import { cloudflareProvider } from "./provider.ts";

const adapter: Adapter = {
  create: (options, context) =>
    cloudflareProvider(v.parse(schema, options), context, openApi(context)),
  access: (context, signal) => access(openApi(context), signal),
};

export default adapter;
