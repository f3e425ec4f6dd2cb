import { createSocket } from "node:dgram";
import { afterEach, describe, expect, it } from "vitest";
import { createExchange, type Reply } from "../../src/resolve/exchange.ts";
import { createHandClock } from "./clock.ts";
import {
  message,
  pointer,
  type RawQuery,
  type RawServer,
  startRawServer,
  wireName,
  wireQuestion,
  wireRecord,
  wireText,
} from "./raw-server.ts";
import { name, patientClock } from "./world.ts";

const question = { name: name("example.com"), type: "TXT" };
const owner = wireName("example", "com");
const asked = wireQuestion(owner);
const signal = new AbortController().signal;

let server: RawServer;
afterEach(() => server.close());

/** A true answer with this text. */
function answer({ octets }: RawQuery, text: string, id = octets.readUInt16BE(0)): Buffer {
  return message({ id, body: [asked, wireRecord(pointer(12), wireText(text))] });
}

function framed(octets: Buffer): Buffer {
  return Buffer.concat([Buffer.from([octets.length >> 8, octets.length & 0xff]), octets]);
}

/** An error with the query's own question and no OPT. */
function failure({ octets }: RawQuery, rcode: number): Buffer {
  const counts = [1, 0, 0, 0] as const;
  return message({ id: octets.readUInt16BE(0), flags: 0x8000 | rcode, counts, body: [asked] });
}

async function ask(onQuery: (query: RawQuery) => void, timeouts = [1000, 2000]): Promise<Reply> {
  server = await startRawServer(onQuery);
  const exchange = createExchange(patientClock);
  return exchange(server, question, { recursion: false, timeouts }, signal);
}

function textOf(reply: Reply): string | undefined {
  return reply.kind === "message" ? reply.message.answer[0]?.data : reply.detail;
}

describe("what is believed over UDP", () => {
  it("is the answer with our id, our question and the response bit", async () => {
    const reply = await ask((query) => {
      const id = query.octets.readUInt16BE(0);
      const other = wireQuestion(wireName("example", "org"));
      const record = wireRecord(owner, wireText("forged"));
      query.send(answer(query, "forged", id ^ 1));
      query.send(message({ id, flags: 0x0400, body: [asked, record] }));
      query.send(message({ id, body: [other, record] }));
      query.send(message({ id, body: [wireQuestion(owner, 1), record] }));
      query.send(message({ id, body: [wireQuestion(owner, 16, 3), record] }));
      query.send(message({ id, counts: [0, 1, 0, 0], body: [record] }));
      query.send(message({ id, counts: [2, 1, 0, 0], body: [asked, asked, record] }));
      query.send(Buffer.alloc(3));
      query.send(answer(query, "true"));
    });
    expect(textOf(reply)).toBe("true");
  });

  it("never comes from another address or port, even with the right id", async () => {
    const forger = createSocket("udp4");
    const reply = await ask((query) => {
      forger.send(answer(query, "forged"), query.from, "127.0.0.1", () =>
        query.send(answer(query, "true")),
      );
    });
    forger.close();
    expect(textOf(reply)).toBe("true");
  });

  it("uses another id and another port for every question", async () => {
    const seen: string[] = [];
    await ask((query) => {
      seen.push(`${query.octets.readUInt16BE(0)} ${query.from}`);
      query.send(answer(query, "x"));
    });
    const exchange = createExchange(patientClock);
    const options = { recursion: false, timeouts: [1000] };
    await Promise.all(
      Array.from({ length: 49 }, () => exchange(server, question, options, signal)),
    );
    expect(new Set(seen).size).toBe(50);
    expect(new Set(seen.map((one) => one.split(" ")[0])).size).toBeGreaterThan(45);
  });
});

describe("an answer that is cut short", () => {
  it("is asked for again over TCP, wherever it was cut", async () => {
    const transports: string[] = [];
    const reply = await ask((query) => {
      transports.push(query.transport);
      const whole = answer(query, "whole");
      if (query.transport === "tcp") return query.send(framed(whole));
      whole.writeUInt16BE(0x8600, 2);
      query.send(whole.subarray(0, whole.length - 9));
    });
    expect(transports).toEqual(["udp", "tcp"]);
    expect(textOf(reply)).toBe("whole");
  });

  it("may come octet by octet, after messages that are none of ours", async () => {
    const reply = await ask((query) => {
      if (query.transport === "udp") {
        const cut = failure(query, 0);
        cut.writeUInt16BE(0x8200, 2);
        return query.send(cut);
      }
      const stray = framed(answer(query, "stray", query.octets.readUInt16BE(0) ^ 1));
      for (const octet of Buffer.concat([
        framed(Buffer.alloc(0)),
        stray,
        framed(answer(query, "whole")),
      ])) {
        query.send(Buffer.from([octet]));
      }
    });
    expect(textOf(reply)).toBe("whole");
  });

  it("is no answer when TCP cuts it short too, ends early, or lies about the length", async () => {
    const overTcp = async (octets: (query: RawQuery) => Buffer): Promise<string | undefined> => {
      const reply = await ask((query) => {
        const cut = failure(query, 0);
        cut.writeUInt16BE(0x8200, 2);
        query.send(query.transport === "udp" ? cut : octets(query));
        if (query.transport === "tcp") query.send(Buffer.alloc(0));
      });
      await server.close();
      return textOf(reply);
    };
    const cutAgain = (query: RawQuery): Buffer => {
      const cut = failure(query, 0);
      cut.writeUInt16BE(0x8200, 2);
      return framed(cut);
    };
    expect(await overTcp(cutAgain)).toBe("cut its answer short over TCP too");
    const closed = "could not be asked: closed without an answer";
    expect(await overTcp(() => Buffer.from([1]))).toBe(closed);
    expect(await overTcp((query) => framed(answer(query, "x")).subarray(0, 20))).toBe(closed);
    server = await startRawServer(() => undefined);
  });
});

describe("a server that doesn't answer as it should", () => {
  it("is asked without EDNS when it says that it doesn't understand", async () => {
    for (const rcode of [1, 4]) {
      const lengths: number[] = [];
      const reply = await ask((query) => {
        lengths.push(query.octets.length);
        query.send(query.number === 0 ? failure(query, rcode) : answer(query, "plain"));
      });
      expect(lengths).toEqual([29 + 11, 29]);
      expect(textOf(reply)).toBe("plain");
      if (rcode === 1) await server.close();
    }
  });

  it("is believed when it goes on saying so", async () => {
    const reply = await ask((query) => query.send(failure(query, 4)));
    expect(reply).toMatchObject({ kind: "message", message: { rcode: 4 } });
  });

  it("may leave the question out of an error", async () => {
    const reply = await ask(({ octets, send }) =>
      send(message({ id: octets.readUInt16BE(0), flags: 0x8005, counts: [0, 0, 0, 0], body: [] })),
    );
    expect(reply).toMatchObject({ kind: "message", message: { rcode: 5 } });
  });

  it("gets another chance after nonsense, and is broken when nothing else comes", async () => {
    const nonsense = (query: RawQuery): Buffer => answer(query, "x").subarray(0, 40);
    const second = await ask((query) =>
      query.send(query.number === 0 ? nonsense(query) : answer(query, "good")),
    );
    expect(textOf(second)).toBe("good");
    await server.close();
    expect(await ask((query) => query.send(nonsense(query)))).toEqual({
      kind: "broken",
      detail: "sent what is no DNS message",
    });
  });

  it("is asked again after each time-out, and given up when the last is over", async () => {
    const clock = createHandClock();
    const seen: number[] = [];
    server = await startRawServer(({ number }) => {
      seen.push(clock.now());
      clock.pass(number === 0 ? 1000 : 2500);
    });
    const options = { recursion: false, timeouts: [1000, 2500] };
    const reply = await createExchange(clock)(server, question, options, signal);
    expect(reply).toEqual({ kind: "silent", detail: "gave no answer within 2.5 s" });
    expect(seen).toEqual([0, 1000]);
    expect(clock.now()).toBe(3500);
  });

  it("holds nobody up with messages that are none of ours", async () => {
    const clock = createHandClock();
    server = await startRawServer((query) => {
      for (let count = 0; count < 50; count += 1)
        query.send(answer(query, "forged", query.octets.readUInt16BE(0) ^ 1));
      clock.pass(1000);
    });
    const options = { recursion: false, timeouts: [1000] };
    const reply = await createExchange(clock)(server, question, options, signal);
    expect(reply.kind).toBe("silent");
  });

  it("is told from one that nobody runs, which is known at once", async () => {
    server = await startRawServer(() => undefined);
    const dead = { address: server.address, port: server.port };
    await server.close();
    const options = { recursion: false, timeouts: [1000, 1000] };
    const reply = await createExchange(patientClock)(dead, question, options, signal);
    expect(reply).toEqual({ kind: "silent", detail: "refuses connections at this port" });
    server = await startRawServer(() => undefined);
  });
});

it("a network that can't be used is known at once", async () => {
  server = await startRawServer(() => undefined);
  const broadcast = { address: "127.255.255.255", port: 53 };
  const options = { recursion: false, timeouts: [1000, 1000] };
  expect(await createExchange(patientClock)(broadcast, question, options, signal)).toEqual({
    kind: "silent",
    detail: "can't be asked: this machine forbids it",
  });
});

describe("asking", () => {
  it("ends at once when the caller gives up, with his reason", async () => {
    const caller = new AbortController();
    server = await startRawServer(() => caller.abort(new Error("Ctrl-C")));
    const exchange = createExchange(patientClock);
    const options = { recursion: false, timeouts: [1000, 1000] };
    await expect(exchange(server, question, options, caller.signal)).rejects.toThrow("Ctrl-C");
    await expect(exchange(server, question, options, caller.signal)).rejects.toThrow("Ctrl-C");
  });

  it("keeps to 64 questions at a time, however many there are", async () => {
    const waiting: RawQuery[] = [];
    let most = 0;
    server = await startRawServer((query) => {
      waiting.push(query);
      most = Math.max(most, waiting.length);
      if (most < 64) return;
      const next = waiting.shift();
      next?.send(answer(next, "x"));
      // The last ones are answered when nobody new comes.
      if (query.number >= 199) for (const rest of waiting) rest.send(answer(rest, "x"));
    });
    const exchange = createExchange(patientClock);
    const options = { recursion: false, timeouts: [1000] };
    const replies = await Promise.all(
      Array.from({ length: 200 }, () => exchange(server, question, options, signal)),
    );
    expect(replies.every((reply) => textOf(reply) === "x")).toBe(true);
    expect(most).toBe(64);
  });

  it("says so where a type can't be asked for", async () => {
    server = await startRawServer(() => undefined);
    const exchange = createExchange(patientClock);
    const odd = { name: question.name, type: "NONSENSE" };
    expect(await exchange(server, odd, { recursion: false, timeouts: [1] }, signal)).toEqual({
      kind: "broken",
      detail: "can't be asked for the type NONSENSE",
    });
  });
});
