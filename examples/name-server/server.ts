import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Server, type Socket as Stream } from "node:net";
import type { Question } from "../../src/core/dns/answer.ts";
import { readMessage } from "../../src/resolve/wire.ts";
import { respond } from "./message.ts";
import type { Zone } from "./zone.ts";

export type { Zone } from "./zone.ts";

type Zones = readonly Zone[];

export interface NameServerOptions {
  /** The zones, or where to get them: called for every query, so that a changed file shows at once. */
  readonly zones: Zones | (() => Zones | Promise<Zones>);
  /** A loopback address. Default 127.0.0.1. */
  readonly address?: string;
  /** Default 0: a free one. */
  readonly port?: number;
  /** Called with every question that arrives. */
  readonly onQuestion?: (question: Question, transport: "udp" | "tcp") => void;
}

export interface NameServer {
  readonly address: string;
  readonly port: number;
  close(): Promise<void>;
}

const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|::1)$/;
const ATTEMPTS = 20;
const IDLE_MS = 5000;
const MAX_STREAMS = 100;

/**
 * An authoritative name server for demo and tests: UDP and TCP on one port of a loopback address,
 * never on any other. Where the zones can't be had, it answers SERVFAIL.
 */
export async function startNameServer(options: NameServerOptions): Promise<NameServer> {
  const { address = "127.0.0.1", port = 0 } = options;
  if (!LOOPBACK.test(address)) throw new RangeError(`${address} is no loopback address`);
  const respondTo = responder(options);
  for (let attempt = 1; ; attempt += 1) {
    const streams = listenTcp(respondTo);
    streams.server.listen(port, address);
    await once(streams.server, "listening");
    const bound = (streams.server.address() as { port: number }).port;
    const udp = listenUdp(address, respondTo);
    try {
      udp.bind(bound, address);
      await once(udp, "listening");
      return { address, port: bound, close: () => close(udp, streams) };
    } catch (error) {
      // The free TCP port may be somebody's UDP port: then try another.
      await close(udp, streams);
      if (port !== 0 || attempt === ATTEMPTS) throw error;
    }
  }
}

type Responder = (octets: Buffer, transport: "udp" | "tcp") => Promise<Buffer | undefined>;

function responder({ zones, onQuestion }: NameServerOptions): Responder {
  return async (octets, transport) => {
    const question = readMessage(octets)?.questions[0];
    if (question !== undefined) onQuestion?.(question, transport);
    return respond(await load(zones), octets, transport);
  };
}

async function load(zones: NameServerOptions["zones"]): Promise<Zones | undefined> {
  try {
    return typeof zones === "function" ? await zones() : zones;
  } catch {
    return undefined;
  }
}

function listenUdp(address: string, respondTo: Responder): Socket {
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
  const reply = async (octets: Buffer, from: RemoteInfo): Promise<void> => {
    const response = await respondTo(octets, "udp");
    if (response !== undefined) socket.send(response, from.port, from.address);
  };
  // Who can't be answered any more (closed meanwhile, port 0) is no reason to stop for the others.
  const ignore = (): void => undefined;
  socket.on("error", ignore);
  socket.on("message", (octets, from) => void reply(octets, from).catch(ignore));
  return socket;
}

interface Streams {
  readonly server: Server;
  readonly open: Set<Stream>;
}

function listenTcp(respondTo: Responder): Streams {
  const open = new Set<Stream>();
  const server = createServer((stream) => {
    open.add(stream);
    stream.setTimeout(IDLE_MS, () => stream.destroy());
    stream.on("close", () => open.delete(stream));
    stream.on("error", () => stream.destroy());
    void serve(stream, respondTo);
  });
  server.maxConnections = MAX_STREAMS;
  return { server, open };
}

/** One message after the other, each behind its length (RFC 1035 4.2.2). */
async function serve(stream: Stream, respondTo: Responder): Promise<void> {
  let received = Buffer.alloc(0);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const end = 2 + received.readUInt16BE(0);
        const response = await respondTo(received.subarray(2, end), "tcp");
        if (response === undefined) return void stream.destroy();
        stream.write(Buffer.from([response.length >> 8, response.length & 0xff]));
        stream.write(response);
        received = received.subarray(end);
      }
    }
  } catch {
    // The client is gone.
  }
  stream.end();
}

async function close(udp: Socket, { server, open }: Streams): Promise<void> {
  const closed = [once(udp, "close"), once(server, "close")];
  udp.close();
  server.close();
  for (const stream of open) stream.destroy();
  await Promise.all(closed);
}
