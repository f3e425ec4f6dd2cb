#!/usr/bin/env node
import { enableCompileCache } from "node:module";

enableCompileCache();
const { interruption, processContext } = await import("./process.ts");
const { runCommand } = await import("./app.ts");
process.exitCode = await runCommand(process.argv.slice(2), processContext(interruption()));
