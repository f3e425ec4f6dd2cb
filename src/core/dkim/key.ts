import { type Answers, type Lookup, type Question, answerKey, done, need } from "../dns/answer.ts";
import { readTags } from "../dns/tags.ts";
import { DKIM_TARGET } from "../odoo.ts";

/**
 * The key behind the DKIM record. `unusable`: something answers, but no verifier can use it.
 * `unreachable`: nothing certain is known, try again later.
 */
export type DkimKey =
  | { readonly state: "usable"; readonly type: string; readonly value: string }
  | { readonly state: "unusable" | "unreachable"; readonly reason: string };

const QUESTION: Question = { name: DKIM_TARGET, type: "TXT" };

/** Asks for the key at Odoo's own name, never at the domain's: that name may not exist yet. */
export function lookUpKey(answers: Answers): Lookup<DkimKey> {
  const answer = answers[answerKey(QUESTION)];
  if (answer === undefined) return need([QUESTION]);
  if (answer.status === "servfail" || answer.status === "timeout") {
    const reason = answer.status === "timeout" ? "it did not answer" : "its name servers failed";
    return done({ state: "unreachable", reason });
  }
  if (answer.status !== "records") return done(unusable("there is no TXT record"));
  return done(readKeys(answer.records.map((record) => record.data)));
}

/** The key that a verifier takes from these TXT values (RFC 6376 3.6.2.2: more than one is undefined). */
export function readKeys(values: readonly string[]): DkimKey {
  const [value] = values;
  if (value === undefined) return unusable("there is no TXT record");
  if (values.length > 1) return unusable(`there are ${values.length} TXT records, not one`);
  return readKey(value);
}

/** RFC 6376 3.6.1: a tag list, `v=DKIM1` first where it is there at all, `p` with a key in it. */
function readKey(value: string): DkimKey {
  const tags = readTags(value);
  if (tags === undefined) return unusable("the value is not a list of tags");
  const names = [...tags.keys()];
  if (tags.has("v") && (names[0] !== "v" || tags.get("v") !== "DKIM1")) {
    return unusable("v= is not DKIM1, or does not stand first");
  }
  const key = tags.get("p")?.replaceAll(/\s/g, "");
  if (key === undefined) return unusable("there is no p= tag");
  if (key === "") return unusable("the key was revoked: p= is empty");
  return { state: "usable", type: tags.get("k")?.toLowerCase() ?? "rsa", value };
}

function unusable(reason: string): DkimKey {
  return { state: "unusable", reason };
}
