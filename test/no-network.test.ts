import { createSocket } from "node:dgram";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { describe, expect, it } from "vitest";

// 192.0.2.0/24 and 2001:db8::/32 belong to nobody (RFC 5737, RFC 3849).
describe("a test that reaches for the network", () => {
  const said = (address: string): string => `A test tried to reach ${address}.`;

  it("fails with the address, over TCP and TLS", () => {
    expect(() => connect(80, "192.0.2.1")).toThrow(said("192.0.2.1"));
    expect(() => connect({ port: 80, host: "example.com" })).toThrow(said("example.com"));
    expect(() => connectTls({ port: 443, host: "2001:db8::1" })).toThrow(said("2001:db8::1"));
  });

  it("fails with the address, over UDP", () => {
    const socket = createSocket("udp4");
    expect(() => socket.send("x", 53, "192.0.2.1")).toThrow(said("192.0.2.1"));
    expect(() => socket.send("x", 0, 1, 53, "ns.example.com")).toThrow(said("ns.example.com"));
    expect(() => socket.connect(53, "192.0.2.1")).toThrow(said("192.0.2.1"));
    socket.close();
  });

  it("fails with the address, in fetch", async () => {
    const failed = await fetch("http://192.0.2.1/").catch((error: unknown) => error);
    expect((failed as Error).cause).toMatchObject({
      message: expect.stringContaining(said("192.0.2.1")),
    });
  });
});
