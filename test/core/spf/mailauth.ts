import { spf } from "mailauth/lib/spf/index.js";
import type { Question } from "../../../src/core/dns/answer.ts";
import { parseName } from "../../../src/core/dns/name.ts";
import type { World } from "./world.ts";

export interface TheirResult {
  readonly verdict: string;
  readonly explanation: string | undefined;
  readonly comment: string;
}

/** The verdict of the npm package mailauth, in its strict mode, over the same answers. */
export async function askMailauth(
  sender: { readonly ip: string; readonly mailFrom: string; readonly helo: string },
  world: World,
  options: { readonly maxResolveCount?: number } = {},
): Promise<TheirResult> {
  const result = await spf({
    sender: sender.mailFrom,
    ip: sender.ip,
    helo: sender.helo,
    mta: "mx.receiver.example",
    strict: true,
    resolver: (name: string, type: string) => resolve(world, name, type),
    ...options,
  } as Parameters<typeof spf>[0]);
  const status = result.status as { result: string; comment?: string };
  return {
    verdict: status.result,
    explanation: result.explanation,
    comment: status.comment ?? "",
  };
}

/** Answers in the form of node:dns, errors included. */
async function resolve(world: World, text: string, type: string): Promise<unknown> {
  const name = parseName(text);
  if (name === undefined) throw dnsError("EBADNAME");
  const question: Question = { name, type };
  const answer = world.answer(question);
  switch (answer.status) {
    case "records":
      return answer.records.map(({ data }) => (type === "TXT" ? [data] : readData(type, data)));
    case "nxdomain":
      throw dnsError("ENOTFOUND");
    case "nodata":
      throw dnsError("ENODATA");
    case "servfail":
      throw dnsError("ESERVFAIL");
    case "timeout":
      throw dnsError("ETIMEOUT");
  }
}

function readData(type: string, data: string): unknown {
  if (type !== "MX") return data;
  const [priority = "", exchange = ""] = data.split(" ");
  return { priority: Number(priority), exchange: exchange === "." ? "" : exchange };
}

function dnsError(code: string): Error {
  return Object.assign(new Error(code), { code });
}
