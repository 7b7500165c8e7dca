import { spawn } from "node:child_process";

/** Runs in the other host's network: tries every port, and prints those that answer. */
const SCAN = `
const net = require("node:net");
const host = process.argv[1];
const open = [];
let next = 1;
const one = () => new Promise((done) => {
  const port = next++;
  const socket = net.connect({ host, port });
  const end = () => { clearTimeout(timer); socket.destroy(); done(); };
  const timer = setTimeout(end, 700);
  socket.on("connect", () => { open.push(port); end(); });
  socket.on("error", end);
});
const lane = async () => { while (next <= 65535) await one(); };
Promise.all(Array.from({ length: 2000 }, lane)).then(() => console.log(JSON.stringify(open.sort((a, b) => a - b))));
`;

/** TCP ports of `address` that let in a connection from the network namespace of a host of the lab. */
export function openPorts(namespace: string, address: string): Promise<readonly number[]> {
  const argv = ["netns", "exec", namespace, process.execPath, "-e", SCAN, address];
  const child = spawn("ip", argv, { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (bytes: Buffer) => (said += bytes.toString()));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(JSON.parse(said) as number[]);
      else reject(new Error(`the scan ended with ${String(code)}`));
    });
  });
}
