import type packet from "dns-packet";
import { afterEach, describe, expect, it } from "vitest";
import type { Answer } from "../../src/core/dns/answer.ts";
import { createResolver } from "../../src/resolve/resolver.ts";
import { createHandClock } from "./clock.ts";
import { askedFor, type RawQuery, type RawServer, reply, startRawServer } from "./raw-server.ts";
import { name, patientClock } from "./world.ts";

const signal = new AbortController().signal;
const servers: RawServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(onQuery: (query: RawQuery) => void): Promise<RawServer> {
  const server = await startRawServer(onQuery);
  servers.push(server);
  return server;
}

async function resolve(
  onQuery: (query: RawQuery) => void,
  text = "example.com",
  type = "TXT",
): Promise<Answer | undefined> {
  const resolver = createResolver({ servers: [await start(onQuery)], clock: patientClock });
  return (await resolver.resolve([{ name: name(text), type }], signal))[0];
}

const text = (owner: string, data: string, ttl = 60): packet.Answer => ({
  type: "TXT",
  name: owner,
  ttl,
  data,
});
const alias = (owner: string, target: string): packet.Answer => ({
  type: "CNAME",
  name: owner,
  ttl: 60,
  data: target,
});
const soa = (owner: string, ttl: number, minimum: number): packet.Answer => ({
  type: "SOA",
  name: owner,
  ttl,
  data: { mname: "ns1.example.com", rname: "h.example.com", serial: 1, minimum },
});

describe("a resolver's answer", () => {
  it("holds the records of the name, each once, and nothing that came along", async () => {
    const answer = await resolve((query) =>
      reply(query, {
        answers: [
          text("EXAMPLE.com", "v=spf1 -all"),
          text("example.com", "v=spf1 -all"),
          text("example.com", "other", 30),
          text("elsewhere.com", "v=spf1 +all"),
          { type: "A", name: "example.com", ttl: 60, data: "192.0.2.1" },
        ],
        additionals: [text("example.com", "smuggled")],
      }),
    );
    expect(answer).toEqual({
      status: "records",
      records: [
        { data: "v=spf1 -all", ttl: 60 },
        { data: "other", ttl: 30 },
      ],
    });
  });

  it("follows the aliases in it, in whatever order they stand", async () => {
    const answer = await resolve((query) =>
      reply(query, {
        answers: [text("c.com", "x"), alias("b.com", "c.com"), alias("example.com", "b.com")],
      }),
    );
    expect(answer).toEqual({
      status: "records",
      records: [{ data: "x", ttl: 60 }],
      aliases: ["b.com", "c.com"],
    });
  });

  it("is asked for further where it stops at an alias", async () => {
    const asked: string[] = [];
    const answer = await resolve((query) => {
      asked.push(askedFor(query));
      reply(query, {
        answers: [
          askedFor(query).startsWith("b.") ? text("b.com", "x") : alias("example.com", "b.com"),
        ],
      });
    });
    expect(asked).toEqual(["example.com TXT", "b.com TXT"]);
    expect(answer).toMatchObject({ status: "records", aliases: ["b.com"] });
  });

  it("is servfail for aliases in a loop, in one answer or over several", async () => {
    const inOne = (query: RawQuery): void =>
      reply(query, { answers: [alias("example.com", "b.com"), alias("b.com", "example.com")] });
    const next = (query: RawQuery): void => {
      const owner = askedFor(query).split(" ")[0] ?? "";
      reply(query, { answers: [alias(owner, owner === "b.com" ? "example.com" : "b.com")] });
    };
    const endless = (query: RawQuery): void => {
      const owner = askedFor(query).split(" ")[0] ?? "";
      reply(query, { answers: [alias(owner, `x${owner}`)] });
    };
    for (const onQuery of [inOne, next, endless])
      expect(await resolve(onQuery)).toEqual({
        status: "servfail",
        detail: "the aliases of example.com form a loop",
      });
  });

  it("is still the alias where the alias is what was asked for", async () => {
    const answers = [alias("example.com", "b.com"), text("b.com", "x")];
    const answer = await resolve((query) => reply(query, { answers }), "example.com", "CNAME");
    expect(answer).toEqual({ status: "records", records: [{ data: "b.com", ttl: 60 }] });
  });

  it("says for how long a no holds: the smaller of the SOA's TTL and minimum (RFC 2308)", async () => {
    const no = (rcode: number, ttl: number, minimum: number) =>
      resolve((query) => reply(query, { rcode, authorities: [soa("com", ttl, minimum)] }));
    expect(await no(0, 900, 300)).toEqual({ status: "nodata", negativeTtl: 300 });
    expect(await no(3, 60, 300)).toEqual({ status: "nxdomain", negativeTtl: 60 });
    expect(await resolve((query) => reply(query, {}))).toEqual({ status: "nodata" });
  });

  it("takes no time from the SOA of a zone that has nothing to do with it", async () => {
    const authorities = [soa("example.org", 5, 5)];
    expect(await resolve((query) => reply(query, { rcode: 3, authorities }))).toEqual({
      status: "nxdomain",
    });
  });

  it("is nxdomain at the end of an alias (RFC 6604)", async () => {
    const answers = [alias("example.com", "gone.com")];
    const authorities = [soa("com", 60, 60)];
    expect(await resolve((query) => reply(query, { rcode: 3, answers, authorities }))).toEqual({
      status: "nxdomain",
      aliases: ["gone.com"],
      negativeTtl: 60,
    });
  });
});

describe("a resolver that fails", () => {
  it("is never a no", async () => {
    const port = (): number => servers.at(-1)?.port ?? 0;
    for (const [rcode, word] of [
      [2, "SERVFAIL"],
      [5, "REFUSED"],
      [9, "RCODE 9"],
    ] as const) {
      expect(await resolve((query) => reply(query, { rcode }))).toEqual({
        status: "servfail",
        detail: `127.0.0.1:${port()} answers ${word}`,
      });
    }
  });

  it("is one that only refers to others", async () => {
    const ns: packet.Answer = { type: "NS", name: "com", ttl: 1, data: "a.gtld-servers.net" };
    expect(await resolve((query) => reply(query, { flags: 0, authorities: [ns] }))).toMatchObject({
      status: "servfail",
      detail: expect.stringContaining("is no resolver"),
    });
  });

  it("makes room for the next one", async () => {
    const first = await start((query) => reply(query, { rcode: 2 }));
    const second = await start((query) => reply(query, { answers: [text("example.com", "x")] }));
    const resolver = createResolver({ servers: [first, second], clock: patientClock });
    const questions = [{ name: name("example.com"), type: "TXT" }];
    expect(await resolver.resolve(questions, signal)).toMatchObject([{ status: "records" }]);
  });

  it("is given up after two rounds of silence", async () => {
    const clock = createHandClock();
    const asked: number[] = [];
    const silent = await start(({ number }) => {
      asked.push(number);
      clock.pass(5000);
    });
    const resolver = createResolver({ servers: [silent], clock });
    const questions = [{ name: name("example.com"), type: "TXT" }];
    expect(await resolver.resolve(questions, signal)).toEqual([
      { status: "timeout", detail: `127.0.0.1:${silent.port} gave no answer within 5 s` },
    ]);
    expect(asked).toEqual([0, 1]);
  });

  it("may not be there at all", async () => {
    const resolver = createResolver({ servers: [], clock: patientClock });
    const questions = [{ name: name("example.com"), type: "TXT" }];
    expect(await resolver.resolve(questions, signal)).toEqual([
      { status: "timeout", detail: "there is no resolver to ask" },
    ]);
  });
});

describe("in one run", () => {
  const question = { name: name("example.com"), type: "TXT" };

  it("the same question is asked once, also at the same moment", async () => {
    const asked: string[] = [];
    const server = await start((query) => {
      asked.push(askedFor(query));
      reply(query, { answers: [text("example.com", "x")] });
    });
    const resolver = createResolver({ servers: [server], clock: patientClock });
    const other = { ...question, type: "A" };
    const answers = await resolver.resolve([question, other, question], signal);
    await resolver.resolve([question], signal);
    expect(answers.map((answer) => answer.status)).toEqual(["records", "nodata", "records"]);
    expect(asked.toSorted()).toEqual(["example.com A", "example.com TXT"]);
  });

  it("a failure is not remembered", async () => {
    const server = await start((query) =>
      reply(query, query.number < 2 ? { rcode: 2 } : { answers: [text("example.com", "x")] }),
    );
    const resolver = createResolver({ servers: [server], clock: patientClock });
    expect(await resolver.resolve([question], signal)).toMatchObject([{ status: "servfail" }]);
    expect(await resolver.resolve([question], signal)).toMatchObject([{ status: "records" }]);
  });

  it("who gives up does not give up for the others", async () => {
    const impatient = new AbortController();
    const server = await start((query) => {
      if (query.number === 0) impatient.abort(new Error("enough"));
      else reply(query, { answers: [text("example.com", "x")] });
    });
    const resolver = createResolver({ servers: [server], clock: patientClock });
    const [first, second] = await Promise.allSettled([
      resolver.resolve([question], impatient.signal),
      resolver.resolve([question], signal),
    ]);
    expect(first).toMatchObject({ status: "rejected", reason: new Error("enough") });
    expect(second).toMatchObject({ status: "fulfilled", value: [{ status: "records" }] });
  });
});
