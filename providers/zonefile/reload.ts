import type { Settled, HostContext } from "../../src/ports/dns-provider.ts";
import type { NameServer } from "../../src/ports/resolver.ts";
import { isMailDnsError } from "../../src/core/errors.ts";
import { parseName } from "../../src/core/dns/name.ts";
import { zoneArgument, type Run } from "./programs.ts";
import { isNewer, serialOf } from "./serial.ts";
import { nameserversOf, type Zone } from "./zone.ts";

const PATIENCE_MS = 20_000;
const PAUSE_MS = 500;

/**
 * `rndc reload <zone>`, without a shell. It exits 0 also for a zone that then does not load, so it
 * is believed only when the primary serves the file's serial (BIND 9.18, verified 2026-11-24).
 */
export async function reloadZone(
  zone: Zone,
  context: HostContext,
  run: Run,
  signal: AbortSignal,
): Promise<Settled> {
  const name = zoneArgument(zone.apex);
  if (name === undefined) {
    return { state: "failed", detail: `The name ${zone.apex} can't be handed to rndc.` };
  }
  const config = context.env.ODOO_MAIL_DNS_RNDC_CONFIG;
  const args = [...(config ? ["-c", config] : []), "reload", name];
  const { status, output } = await run({ program: "rndc", args, env: context.env });
  if (status === "missing") {
    return { state: "failed", detail: "rndc is not installed here; the name server was not told." };
  }
  if (status !== 0) {
    // Rndc writes its guesses as a list.
    const reason = (output || String(status)).replace(/\s*\n[\s*]*/g, " ").replace(/\.$/, "");
    const detail = `rndc reload ${name} failed: ${reason}. Run it once rndc can reach the name server; ODOO_MAIL_DNS_RNDC_CONFIG names rndc's configuration.`;
    return { state: "failed", detail };
  }
  return awaitSerial(zone, context, signal);
}

async function awaitSerial(
  zone: Zone,
  context: HostContext,
  signal: AbortSignal,
): Promise<Settled> {
  const { clock } = context;
  const serial = serialOf(zone);
  const deadline = clock.now() + PATIENCE_MS;
  for (;;) {
    const served = await primarySerial(zone, context, signal);
    if (typeof served === "number" && !isNewer(serial, served)) {
      return { state: "published", detail: `the primary serves serial ${served}` };
    }
    if (clock.now() >= deadline) {
      const seen = typeof served === "number" ? `still serves serial ${served}` : served;
      return {
        state: "pending",
        detail: `rndc reload said yes, but the primary ${seen} (the file has ${serial}); the name server's log says why.`,
      };
    }
    await clock.wait(PAUSE_MS, signal);
  }
}

/** The primary is the server that the SOA record names; where it is hidden, the most recent of all. */
async function primarySerial(
  zone: Zone,
  { authority }: HostContext,
  signal: AbortSignal,
): Promise<number | string> {
  try {
    const { servers } = await authority.find(
      zone.apex,
      { nameservers: nameserversOf(zone) },
      signal,
    );
    const mname = parseName(zone.soa.data.split(" ")[0] ?? "");
    const primaries = servers.filter(({ name }) => name === mname);
    const asked = primaries.length > 0 ? primaries : servers;
    const serials = await Promise.all(asked.map((server) => ask(server)));
    const known = serials.filter((serial) => serial !== undefined);
    return known.length === 0
      ? "does not answer"
      : known.reduce((newest, serial) => (isNewer(serial, newest) ? serial : newest));
  } catch (error) {
    signal.throwIfAborted();
    if (!isMailDnsError(error)) throw error;
    return `can't be asked: ${error.message}`;
  }

  async function ask(server: NameServer): Promise<number | undefined> {
    const answer = await authority.ask(server, { name: zone.apex, type: "SOA" }, signal);
    return answer.authoritative ? answer.soa?.serial : undefined;
  }
}
