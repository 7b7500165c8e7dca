import type { Connect } from "../contract/transport.js";
import { makeConnection } from "./connection.js";
import { localHost } from "./local.js";

/** Logs in to a target by the transport that it names. ssh2 is loaded when it is first needed. */
export const connect: Connect = async (target, signal) => {
  switch (target.transport) {
    case "local":
      return makeConnection(localHost(), target);
    case "ssh2": {
      const { connectSsh } = await import("./ssh2/connect.js");
      return makeConnection(await connectSsh(target, signal), target);
    }
    default:
      return target.transport satisfies never;
  }
};
