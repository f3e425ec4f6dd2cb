import { afterEach, describe, expect, it } from "vitest";
import { name, startWorld, type World, zone } from "./world.ts";

const signal = new AbortController().signal;
const apex = name("mycompany.example");
let world: World;
afterEach(() => world.close());

describe("the world on loopback", () => {
  it("is walked from its root to the servers of a zone, which answer for it", async () => {
    world = await startWorld({ zones: [zone(apex, ["@ 300 TXT v=spf1 ~all"])] });
    const found = await world.authority.find(apex, {}, signal);
    expect(found).toMatchObject({
      zone: apex,
      parent: ["ns1.mycompany.example", "ns2.mycompany.example"],
      child: ["ns1.mycompany.example", "ns2.mycompany.example"],
      lame: [],
      overridden: true,
    });
    const [first] = found.servers;
    expect(
      first && (await world.authority.ask(first, { name: apex, type: "TXT" }, signal)),
    ).toEqual({
      authoritative: true,
      answer: { status: "records", records: [{ data: "v=spf1 ~all", ttl: 300 }] },
    });
  });

  it("has a resolver that knows every zone", async () => {
    world = await startWorld({
      zones: [
        zone(apex, ["shop 300 CNAME mycompany.odoo.com"]),
        zone("odoo.com", ["mycompany 60 A 192.0.2.97"]),
      ],
    });
    const question = { name: name("shop.mycompany.example"), type: "A" };
    expect(await world.resolver.resolve([question], signal)).toEqual([
      {
        status: "records",
        records: [{ data: "192.0.2.97", ttl: 60 }],
        aliases: ["mycompany.odoo.com"],
      },
    ]);
  });

  it("serves a changed zone from then on, by one of its servers or by all", async () => {
    world = await startWorld({ zones: [zone(apex, [])] });
    const { servers } = await world.authority.find(apex, {}, signal);
    const ask = async (): Promise<string[]> =>
      Promise.all(
        servers.map(async (server) => {
          const { answer } = await world.authority.ask(server, { name: apex, type: "TXT" }, signal);
          return answer.status;
        }),
      );
    expect(await ask()).toEqual(["nodata", "nodata"]);
    world.serve(zone(apex, ["@ 300 TXT new"]), "ns2.mycompany.example");
    expect(await ask()).toEqual(["nodata", "records"]);
    world.serve(zone(apex, ["@ 300 TXT new"]));
    expect(await ask()).toEqual(["records", "records"]);
    await world.stop("ns1.mycompany.example");
    expect(await ask()).toEqual(["timeout", "records"]);
  });
});
