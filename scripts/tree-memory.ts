// What a program and all that it starts keep in memory, as Linux counts it. Pages that several of
// them share count once (PSS).
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

const SAMPLE_MS = 25;

/** The most that the tree below this number held at once, in MiB, until it is gone. */
export async function peakOfTree(pid: number): Promise<number> {
  let peak = 0;
  for (let now = memoryOf(pid); now > 0; now = memoryOf(pid)) {
    peak = Math.max(peak, now);
    await wait(SAMPLE_MS);
  }
  return Math.round(peak / 1024);
}

function memoryOf(root: number): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((name) => /^\d+$/.test(name)))
    parents.set(Number(name), parentOf(Number(name)));
  const isBelow = (pid: number): boolean => {
    for (let at = pid; at > 1; at = parents.get(at) ?? 0) if (at === root) return true;
    return false;
  };
  return [...parents.keys()].filter(isBelow).reduce((sum, pid) => sum + kibOf(pid), 0);
}

/** The second field after the name, which is in brackets and may hold anything. */
function parentOf(pid: number): number {
  return Number(textOf(`/proc/${pid}/stat`).split(") ").at(-1)?.split(" ")[1] ?? 0);
}

function kibOf(pid: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(textOf(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // it has ended
  }
}
