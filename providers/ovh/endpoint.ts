import { MailDnsError } from "../../src/core/errors.ts";

export interface Endpoint {
  /** Without a slash at its end: `https://eu.api.ovh.com/1.0`. */
  readonly api: string;
  /** Where a service account gets its tokens. */
  readonly token: string;
  /** Where a person makes an application with its keys. */
  readonly createToken: string;
}

/** Last verified 2026-12-01 with OVH's own clients (go-ovh, node-ovh 3.0.0). */
const NAMED: Readonly<Record<string, Endpoint>> = {
  "ovh-eu": {
    api: "https://eu.api.ovh.com/1.0",
    token: "https://www.ovh.com/auth/oauth2/token",
    createToken: "https://eu.api.ovh.com/createToken/",
  },
  "ovh-ca": {
    api: "https://ca.api.ovh.com/1.0",
    token: "https://ca.ovh.com/auth/oauth2/token",
    createToken: "https://ca.api.ovh.com/createToken/",
  },
  "ovh-us": {
    api: "https://api.us.ovhcloud.com/1.0",
    token: "https://us.ovhcloud.com/auth/oauth2/token",
    createToken: "https://api.us.ovhcloud.com/createToken/",
  },
};

/** `ovh-eu`, or a URL: then its `/auth/oauth2/token` gives the tokens. Throws `config`. */
export function endpointOf(given: string | undefined): Endpoint {
  const known = NAMED[given ?? "ovh-eu"];
  if (known !== undefined) return known;
  const url = given !== undefined && URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== "") {
    throw new MailDnsError("config", `OVH_ENDPOINT names no API of OVH that is known.`, {
      help: `Set it to ${Object.keys(NAMED).join(", ")}, or to the API's URL.`,
    });
  }
  const path = url.pathname.replace(/\/+$/, "");
  return {
    api: `${url.origin}${path === "" ? "/1.0" : path}`,
    token: `${url.origin}/auth/oauth2/token`,
    createToken: `${url.origin}/createToken/`,
  };
}
