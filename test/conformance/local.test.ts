import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Target } from "../../src/contract/transport.js";
import { connect } from "../../src/transport/index.js";
import { run } from "../lab/run.js";
import { conforms } from "./suite.js";

const target: Target = {
  name: "localhost",
  transport: "local",
  address: "localhost",
  sshOptions: {},
  connectTimeoutMs: 10_000,
  becomeMethod: "sudo",
};

conforms(
  "the local transport",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "fettle-local-"));
    const connection = await connect(target);
    return {
      connection,
      target,
      folder,
      outside: (command) => run(["/bin/sh", "-c", command]),
      close: async () => {
        await connection.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },
  { floodBytes: 1e9 },
);
