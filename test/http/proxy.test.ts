import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { expect, it } from "vitest";

// Node looks for a proxy when it starts, so this needs a program of its own.
const PROGRAM = `
  import { createHttp } from ${JSON.stringify(new URL("../../src/http/client.ts", import.meta.url).href)};
  const clock = { now: () => 0, wait: async () => undefined };
  const sender = { title: "Vendor", key: "vendor", secrets: [] };
  const request = { method: "GET", url: "https://api.example.invalid/" };
  const { signal } = new AbortController();
  await createHttp({ clock }).send(request, sender, signal).catch(({ code }) => console.log(code));
`;

it("behind a proxy, requests go through it where NODE_USE_ENV_PROXY says so", async () => {
  const asked = new Set<string | undefined>();
  const proxy = createServer();
  proxy.on("connect", ({ url }: { url?: string }, stream: Duplex) => {
    asked.add(url);
    stream.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const { port } = proxy.address() as AddressInfo;
  const env = { NODE_USE_ENV_PROXY: "1", HTTPS_PROXY: `http://127.0.0.1:${port}` };
  const child = spawn(process.execPath, ["--input-type=module", "-e", PROGRAM], { env });
  const said: string[] = [];
  child.stdout.on("data", (chunk: Buffer) => said.push(chunk.toString()));
  await once(child, "close");
  proxy.close();
  expect([...asked]).toEqual(["api.example.invalid:443"]);
  expect(said.join("")).toBe("transient\n");
});
