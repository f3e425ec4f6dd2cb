/**
 * How often a law is tried. `npm test` tries it in full; the fast part (`npm run test:unit`) a tenth
 * of that, so that it stays fast. fast-check prints the seed of a failure.
 */
export function law(runs: number): { readonly numRuns: number } {
  return { numRuns: process.env["LAWS"] === "all" ? runs : Math.ceil(runs / 10) };
}
