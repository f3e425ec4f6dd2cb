// Which Node runs the project: the machine's own when it is new enough, else one that npm put
// into .cache/node. Plain JavaScript without dependencies, because it runs before anything is
// installed, on any Node from 18.
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const NODE_NEEDED = 24;
const cached = join(root, ".cache", "node", "node_modules");

export const ownNodeIsNewEnough = Number(process.versions.node.split(".")[0]) >= NODE_NEEDED;

/** Path of a Node >= 24, or undefined while there is none. */
export function findNode() {
  if (ownNodeIsNewEnough) return process.execPath;
  return ifThere(join(cached, "node", "bin", "node"));
}

/** Path of the npm that was put beside that Node, or undefined when the machine's own serves. */
export function npmCli() {
  return ifThere(join(cached, "npm", "bin", "npm-cli.js"));
}

/** The environment in which that Node and the project's own tools are found first. */
export function environment(node) {
  const path = [join(root, "node_modules", ".bin"), dirname(node), process.env.PATH];
  return { ...process.env, PATH: path.join(delimiter) };
}

function ifThere(path) {
  return existsSync(path) ? path : undefined;
}
