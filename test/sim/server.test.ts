import { afterEach, describe, expect, it } from "vitest";
import { createFakeClock } from "../engine/fake-clock.ts";
import { createFaults, request, type Fault } from "./faults.ts";
import { type SimAnswer, type SimOptions, type SimServer, startSimServer } from "./server.ts";

const open: SimServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

/** A vendor that counts what it was asked to do, and tells how often that was. */
async function start(options: Partial<SimOptions> = {}) {
  const done = { count: 0 };
  const handle = (): SimAnswer => ({ status: 200, body: { count: (done.count += 1) } });
  const server = await startSimServer({ handle, ...options });
  open.push(server);
  return { server, done };
}

async function meet(fault: Fault, options: Partial<SimOptions> = {}) {
  const faults = createFaults();
  faults.next(request("GET"), fault);
  const { server, done } = await start({ faults, ...options });
  const answer = await fetch(server.url).then(
    async (answer) => ({ status: answer.status, body: await answer.text().catch(() => "died") }),
    () => "died",
  );
  expect(faults.waiting).toBe(0);
  return { answer, done: done.count, log: server.requests.map(({ status }) => status) };
}

describe("a simulated vendor", () => {
  it("answers, and tells what it was asked", async () => {
    const handle = (request: object): SimAnswer => ({ status: 201, body: request });
    const { server } = await start({ handle });
    const answer = await fetch(`${server.url}/a?b=c`, { method: "POST", body: "text" });
    expect(answer.status).toBe(201);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(await answer.json()).toMatchObject({ method: "POST", path: "/a?b=c", body: "text" });
    expect(server.requests).toEqual([{ method: "POST", path: "/a?b=c", status: 201 }]);
  });

  it("answers nothing but 500 to a client in a loop", async () => {
    const { server } = await start({ cap: 2 });
    const statuses = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await fetch(server.url)).status);
    expect(statuses).toEqual([200, 200, 500]);
  });

  it("tells the test what went wrong inside it", async () => {
    const handle = (): never => {
      throw new Error("a bug of the simulator");
    };
    const server = await startSimServer({ handle });
    await expect(fetch(server.url)).rejects.toThrow();
    await expect(server.close()).rejects.toThrow("a bug of the simulator");
  });
});

describe("a fault", () => {
  it("strikes the request it is meant for, once", async () => {
    const faults = createFaults();
    faults.next(request("GET", "/b"), { kind: "status", status: 503 });
    faults.next(request("GET", /b$/), { kind: "status", status: 429 });
    const { server } = await start({ faults });
    const statuses = [];
    for (const path of ["a", "b", "b", "b"]) {
      statuses.push((await fetch(`${server.url}/${path}`)).status);
    }
    expect(statuses).toEqual([200, 503, 429, 200]);
  });

  it("status: nothing is done", async () => {
    const body = { code: 10300 };
    expect(await meet({ kind: "status", status: 429, body })).toEqual({
      answer: { status: 429, body: JSON.stringify(body) },
      done: 0,
      log: [429],
    });
  });

  it("after: it is done, and the answer says something else", async () => {
    const met = await meet({ kind: "after", status: 502 });
    expect(met).toEqual({ answer: { status: 502, body: "" }, done: 1, log: [502] });
  });

  it("drop: nothing is done, and nobody answers", async () => {
    expect(await meet({ kind: "drop" })).toEqual({ answer: "died", done: 0, log: [0] });
  });

  it("lost: it is done, and nobody answers", async () => {
    expect(await meet({ kind: "lost" })).toEqual({ answer: "died", done: 1, log: [0] });
  });

  it("truncated: it is done, and the connection dies in the answer", async () => {
    const { answer, done } = await meet({ kind: "truncated" });
    expect([answer, done]).toEqual([{ status: 200, body: "died" }, 1]);
  });

  it("garbled: it is done, and half of the answer looks like all of it", async () => {
    const { answer, done } = await meet({ kind: "garbled" });
    expect([answer, done]).toEqual([{ status: 200, body: '{"coun' }, 1]);
  });

  it("slow: it is done, and time passes before the answer", async () => {
    const clock = createFakeClock(0);
    const { answer } = await meet({ kind: "slow", ms: 45_000 }, { clock });
    expect(answer).toMatchObject({ status: 200 });
    expect(clock.now()).toBe(45_000);
  });

  it("edit: somebody is there first", async () => {
    const values = ["ours"];
    const handle = (): SimAnswer => ({ status: 200, body: values });
    const edit = (): void => void values.push("theirs");
    const { answer } = await meet({ kind: "edit", edit }, { handle });
    expect(answer).toEqual({ status: 200, body: '["ours","theirs"]' });
  });
});
