import { connect } from "../../src/transport/index.js";
import { Practice } from "../lab/practice.js";
import { run } from "../lab/run.js";
import { conforms } from "./suite.js";

conforms(
  "ssh2 with a server in this process",
  async () => {
    const server = await Practice.start();
    const connection = await connect(server.target);
    return {
      connection,
      target: server.target,
      folder: server.home,
      outside: (command) => run(["/bin/sh", "-c", command]),
      cut: () => {
        server.dropLinks();
        return Promise.resolve();
      },
      close: async () => {
        await connection.close();
        await server.close();
      },
    };
  },
  { floodBytes: 2e8 },
);
