// node bench/long-values.ts: time to parse hostile values of 16 and 64 KiB. Linear work takes four
// times as long for four times as much; the steps themselves are counted in test/core/spf.
import { parseSpf } from "../src/core/spf/parse.ts";

const KIB = 1024;
const RUNS = 15;
/** Twice what linear work takes: a machine is noisy, and quadratic work would take sixteen times. */
const BAR = 8;

const shapes: Readonly<Record<string, string>> = {
  spaces: " ",
  "valid terms": " include:a.example",
  "bare words": " word",
  "one endless word": "a",
  slashes: " a:/",
  macros: " exists:%{ir}.%{v}._spf.%{d2}",
  "open macros": "%{",
  dots: " include:.",
  "octets above ASCII": " \u00e2\u0080\u0093all",
  "escape sequences": "\u001b[31m",
};

console.log("parsing long hostile values, median of " + RUNS);
for (const [name, piece] of Object.entries(shapes)) {
  const small = time(valueOf(piece, 16 * KIB));
  const large = time(valueOf(piece, 64 * KIB));
  const ratio = large / small;
  const verdict = ratio <= BAR ? "within" : "OVER";
  console.log(
    `  ${name.padEnd(20)} 16 KiB ${small.toFixed(2)} ms, 64 KiB ${large.toFixed(2)} ms: ${ratio.toFixed(1)} times (${verdict} the bar of ${BAR})`,
  );
  if (ratio > BAR) process.exitCode = 1;
}

function valueOf(piece: string, octets: number): string {
  return `v=spf1 ${piece.repeat(Math.ceil(octets / piece.length))}`.slice(0, octets);
}

function time(value: string): number {
  const times = Array.from({ length: RUNS + 5 }, () => {
    const start = performance.now();
    parseSpf(value);
    return performance.now() - start;
  });
  return times.slice(5).toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? Number.NaN;
}
