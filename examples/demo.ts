// npm start: one domain from plan to undo, on a zone file in a scratch folder, served by real name
// servers on loopback, and again with Pulumi where that is at hand. No internet, and nothing outside
// that folder is touched.
import { spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { styleText } from "node:util";
import { root } from "../scripts/node.mjs";
import { type DemoPulumi, preparePulumi } from "./demo-pulumi.ts";
import { startDemoWorld } from "./demo-world.ts";

const DOMAIN = "mycompany.example";
const cli = join(root, "src", "cli", "main.ts");

const folder = await mkdtemp(join(tmpdir(), "odoo-mail-dns-demo-"));
await cp(join(root, "examples", "zones"), join(folder, "zones"), { recursive: true });
await cp(join(root, "examples", "stacks"), join(folder, "stacks"), { recursive: true });
const zoneFile = join(folder, "zones", `${DOMAIN}.zone`);
const world = await startDemoWorld(join(folder, "zones"));
try {
  const [pulumi] = await Promise.all([preparePulumi(folder, DOMAIN), tell()]);
  await tellOfPulumi(pulumi);
  next();
} finally {
  await world.close();
  await rm(folder, { recursive: true });
}

async function tell(): Promise<void> {
  const before = await readFile(zoneFile, "latin1");
  heading("A zone as it stands: Google's SPF record, verification strings, long TXT values");
  show(before.split("\n").filter((line) => /TXT|^ +"/.test(line)));
  heading("The plan. It writes nothing");
  await run("plan", DOMAIN);
  heading("Apply: read again, save what was there, write, ask every name server");
  await run("apply", DOMAIN, "--yes");
  heading("What changed in the file: our lines and the serial, nothing else");
  const after = await readFile(zoneFile, "latin1");
  show(difference(before, after));
  heading("A second plan has nothing to do");
  await run("plan", DOMAIN);
  heading("Is the domain ready for Odoo?");
  await run("check", DOMAIN);
  heading("Undo takes out what is ours");
  await run("undo", DOMAIN, "--yes");
  const undone = await readFile(zoneFile, "latin1");
  heading("And the file is what it was, byte for byte, but for its serial, which only ever rises");
  show(difference(before, undone));
  if (withoutSerial(undone) !== withoutSerial(before))
    throw new Error("The undo left something behind.");
}

async function tellOfPulumi(pulumi: DemoPulumi | undefined): Promise<void> {
  if (pulumi === undefined) {
    heading("The same with Pulumi: preview, up, destroy. This gets its CLI");
    show(["npm run pulumi -- version"]);
    return;
  }
  const env = { ...world.env, ODOO_MAIL_DNS_RESOLVER: world.resolver };
  const runPulumi = (...args: readonly string[]): Promise<string> => {
    console.log(styleText("bold", `$ pulumi ${args.join(" ")}`));
    return pulumi(args, env);
  };
  heading("The same stack file with Pulumi: each record is taken over as it is, then changed");
  const preview = await runPulumi("preview", "--diff");
  const told = preview
    .split("\n")
    .filter((line) => /(?:Terms|Cname|Record): \(|[~+] value/.test(line));
  show(told.map((line) => line.slice(8)));
  heading("Up does it, and all that it changed is");
  const before = await readFile(zoneFile, "latin1");
  await runPulumi("up", "--yes", "--skip-preview");
  show(difference(before, await readFile(zoneFile, "latin1")));
}

/** Runs the command line as a user would, in the scratch folder, and shows the line and its output. */
async function run(...args: readonly string[]): Promise<void> {
  console.log(styleText("bold", `$ odoo-mail-dns ${args.join(" ")}`));
  const env = {
    ...process.env,
    ...world.env,
    NODE_COMPILE_CACHE: join(root, ".cache", "compiled"),
  };
  const child = spawn(process.execPath, [cli, ...args, "--resolver", world.resolver], {
    cwd: folder,
    env,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const code = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", resolve);
  });
  if (code !== 0) throw new Error(`odoo-mail-dns ${args.join(" ")} ended with ${String(code)}`);
}

function heading(text: string): void {
  console.log(`\n${styleText(["bold", "cyan"], `# ${text}`)}`);
}

function show(lines: readonly string[]): void {
  for (const line of lines) console.log(`    ${line.length > 92 ? `${line.slice(0, 91)}…` : line}`);
}

/** Lines of one text that the other does not have: enough to show an edit of a few lines. */
function difference(before: string, after: string): readonly string[] {
  const [old, now] = [before.split("\n"), after.split("\n")];
  return [
    ...old.filter((line) => !now.includes(line)).map((line) => `- ${line}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `+ ${line}`),
  ];
}

function withoutSerial(text: string): string {
  return text.replace(/\d+( +; serial)/, "$1");
}

function next(): void {
  heading("Now your own zone file");
  show([
    "npm run -s cli -- init yourdomain.com --host zonefile --file zones/yourdomain.com.zone",
    "npm run -s cli -- plan yourdomain.com",
    "npm run -s cli -- help",
    "",
    "Zone files lie in this project, or below the folder in ODOO_MAIL_DNS_ZONES=/etc/bind/zones.",
    "README.md goes on from here.",
  ]);
}
