import { engine, grpc } from "./protocol.ts";

/** Tells the user something about a resource, while the engine shows it. */
export type Say = (urn: string, severity: "info" | "warning", text: string) => void;

/** Messages to the engine at this address. One that is lost holds nothing up: they are no state. */
export function logTo(address: string | undefined): Say {
  if (address === undefined) return () => undefined;
  let connected: Say | undefined;
  return (urn, severity, text) => {
    connected ??= connect(address);
    connected(urn, severity, text);
  };
}

function connect(address: string): Say {
  const { EngineClient, LogRequest, LogSeverity } = engine();
  const client = new EngineClient(address, grpc.credentials.createInsecure());
  const { INFO, WARNING } = LogSeverity;
  return (urn, severity, text) => {
    const request = new LogRequest();
    request.setSeverity(severity === "warning" ? WARNING : INFO);
    request.setMessage(text);
    request.setUrn(urn);
    client.log(request, () => undefined);
  };
}
