import type { Clock } from "../ports/clock.ts";
import type { Http } from "../ports/http.ts";

/** HTTP for one run. */
export function createHttp({ clock }: { readonly clock: Clock }): Http {
  return {
    async send({ url, ...init }, _sender, signal) {
      clock.now();
      const answer = await fetch(url, { ...init, signal });
      return {
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        body: await answer.text(),
      };
    },
  };
}
