import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Fault, Faults, SimAnswer, SimRequest } from "./faults.ts";

export type { SimAnswer, SimRequest } from "./faults.ts";

export interface SimOptions {
  /** The vendor. What it throws is answered with 500, and told to whoever closes the server. */
  readonly handle: (request: SimRequest) => SimAnswer | Promise<SimAnswer>;
  readonly faults?: Faults;
  /** Whose time passes when an answer is slow. */
  readonly clock?: { pass(ms: number): void };
  readonly tls?: { readonly key: string; readonly cert: string };
  /** After so many requests nothing is answered but 500: a client in a loop comes to an end. */
  readonly cap?: number;
}

export interface SimServer {
  /** `http://127.0.0.1:PORT`, or https. */
  readonly url: string;
  /** Every request so far, with the status that it got; 0 where the connection died instead. */
  readonly requests: readonly SimLogEntry[];
  /** Throws what the vendor threw. */
  close(): Promise<void>;
}

export interface SimLogEntry {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

const CAP = 20_000;

/** A vendor's API on loopback. */
export async function startSimServer(options: SimOptions): Promise<SimServer> {
  const log: SimLogEntry[] = [];
  const thrown: unknown[] = [];
  const listen = (message: IncomingMessage, response: ServerResponse): void => {
    answer(options, { message, response, log }).catch((error: unknown) => {
      thrown.push(error);
      response.destroy();
    });
  };
  const { tls } = options;
  const server = tls ? createTlsServer(tls, listen) : createServer(listen);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? "https" : "http"}://127.0.0.1:${port}`,
    requests: log,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
      if (thrown.length > 0) throw thrown[0];
    },
  };
}

interface Exchange {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly log: SimLogEntry[];
}

async function answer(options: SimOptions, { message, response, log }: Exchange): Promise<void> {
  const index = log.push({ method: message.method ?? "", path: message.url ?? "", status: 0 }) - 1;
  const request = await read(message);
  const say = (answer: SimAnswer): void => {
    log[index] = { method: request.method, path: request.path, status: answer.status };
    send(response, answer);
  };
  if (log.length > (options.cap ?? CAP)) return say({ status: 500, body: "cap on requests" });
  const fault = options.faults?.take(request);
  if (fault?.kind === "status") return say(fault);
  if (fault?.kind === "drop") return void response.destroy();
  if (fault?.kind === "edit") fault.edit();
  const answered = await options.handle(request);
  if (fault?.kind === "lost") return void response.destroy();
  if (fault?.kind === "truncated") return cutOff(response, answered);
  if (fault?.kind === "slow") options.clock?.pass(fault.ms);
  say(spoilt(answered, fault));
}

function spoilt(answer: SimAnswer, fault: Fault | undefined): SimAnswer {
  if (fault?.kind === "after") return { status: fault.status, body: "" };
  if (fault?.kind !== "garbled") return answer;
  const text = textOf(answer);
  return { ...answer, body: text.slice(0, Math.ceil(text.length / 2)) };
}

async function read(message: IncomingMessage): Promise<SimRequest> {
  const headers = Object.entries(message.headers).map(([name, value]) => [name, String(value)]);
  return {
    method: message.method ?? "",
    path: message.url ?? "",
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: await text(message),
  };
}

function send(response: ServerResponse, answer: SimAnswer): void {
  response.writeHead(answer.status, headersOf(answer));
  response.end(textOf(answer));
}

/** Promises more octets than it sends. */
function cutOff(response: ServerResponse, answer: SimAnswer): void {
  const text = textOf(answer);
  const promised = String(Buffer.byteLength(text) + 1);
  response.writeHead(answer.status, { ...headersOf(answer), "content-length": promised });
  response.write(text.slice(0, Math.ceil(text.length / 2)), () => response.destroy());
}

function textOf({ body }: SimAnswer): string {
  if (body === undefined) return "";
  return typeof body === "string" ? body : JSON.stringify(body);
}

function headersOf({ body, headers }: SimAnswer): Record<string, string> {
  return typeof body === "string" || body === undefined
    ? { ...headers }
    : { "content-type": "application/json", ...headers };
}
