import packet from "dns-packet";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import type { Endpoint } from "../../src/resolve/name-servers.ts";

/** A server that sends whatever octets a test wants, right or wrong. */
export interface RawServer extends Endpoint {
  close(): Promise<void>;
}

export interface RawQuery {
  readonly octets: Buffer;
  /** Counted from 0, over both transports. */
  readonly number: number;
  readonly transport: "udp" | "tcp";
  /** Over TCP the length is not added. */
  readonly send: (octets: Buffer) => void;
  /** Where the query came from, for those who would forge an answer. */
  readonly from: number;
}

export async function startRawServer(onQuery: (query: RawQuery) => void): Promise<RawServer> {
  const address = "127.0.0.1";
  let number = 0;
  const tcp = createServer((stream) => {
    stream.on("error", () => stream.destroy());
    stream.on("data", (chunk: Buffer) => {
      const octets = chunk.subarray(2);
      const send = (answer: Buffer): void =>
        void (answer.length === 0 ? stream.end() : stream.write(answer));
      onQuery({ octets, number: number++, transport: "tcp", send, from: stream.remotePort ?? 0 });
    });
  });
  for (;;) {
    await once(tcp.listen(0, address), "listening");
    const { port } = tcp.address() as { port: number };
    const udp = createSocket("udp4");
    udp.on("message", (octets, { port: from }) => {
      const send = (answer: Buffer): void => udp.send(answer, from, address);
      onQuery({ octets, number: number++, transport: "udp", send, from });
    });
    try {
      await once(udp.bind(port, address), "listening");
    } catch {
      await once(tcp.close(), "close");
      continue;
    }
    return {
      address,
      port,
      close: async () => {
        udp.close();
        await once(tcp.close(), "close");
      },
    };
  }
}

/** A message by hand: counts are what they are said to be, whatever follows. */
export function message(parts: {
  readonly id: number;
  readonly flags?: number;
  readonly counts?: readonly [number, number, number, number];
  readonly body: readonly Buffer[];
}): Buffer {
  const { id, flags = 0x8400, counts = [1, 1, 0, 0] } = parts;
  const header = [id, flags, ...counts].flatMap((value) => [value >> 8, value & 0xff]);
  return Buffer.concat([Buffer.from(header), ...parts.body]);
}

/** Labels as they stand on the wire, latin1. */
export function wireName(...labels: readonly string[]): Buffer {
  const parts = labels.map((label) =>
    Buffer.from(`${String.fromCharCode(label.length)}${label}`, "latin1"),
  );
  return Buffer.concat([...parts, Buffer.from([0])]);
}

export function wireQuestion(owner: Buffer, type = 16, qclass = 1): Buffer {
  return Buffer.concat([owner, Buffer.from([type >> 8, type & 0xff, qclass >> 8, qclass & 0xff])]);
}

/** `length` lies where a test wants it to. */
export function wireRecord(
  owner: Buffer,
  data: Buffer,
  options: {
    readonly type?: number;
    readonly ttl?: number;
    readonly class?: number;
    readonly length?: number;
  } = {},
): Buffer {
  const head = Buffer.alloc(10);
  head.writeUInt16BE(options.type ?? 16, 0);
  head.writeUInt16BE(options.class ?? 1, 2);
  head.writeUInt32BE(options.ttl ?? 300, 4);
  head.writeUInt16BE(options.length ?? data.length, 8);
  return Buffer.concat([owner, head, data]);
}

export function wireText(...strings: readonly string[]): Buffer {
  return Buffer.concat(
    strings.map((text) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text, "latin1")])),
  );
}

/** A pointer to an offset of the message. */
export function pointer(offset: number): Buffer {
  return Buffer.from([0xc0 | (offset >> 8), offset & 0xff]);
}

/** Answers a query with these sections, encoded by dns-packet; its own question and id. */
export function reply(
  { octets, send }: RawQuery,
  sections: {
    readonly flags?: number;
    readonly rcode?: number;
    readonly answers?: packet.Answer[];
    readonly authorities?: packet.Answer[];
    readonly additionals?: packet.Answer[];
  },
): void {
  const { flags = packet.RECURSION_AVAILABLE, rcode = 0, ...rest } = sections;
  const { questions } = packet.decode(octets);
  const id = octets.readUInt16BE(0);
  send(packet.encode({ type: "response", id, flags: flags | rcode, questions, ...rest }));
}

/** Name and type of what was asked: `example.com TXT`. */
export function askedFor({ octets }: RawQuery): string {
  const [question] = packet.decode(octets).questions ?? [];
  return `${question?.name} ${question?.type}`;
}
