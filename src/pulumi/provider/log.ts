import { engine, grpc } from "./protocol.ts";

/** Tells the user something about a resource, while the engine shows it. */
export type Say = (urn: string, severity: "info" | "warning", text: string) => void;

/** Messages to the engine at this address. One that is lost holds nothing up: they are no state. */
export function logTo(address: string | undefined): Say {
  if (address === undefined) return () => undefined;
  const client = new engine.EngineClient(address, grpc.credentials.createInsecure());
  const { INFO, WARNING } = engine.LogSeverity;
  return (urn, severity, text) => {
    const request = new engine.LogRequest();
    request.setSeverity(severity === "warning" ? WARNING : INFO);
    request.setMessage(text);
    request.setUrn(urn);
    client.log(request, () => undefined);
  };
}
