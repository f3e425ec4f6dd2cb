import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { SimRequest } from "../cloudflare.ts";
import type { SimAnswer } from "./model.ts";

export interface Served {
  readonly url: string;
  readonly requests: string[];
  close(): void;
}

export async function serve(handle: (request: SimRequest) => SimAnswer): Promise<Served> {
  const requests: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const { method = "", url = "", headers } = incoming;
      requests.push(`${method} ${url}`);
      const body = Buffer.concat(chunks).toString();
      const answer = handle({ method, path: url, headers: headers as SimRequest["headers"], body });
      outgoing.writeHead(answer.status, answer.headers).end(answer.body);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
