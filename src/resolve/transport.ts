import { createSocket } from "node:dgram";
import { createConnection } from "node:net";
import type { Endpoint } from "./name-servers.ts";

/**
 * Sends one message and resolves with the first thing that `accept` makes of a message that comes
 * back; messages that it makes nothing of are passed over. Rejects with what the network says
 * (ECONNREFUSED, ENETUNREACH, ...), or with the signal's reason. Leaves no socket behind.
 */
export type Transport = <T>(
  server: Endpoint,
  query: Buffer,
  accept: (octets: Buffer) => T | undefined,
  signal: AbortSignal,
) => Promise<T>;

/**
 * One question, one socket: its port is a random one, and as it is connected, the kernel lets in
 * nothing that comes from another address or port (RFC 5452 9.1, 9.2).
 */
export const overUdp: Transport = (server, query, accept, signal) => {
  const socket = createSocket(server.address.includes(":") ? "udp6" : "udp4");
  const settled = settle(accept, signal, (take, fail) => {
    socket.on("error", fail);
    socket.on("message", take);
    // Without a callback: that would be given the error of an unreachable network instead of us.
    socket.on("connect", () => socket.send(query));
    socket.connect(server.port, server.address);
  });
  return settled.finally(() => socket.close());
};

/** Over TCP each message stands behind its length (RFC 1035 4.2.2, RFC 7766 8). */
export const overTcp: Transport = (server, query, accept, signal) => {
  const stream = createConnection({ host: server.address, port: server.port });
  const settled = settle(accept, signal, (take, fail) => {
    stream.on("error", fail);
    stream.on("close", () => fail(new Error("closed without an answer")));
    stream.on("data", splitMessages(take));
    stream.write(Buffer.concat([Buffer.from([query.length >> 8, query.length & 0xff]), query]));
  });
  return settled.finally(() => stream.destroy());
};

/** Gives every whole message of a TCP stream to `take`; holds at most one message and one chunk. */
export function splitMessages(take: (octets: Buffer) => void): (chunk: Buffer) => void {
  let received: Buffer = Buffer.alloc(0);
  return (chunk) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      const end = 2 + received.readUInt16BE(0);
      take(received.subarray(2, end));
      received = received.subarray(end);
    }
  };
}

function settle<T>(
  accept: (octets: Buffer) => T | undefined,
  signal: AbortSignal,
  start: (take: (octets: Buffer) => void, fail: (error: Error) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const stop = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", stop, { once: true });
    start((octets) => {
      const value = accept(octets);
      if (value !== undefined) resolve(value);
    }, reject);
  });
}
