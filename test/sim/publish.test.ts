import { afterEach, expect, it } from "vitest";
import type { Zone } from "../../examples/name-server/server.ts";
import { createClock } from "../../src/local/clock.ts";
import { createExchange } from "../../src/resolve/exchange.ts";
import { parseEndpoint } from "../../src/resolve/name-servers.ts";
import { name, zone } from "../resolve/world.ts";
import { type Publishing, type Published, publish } from "./publish.ts";

const open: Published[] = [];
afterEach(async () => {
  for (const published of open.splice(0)) await published.close();
});

/** A host that holds one TXT value, which is the number of its edits. */
async function start(options: Partial<Publishing> = {}) {
  const edits = { count: 0 };
  const zones = (): readonly Zone[] => [zone("example.com", [`@ 300 TXT ${edits.count}`])];
  const published = await publish({ zones, ...options });
  open.push(published);
  return { published, edit: () => void (edits.count += 1), ask: () => ask(published.endpoint) };
}

async function ask(endpoint: string): Promise<string> {
  const exchange = createExchange(createClock());
  const server = parseEndpoint(endpoint);
  if (server === undefined) throw new Error(`${endpoint} is no endpoint`);
  const question = { name: name("example.com"), type: "TXT" } as const;
  const options = { recursion: false, timeouts: [5000] };
  const reply = await exchange(server, question, options, new AbortController().signal);
  return JSON.stringify(reply);
}

it("what a host holds is served at once", async () => {
  const { edit, ask } = await start();
  edit();
  expect(await ask()).toContain('"1"');
});

it("where a host has a publication step, nothing is served before it", async () => {
  const { published, edit, ask } = await start({ atOnce: false });
  edit();
  expect(await ask()).toContain('"0"');
  published.publish();
  expect(await ask()).toContain('"1"');
});

it.each([true, false])("publication can stand still and go on (at once: %s)", async (atOnce) => {
  const { published, edit, ask } = await start({ atOnce });
  published.freeze();
  edit();
  published.publish();
  expect(await ask()).toContain('"0"');
  published.thaw();
  published.publish();
  expect(await ask()).toContain('"1"');
});
