import { afterEach, describe, expect, it } from "vitest";
import { createHttp } from "../../src/http/client.ts";
import type { TraceEntry } from "../../src/http/trace.ts";
import type { HttpRequest, Sender } from "../../src/ports/http.ts";
import { createFakeClock } from "../engine/fake-clock.ts";
import { makeCertificate, trust } from "../sim/certificate.ts";
import { timerOf } from "../sim/clock.ts";
import { createFaults, type Fault, request } from "../sim/faults.ts";
import { type SimOptions, type SimServer, startSimServer } from "../sim/server.ts";

const SECRET = "tok/en with+signs";
const never = new AbortController().signal;
const sender: Sender = {
  title: "Vendor",
  key: "vendor",
  secrets: [SECRET],
  requestIdHeader: "X-Request-Id",
};

const open: SimServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

/** A vendor that counts what was done, and a client whose pauses take no time. */
async function start(options: Partial<SimOptions> = {}) {
  const clock = createFakeClock();
  const faults = createFaults();
  const done = { count: 0 };
  const server = await startSimServer({
    handle: () => ({ status: 200, body: { count: (done.count += 1) } }),
    faults,
    clock,
    ...options,
  });
  open.push(server);
  const trace: TraceEntry[] = [];
  const began = clock.now();
  const http = createHttp({
    clock,
    timer: timerOf(clock),
    random: () => 1,
    trace: (entry) => trace.push(entry),
  });
  const send = (method: HttpRequest["method"], more: Partial<HttpRequest> = {}, signal = never) =>
    http.send(
      {
        method,
        url: `${server.url}/zones`,
        headers: { authorization: `Bearer ${SECRET}` },
        ...more,
      },
      sender,
      signal,
    );
  const statuses = (): readonly number[] => server.requests.map(({ status }) => status);
  const meet = (method: HttpRequest["method"], ...met: readonly Fault[]) => {
    for (const fault of met) faults.next(request(method), fault);
    return send(method, method === "GET" ? {} : { body: "{}" });
  };
  return {
    server,
    clock,
    http,
    send,
    meet,
    trace,
    done,
    statuses,
    took: () => clock.now() - began,
  };
}

function times(count: number, fault: Fault): readonly Fault[] {
  return Array.from({ length: count }, () => fault);
}

describe("an answer", () => {
  it("is given as it came, whatever it says", async () => {
    const handle = ({ body }: { body: string }) => ({
      status: 418,
      headers: { "X-Thing": "1" },
      body: `got ${body}`,
    });
    const { send } = await start({ handle });
    expect(await send("POST", { body: "é" })).toMatchObject({
      status: 418,
      headers: { "x-thing": "1" },
      body: "got é",
    });
  });

  it("that is an error has no secret in it, whatever the vendor repeats", async () => {
    const handle = ({ headers }: { headers: Readonly<Record<string, string>> }) => ({
      status: 403,
      body: headers,
    });
    const { send } = await start({ handle });
    const { body } = await send("GET");
    expect(body).toContain('"authorization":"Bearer [redacted]"');
  });

  it("that is a redirect is not followed", async () => {
    const handle = () => ({ status: 302, headers: { location: "http://127.0.0.1:9/" } });
    const { send } = await start({ handle });
    expect(await send("GET")).toMatchObject({ status: 302 });
  });

  it("that is longer than any page is refused", async () => {
    const { send } = await start({ handle: () => ({ status: 200, body: "x".repeat(34e6) }) });
    await expect(send("POST")).rejects.toMatchObject({
      code: "unknown-outcome",
      details: { native: { message: "answered with more than 33554432 octets" } },
    });
  });
});

describe("a read", () => {
  it.each<[string, Fault]>([
    ["500", { kind: "status", status: 500 }],
    ["502", { kind: "status", status: 502 }],
    ["503", { kind: "status", status: 503 }],
    ["504", { kind: "status", status: 504 }],
    ["Cloudflare's 522", { kind: "status", status: 522 }],
    ["a connection that dies before", { kind: "drop" }],
    ["a connection that dies after", { kind: "lost" }],
    ["an answer that is cut off", { kind: "truncated" }],
    ["no answer in time", { kind: "slow", ms: 31_000 }],
  ])("is sent again after %s", async (_, fault) => {
    const { meet, server } = await start();
    expect(await meet("GET", fault, fault)).toMatchObject({ status: 200 });
    expect(server.requests).toHaveLength(3);
  });

  it("is sent again after delays that double, and gives up with what was said", async () => {
    const { meet, statuses, took } = await start();
    const down: Fault = {
      kind: "status",
      status: 503,
      headers: { "x-request-id": "id-1" },
      body: `no ${SECRET}`,
    };
    await expect(meet("GET", ...times(5, down))).rejects.toMatchObject({
      code: "transient",
      message: "Vendor answered 5 times with 503.",
      details: {
        host: "Vendor",
        native: { status: 503, requestId: "id-1", message: "no [redacted]" },
      },
    });
    expect(statuses()).toEqual([503, 503, 503, 503, 503]);
    expect(took()).toBe(500 + 1000 + 2000 + 4000);
  });

  it.each([400, 401, 403, 404, 409, 501])(
    "is sent once where it is answered %s",
    async (status) => {
      const { meet, statuses } = await start();
      expect(await meet("GET", { kind: "status", status })).toMatchObject({ status });
      expect(statuses()).toEqual([status]);
    },
  );

  it("is cut off, with the reason, when nobody wants it any more", async () => {
    const ctrlC = new AbortController();
    const handle = () => {
      ctrlC.abort(new Error("Ctrl-C"));
      return { status: 200 };
    };
    const { send } = await start({ handle });
    await expect(send("GET", {}, ctrlC.signal)).rejects.toThrow("Ctrl-C");
  });
});

describe.each(["POST", "PUT", "PATCH", "DELETE"] as const)("a write (%s)", (method) => {
  it.each<[string, Fault]>([
    ["a connection that dies before", { kind: "drop" }],
    ["a connection that dies after", { kind: "lost" }],
    ["an answer that is cut off", { kind: "truncated" }],
    ["no answer in time", { kind: "slow", ms: 61_000 }],
  ])("is never sent twice: %s", async (_, fault) => {
    const { meet, server } = await start();
    await expect(meet(method, fault)).rejects.toMatchObject({ code: "unknown-outcome" });
    expect(server.requests).toHaveLength(1);
  });

  it.each([500, 502, 503, 504])("is not sent again after %s", async (status) => {
    const { meet, statuses } = await start();
    expect(await meet(method, { kind: "after", status })).toMatchObject({ status });
    expect(statuses()).toEqual([status]);
  });

  it("is sent again after 429, when the time has come", async () => {
    const { meet, statuses, done, took } = await start();
    const full: Fault = { kind: "status", status: 429, headers: { "retry-after": "30" } };
    expect(await meet(method, full, full)).toMatchObject({ status: 200 });
    expect([statuses(), done.count]).toEqual([[429, 429, 200], 1]);
    expect(took()).toBe(2 * 30_250);
  });

  it("that has begun is finished, whoever has no more patience", async () => {
    const ctrlC = new AbortController();
    const handle = () => {
      ctrlC.abort(new Error("Ctrl-C"));
      return { status: 200, body: "stored" };
    };
    const { send } = await start({ handle });
    expect(await send(method, {}, ctrlC.signal)).toMatchObject({ body: "stored" });
    await expect(send(method, {}, ctrlC.signal)).rejects.toThrow("Ctrl-C");
  });
});

describe("a vendor that asks to slow down", () => {
  it("five times is not asked a sixth time", async () => {
    const { meet, statuses } = await start();
    const full: Fault = { kind: "status", status: 429, body: "too many" };
    await expect(meet("PATCH", ...times(5, full))).rejects.toMatchObject({
      code: "rate-limited",
      message: "Vendor asked 5 times to slow down.",
      details: { native: { status: 429, message: "too many" } },
    });
    expect(statuses()).toHaveLength(5);
  });

  it("for an hour is not waited for", async () => {
    const { meet, took } = await start();
    const full: Fault = { kind: "status", status: 429, headers: { "retry-after": "3600" } };
    await expect(meet("GET", full)).rejects.toMatchObject({
      code: "rate-limited",
      message: "Vendor takes no more requests until 2026-11-24 19:40 UTC.",
    });
    expect(took()).toBe(0);
  });
});

describe("where nobody answers", () => {
  it("a write may be sent again too, and then says why nothing was done", async () => {
    const { server, send, trace } = await start();
    await server.close();
    open.splice(0);
    const place = new URL(server.url).host;
    await expect(send("PATCH")).rejects.toMatchObject({
      code: "transient",
      message: `Vendor can't be asked: ${place} refuses connections.`,
    });
    expect(trace).toHaveLength(5);
  });
});

describe("TLS", () => {
  const good = makeCertificate();
  const expired = makeCertificate({ until: new Date("2026-01-01") });
  const elsewhere = makeCertificate({ address: "127.0.0.2" });
  for (const one of [good, expired, elsewhere]) trust(one);

  it("is spoken with who is trusted", async () => {
    const { send } = await start({ tls: good });
    expect(await send("GET")).toMatchObject({ status: 200 });
  });

  it.each([
    ["signed by nobody", makeCertificate(), "is signed by nobody but itself"],
    ["that has expired", expired, "has expired"],
    ["for another name", elsewhere, "is for another name"],
  ])("a certificate %s is an error of its own, once, with nothing sent", async (_, tls, words) => {
    const { send, server, trace } = await start({ tls });
    await expect(send("PATCH")).rejects.toMatchObject({
      code: "auth",
      message: expect.stringContaining(`is not trusted: its certificate ${words}.`) as string,
    });
    expect([server.requests.length, trace.length]).toEqual([0, 1]);
  });

  it("where none is spoken is told apart too", async () => {
    const { server, send } = await start();
    await expect(send("GET", { url: server.url.replace("http:", "https:") })).rejects.toMatchObject(
      { code: "auth" },
    );
  });
});

describe("nothing is sent", () => {
  it.each([
    ["without TLS, but on this machine", "http://192.0.2.1/zones"],
    ["to a name that only looks like this machine", "http://localhost.example/zones"],
    ["with a user name in the address", "https://user:pass@127.0.0.1/zones"],
    ["to what is no address", "api.example/zones"],
    ["to a file", "file:///etc/passwd"],
  ])("%s", async (_, url) => {
    const { send } = await start();
    const failed = expect(send("GET", { url })).rejects;
    await failed.toMatchObject({ code: "config", details: { host: "Vendor" } });
  });

  it("with a credential that no header can hold, and the error doesn't show it", async () => {
    const { send } = await start();
    const error: unknown = await send("GET", { headers: { authorization: "Bearer a\nb" } }).catch(
      (error: unknown) => error,
    );
    expect(error).toMatchObject({ code: "auth" });
    expect(String((error as Error).stack) + JSON.stringify(error)).not.toContain("a\\nb");
  });
});

describe("a trace", () => {
  it("tells each request, and why it was sent again, without what is secret", async () => {
    const { http, server, clock, trace } = await start({
      handle: ({ path }) =>
        path.includes("bad")
          ? { status: 400, headers: { "x-request-id": "id-9" }, body: `bad ${SECRET}` }
          : { status: 200, body: `{"access_token":"new"}` },
      faults: (() => {
        const faults = createFaults();
        faults.next(request("GET"), { kind: "status", status: 502 });
        return faults;
      })(),
    });
    const query = `name=a.example&sig=abc&x=${encodeURIComponent(SECRET)}`;
    await http.send({ method: "GET", url: `${server.url}/zones?${query}` }, sender, never);
    const form = new URLSearchParams({ client_secret: SECRET }).toString();
    await http.send({ method: "POST", url: `${server.url}/bad`, body: form }, sender, never);
    const at = new Date(clock.now()).toISOString();
    const url = `${server.url}/zones?name=a.example&sig=redacted&x=[redacted]`;
    const common = { host: "Vendor", waitedMs: 0, tookMs: 0 };
    expect(trace).toEqual([
      {
        ...common,
        at: "2026-11-24T18:40:12.000Z",
        method: "GET",
        url,
        attempt: 1,
        status: 502,
        length: 0,
        error: "",
        again: "answered 502: again in 500 ms",
      },
      { ...common, at, method: "GET", url, attempt: 2, status: 200, length: 22 },
      {
        ...common,
        at,
        method: "POST",
        url: `${server.url}/bad`,
        attempt: 1,
        status: 400,
        requestId: "id-9",
        length: 4 + SECRET.length,
        error: "bad [redacted]",
      },
    ]);
  });
});

it("everything with one credential shares one pace, whatever order it comes in", async () => {
  const { http, server, took } = await start();
  const pace = { requests: 2, seconds: 10 };
  const send = (key: string) =>
    http.send({ method: "GET", url: server.url }, { ...sender, key, pace }, never);
  await Promise.all([send("a"), send("a"), send("b"), send("b")]);
  expect(took()).toBe(0);
  await send("a");
  expect(took()).toBe(10_000);
});
