import * as v from "valibot";
import type { Adapter } from "../../src/ports/dns-provider.ts";
import { access } from "./access.ts";
import { openApi } from "./api.ts";
import { options as schema } from "./index.ts";
import { azureProvider } from "./provider.ts";
import { subscriptionOf } from "./subscription.ts";

const adapter: Adapter = {
  create(options, context) {
    const { resourceGroup, ...more } = v.parse(schema, options);
    return azureProvider(() => {
      const subscription = more.subscription ?? subscriptionOf(context);
      return { api: openApi(context, subscription), where: { subscription, resourceGroup } };
    }, context);
  },
  async access(context, signal) {
    const subscription = subscriptionOf(context);
    return access(openApi(context, subscription), { subscription }, signal);
  },
};

export default adapter;
