import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { findProgram, serverEnvironment } from "../../scripts/name-servers.mjs";
import { root } from "../../scripts/node.mjs";
import { ROOT } from "../../src/core/dns/name.ts";
import type { Clock } from "../../src/ports/clock.ts";
import { createExchange } from "../../src/resolve/exchange.ts";

/** Time as it is: only for tests with real servers. */
export const wallClock: Clock = {
  now: () => Date.now(),
  wait: (ms, signal) => wait(ms, undefined, { signal }),
};

export interface NamedOptions {
  /** 127.0.0.2 to 127.0.0.60, which scripts/test.ts puts on the namespace's loopback. Port 53. */
  readonly address: string;
  readonly zones?: Readonly<Record<string, ZoneSource>>;
  /** More lines for `options { }`. */
  readonly options?: string;
  /** More lines for every `zone { }`: `allow-update { key "test"; };`. */
  readonly zoneOptions?: string;
  /** Makes it a resolver that begins at this root server. */
  readonly rootServer?: string;
}

/** The zone's text, a file that named is to read where it is, or the primary to copy it from. */
export type ZoneSource = string | { readonly file: string } | { readonly primary: string };

/** A running `named`: in the foreground, with its own files, key and control channel. */
export interface Named {
  readonly address: string;
  /** Its own folder, where `<apex>.zone` holds each zone that was given as text. */
  readonly folder: string;
  /** For programs that call rndc themselves: `rndc -c <this>`. */
  readonly rndcConf: string;
  /** HMAC-SHA256 key `test`, base64: for rndc, and for updates where zoneOptions allow them. */
  readonly secret: string;
  rndc(...args: readonly string[]): { readonly status: number | null; readonly output: string };
  /** Has a zone read anew, and waits until it is served. */
  reload(apex: string): Promise<void>;
  /** What it has logged so far. */
  log(): string;
  stop(): Promise<void>;
}

const ANSWER_MS = 20_000;

/** Starts BIND and waits until it answers; throws with its log when it dies or stays silent. */
export async function startNamed(options: NamedOptions): Promise<Named> {
  const parent = join(root, ".cache", "test");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "named-"));
  const secret = randomBytes(32).toString("base64");
  const conf = join(folder, "named.conf");
  const rndcConf = join(folder, "rndc.conf");
  writeFileSync(conf, namedConf(options, folder, secret));
  writeFileSync(rndcConf, rndcConfig(options.address, secret));
  // A copy: AppArmor would keep Debian's own /usr/sbin/named from reading files here.
  const program = join(folder, "named");
  copyFileSync(required("named"), program);
  const env = { ...process.env, ...serverEnvironment() };
  const child = spawn(program, ["-g", "-n", "1", "-U", "1", "-c", conf], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (log += text));
  const exited = once(child, "exit");
  const named: Named = {
    address: options.address,
    folder,
    rndcConf,
    secret,
    log: () => log,
    rndc: (...args) => {
      const { status, stdout, stderr } = spawnSync(
        required("rndc"),
        ["-c", rndcConf, "-s", options.address, "-p", "953", ...args],
        { env, encoding: "utf8" },
      );
      return { status, output: stdout + stderr };
    },
    reload: (apex) => reload(named, apex),
    stop: async () => {
      child.kill("SIGTERM");
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await untilItAnswers(options.address, exited);
  } catch (error) {
    await named.stop();
    throw new Error(`named at ${options.address}: ${String(error)}\n${log}`, { cause: error });
  }
  return named;
}

async function reload({ address, rndc, log }: Named, apex: string): Promise<void> {
  const times = (what: string): number => log().split(`zone ${apex}/IN: ${what}`).length;
  const [loaded, refused] = [times("loaded serial"), times("not loaded due to errors")];
  const { status, output } = rndc("reload", apex);
  const signal = AbortSignal.timeout(status === 0 ? ANSWER_MS : 0);
  while (!signal.aborted && times("not loaded due to errors") === refused) {
    if (times("loaded serial") > loaded) return;
    await wait(5);
  }
  throw new Error(`named at ${address} did not load ${apex}: ${output}\n${log()}`);
}

async function untilItAnswers(address: string, exited: Promise<unknown>): Promise<void> {
  const exchange = createExchange(wallClock);
  const signal = AbortSignal.timeout(ANSWER_MS);
  const died = exited.then(() => Promise.reject(new Error("it stopped by itself")));
  const answers = async (): Promise<void> => {
    const question = { name: ROOT, type: "SOA" };
    const limits = { recursion: false, timeouts: [500] };
    for (;;) {
      const reply = await exchange({ address, port: 53 }, question, limits, signal);
      if (reply.kind === "message") return;
      await wait(20, undefined, { signal });
    }
  };
  await Promise.race([answers(), died]);
}

function namedConf(
  { address, zones = {}, options = "", zoneOptions = "", rootServer }: NamedOptions,
  folder: string,
  secret: string,
): string {
  const zoneBlocks = Object.entries(zones).map(([apex, source]) => {
    const own = join(folder, `${apex === "." ? "root" : apex}.zone`);
    if (typeof source === "object" && "primary" in source) {
      const from = `primaries { ${source.primary}; }; transfer-source ${address};`;
      return `zone "${apex}" { type secondary; file "${own}"; ${from} };`;
    }
    if (typeof source === "string") writeFileSync(own, source);
    const file = typeof source === "string" ? own : source.file;
    return `zone "${apex}" { type primary; file "${file}"; ${zoneOptions} };`;
  });
  if (rootServer !== undefined) {
    const hints = join(folder, "root.hints");
    writeFileSync(hints, `. 3600000 NS a.root.test.\na.root.test. 3600000 A ${rootServer}\n`);
    zoneBlocks.push(`zone "." { type hint; file "${hints}"; };`);
  }
  return `
key "test" { algorithm hmac-sha256; secret "${secret}"; };
controls { inet ${address} port 953 allow { any; } keys { "test"; }; };
options {
  directory "${folder}";
  listen-on port 53 { ${address}; };
  listen-on-v6 { none; };
  query-source address ${address};
  pid-file none;
  lock-file none;
  session-keyfile none;
  recursion ${rootServer === undefined ? "no" : "yes"};
  allow-query { any; };
  dnssec-validation no;
  empty-zones-enable no;
  notify no;
  // As given, a second change within a second reaches the secondary 0.4 s later.
  serial-query-rate 1000;
  notify-rate 1000;
  ${options}
};
${zoneBlocks.join("\n")}
`;
}

function rndcConfig(address: string, secret: string): string {
  return `
key "test" { algorithm hmac-sha256; secret "${secret}"; };
options { default-key "test"; default-server ${address}; default-port 953; };
`;
}

function required(name: string): string {
  const path = findProgram(name);
  if (path === undefined) throw new Error(`${name} is not there: npm test installs it`);
  return path;
}
