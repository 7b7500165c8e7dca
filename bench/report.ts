import type { Surroundings } from "./machine.js";
import { median, type Samples } from "./measure.js";
import type { Figures } from "./phases.js";
import { workloads } from "./site.js";

/** Markdown tables of one measurement. */
export function tablesOf(
  { first, converged, counters }: Figures,
  { date, cores, load, versions }: Surroundings,
): string {
  const trips = Object.entries(counters).map(
    ([what, { roundTrips, bytesSent, bytesReceived }]) =>
      `| ${what} | ${roundTrips} | ${kilobytes(bytesSent)} | ${kilobytes(bytesReceived)} |`,
  );
  return [
    `Measured ${date} on ${cores} cores shared by the controller and all hosts; load before the start: ${load.toFixed(1)}.`,
    `Versions: ${versions.join("; ")}.`,
    "",
    ...workloads.flatMap((workload) => table(`${workload}, converged`, converged[workload], "floor")),
    ...table("web41, first run from bare hosts", first, "plain script"),
    "| fettle, the most of any host | round trips | kB sent | kB received |",
    "|---|---|---|---|",
    ...trips,
    "",
  ].join("\n");
}

function table(title: string, samples: Samples, base: string): string[] {
  const floor = median(samples.of(base).map(({ ms }) => ms));
  const slow = median(samples.of("Ansible").map(({ ms }) => ms));
  const rows = samples.names.map((name) => {
    const times = samples.of(name).map(({ ms }) => ms);
    const cpu = median(samples.of(name).map(({ cpuMs }) => cpuMs));
    const middle = median(times);
    const range = `${seconds(Math.min(...times))} – ${seconds(Math.max(...times))}`;
    const cells = [
      name,
      times.length,
      seconds(middle),
      range,
      ratio(middle / floor),
      ratio(slow / middle),
      seconds(cpu),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    `| ${title} | runs | median, s | least – most | × ${base} | times faster than Ansible | controller CPU, s |`,
    "|---|---|---|---|---|---|---|",
    ...rows,
    "",
  ];
}

const seconds = (ms: number): string => (ms / 1000).toFixed(2);
const kilobytes = (bytes: number): string => (bytes / 1000).toFixed(1);
const ratio = (value: number): string => (Number.isNaN(value) ? "–" : value.toFixed(value < 10 ? 2 : 0));

/** The whole of docs/benchmarks.md. */
export function documentOf(tables: string): string {
  return `# Benchmarks
Written by \`npm run bench\`. Seconds on a shared machine mean little; read the ratios, which were taken side by side.

\`\`\`sh
npm run bench                     # about a quarter of an hour; writes this file
npm run bench -- --quick          # a few minutes, without Ansible's first runs; only prints
npm run bench -- --minutes 30     # Ansible's runs are dropped when time is short; give them more
\`\`\`

It needs root on Debian 12, makes eight hosts in a lab of its own (\`test/lab\`), and installs Debian's package
\`ansible\` on this machine when it is missing.

## What is measured
- **web41**: 41 tasks on each of eight hosts through sudo: package lists, packages, a group, a user, ten folders, fifteen
  templates, five files, three links, three lines of one file, a service; one handler. No facts are gathered.
- **mix41**: as many tasks in the proportions of public playbooks: five commands (three registered and used in a \`when\`,
  so they must run one after the other), two imports by a fact, a loop of ten, a block; facts are gathered.
- **logins only**: eight parallel \`ssh host sudo sh -s\` of OpenSSH whose script is \`true\`.
- **floor**: the same with one script a host that checks the whole workload with as few processes as possible, and finds
  any difference. It knows the answer beforehand; no program that works out from a playbook what to do can do much less.
- **plain script**: the same with a script that installs and writes everything, with no check; for first runs.
- **controller CPU**: user and system time of the contender's processes on the controller (not of the hosts), a median;
  it is less noisy than the clock. Ansible's connections, which outlive it, are not in it.
- **fettle**: \`fettle apply\` and \`fettle plan\` as a user types them, 8 forks, start-up included.
- **Ansible**: Debian's package with pipelining, ControlPersist and 8 forks. Its connections are open already in converged
  runs; the other contenders log in anew each time.

All contenders take turns on the same hosts. After every first run the floor's script proves that the hosts are as the
workload wants them, whoever made them so, and every converged run must have changed nothing; otherwise the benchmark
fails. So the playbooks for Ansible and for fettle come to the same bytes.

Ansible's runs are dropped when the time is up: the column *runs* says how many there were, and one run is only a hint.

## Figures
${tables}`;
}
