import dgram from "node:dgram";
import net from "node:net";
import { describe, expect, it } from "vitest";

const OUTSIDE = "192.0.2.1";

describe("a test that leaves loopback", () => {
  it("fails over TCP, and says where it wanted to go", () => {
    expect(() => net.connect(53, OUTSIDE)).toThrow(OUTSIDE);
  });

  it("fails over UDP, connected or not", () => {
    const socket = dgram.createSocket("udp4");
    expect(() => socket.connect(53, OUTSIDE)).toThrow(OUTSIDE);
    expect(() => socket.send("x", 53, OUTSIDE)).toThrow(OUTSIDE);
    socket.close();
  });

  it("fails in fetch", async () => {
    const refused = { cause: { message: expect.stringContaining("loopback only") as string } };
    await expect(fetch(`http://${OUTSIDE}/`)).rejects.toMatchObject(refused);
  });
});
