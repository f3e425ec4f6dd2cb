import { engine, grpc } from "./protocol.ts";

/** Tells the user something about a resource, while the engine shows it. */
export type Say = (urn: string, severity: "info" | "warning", text: string) => void;

/** The engines that one process serves, each reached at the address that it has told. */
export interface Engines {
  /** An engine has said where it listens. */
  attach(peer: string, address: string): void;
  say(peer: string): Say;
}

/** `first`: the engine that started us, which need not say where it is. */
export function createEngines(first: string | undefined): Engines {
  const addresses = new Map<string, string>();
  return {
    attach(peer, address) {
      if (address !== "") addresses.set(peer, address);
    },
    say: (peer) => logTo(addresses.get(peer) ?? first),
  };
}

/** Messages to the engine at this address. One that is lost holds nothing up: they are no state. */
function logTo(address: string | undefined): Say {
  if (address === undefined) return () => undefined;
  return (urn, severity, text) => {
    const { EngineClient, LogRequest, LogSeverity } = engine();
    const client = new EngineClient(address, grpc.credentials.createInsecure());
    const request = new LogRequest();
    request.setSeverity(severity === "warning" ? LogSeverity.WARNING : LogSeverity.INFO);
    request.setMessage(text);
    request.setUrn(urn);
    client.log(request, () => client.close());
  };
}
