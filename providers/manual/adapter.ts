import type { Adapter } from "../../src/ports/dns-provider.ts";
import { manualProvider } from "./provider.ts";

const adapter: Adapter = { create: (_options, context) => manualProvider(context) };

export default adapter;
