import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    setupFiles: ["test/no-network.ts"],
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: [
            "test/conformance/**",
            "test/servers/**",
            "test/crash/**",
            "test/pulumi-cli/**",
            "test/package/**",
          ],
          // The core is pure, so files may share modules: loading them anew took a third of the time.
          isolate: false,
          // A law tried 10,000 times takes longer than the 5 seconds of a single case.
          testTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          // The laws of a DNS host and the matrix of faults, for every host of the registry.
          name: "hosts",
          include: ["test/conformance/**/*.test.ts"],
          isolate: false,
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          // Real name servers, in the network namespace that scripts/test.ts makes; and what starts
          // the program dozens of times.
          name: "servers",
          include: ["test/servers/**/*.test.ts", "test/crash/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          // The real Pulumi CLI, in the same namespace: a command of it takes about five seconds.
          name: "pulumi",
          include: ["test/pulumi-cli/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          // What is published, packed and installed into empty folders.
          name: "package",
          include: ["test/package/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
