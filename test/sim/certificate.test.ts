import { afterEach, expect, it } from "vitest";
import { makeCertificate, trust } from "./certificate.ts";
import { type SimServer, startSimServer } from "./server.ts";

const open: SimServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

it("a simulator speaks TLS to who trusts its certificate, and to nobody else", async () => {
  const [trusted, unknown] = [makeCertificate(), makeCertificate()];
  trust(trusted);
  const handle = () => ({ status: 200, body: "secret" });
  const [one, other] = [
    await startSimServer({ handle, tls: trusted }),
    await startSimServer({ handle, tls: unknown }),
  ];
  open.push(one, other);
  expect(await (await fetch(one.url)).text()).toBe("secret");
  await expect(fetch(other.url)).rejects.toMatchObject({
    cause: { code: "DEPTH_ZERO_SELF_SIGNED_CERT" },
  });
});
