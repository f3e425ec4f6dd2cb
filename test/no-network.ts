import dgram from "node:dgram";
import net from "node:net";

// Any address but loopback fails the test, with that address in the message.
const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|::1|localhost|::ffff:127\.\d+\.\d+\.\d+)$/;
const WATCHED = Symbol.for("odoo-mail-dns: sockets are watched");

// Files share one process, and this runs before each of them.
if (!Reflect.has(net.Socket.prototype, WATCHED)) watch();

function refuse(address: unknown): void {
  if (typeof address === "string" && !LOOPBACK.test(address)) {
    throw new Error(`A test tried to reach ${address}. Tests talk to loopback only.`);
  }
}

function watch(): void {
  Reflect.set(net.Socket.prototype, WATCHED, true);
  const { connect } = net.Socket.prototype;
  net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
    const first = Array.isArray(args[0]) ? (args[0] as unknown[])[0] : args[0];
    const options =
      typeof first === "object" ? (first as { host?: string; path?: string }) : undefined;
    if (options?.path === undefined) refuse(options ? (options.host ?? "localhost") : args[1]);
    return Reflect.apply(connect, this, args);
  } as typeof connect;

  const { send, connect: connectUdp } = dgram.Socket.prototype;
  dgram.Socket.prototype.send = function (this: dgram.Socket, ...args: unknown[]) {
    args.forEach((arg, index) => index > 0 && refuse(arg));
    return Reflect.apply(send, this, args) as void;
  } as typeof send;
  dgram.Socket.prototype.connect = function (this: dgram.Socket, ...args: unknown[]) {
    refuse(args[1]);
    return Reflect.apply(connectUdp, this, args);
  } as typeof connectUdp;
}
