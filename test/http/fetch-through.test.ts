import { expect, it } from "vitest";
import { fetchThrough } from "../../src/http/fetch-through.ts";
import type { Http, HttpAnswer, HttpRequest, Sender } from "../../src/ports/http.ts";

const sender: Sender = { title: "Vendor", key: "vendor", secrets: [] };

function through(answer: HttpAnswer) {
  const sent: HttpRequest[] = [];
  const http: Http = {
    async send(request, _, signal) {
      signal.throwIfAborted();
      sent.push(request);
      return answer;
    },
  };
  return { fetch: fetchThrough(http, sender), sent };
}

it("a library's request is sent as it is, and it gets the answer as it is", async () => {
  const { fetch, sent } = through({ status: 201, headers: { "x-a": "b" }, body: '{"id":1}' });
  const answer = await fetch(new URL("https://api.example/zones?x=y"), {
    method: "PATCH",
    headers: { authorization: "Bearer x" },
    body: "{}",
  });
  expect(sent).toMatchObject([
    {
      method: "PATCH",
      url: "https://api.example/zones?x=y",
      headers: { authorization: "Bearer x" },
      body: "{}",
    },
  ]);
  expect([answer.status, answer.headers.get("x-a"), await answer.json()]).toEqual([
    201,
    "b",
    { id: 1 },
  ]);
});

it("an answer without a body is one", async () => {
  const { fetch, sent } = through({ status: 204, headers: {}, body: "" });
  expect(await (await fetch("https://api.example/", { method: "DELETE" })).text()).toBe("");
  expect(sent[0]).not.toHaveProperty("body");
});

it("a library's signal is the request's", async () => {
  const { fetch } = through({ status: 200, headers: {}, body: "" });
  const signal = AbortSignal.abort(new Error("Ctrl-C"));
  await expect(fetch("https://api.example/", { signal })).rejects.toThrow("Ctrl-C");
});

it("what no library of ours sends is a bug", async () => {
  const { fetch } = through({ status: 200, headers: {}, body: "" });
  const unexpected = [
    fetch("https://api.example/", { method: "HEAD" }),
    fetch("https://api.example/", { method: "POST", body: new FormData() }),
    fetch(new Request("https://api.example/")),
  ];
  for (const one of unexpected) await expect(one).rejects.toMatchObject({ code: "internal" });
});
