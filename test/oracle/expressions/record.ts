import { askAnsible } from "./ansible.js";
import { keyOf, readRecorded, readTable, rowsOf, writeRecorded } from "./table.js";

/**
 * Asks Ansible for the answers of all rows that are new or changed, and writes them to recorded.json; `--all` asks again
 * for those that are there. Needs `ansible-playbook`, and for rows with `collection: true` the collection ansible.utils
 * with Python's netaddr.
 */
const table = readTable();
const rows = rowsOf(table);
const known = process.argv.includes("--all") ? {} : readRecorded();
const missing = rows.filter((row) => known[keyOf(row, table)] === undefined);
const found = missing.length === 0 ? [] : await askAnsible(missing, table);
const lacks = missing.filter((row, i) => row.collection === true && isLacking(found[i]));
if (lacks.length > 0) throw new Error(`the collection ansible.utils or netaddr is not there (${lacks.length} rows)`);
const fresh = Object.fromEntries(missing.map((row, i) => [keyOf(row, table), found[i]]));
const all = rows.map((row) => [keyOf(row, table), known[keyOf(row, table)] ?? fresh[keyOf(row, table)]]);
writeRecorded(Object.fromEntries(all) as Parameters<typeof writeRecorded>[0]);
process.stdout.write(`${rows.length} rows, ${missing.length} of them asked for\n`);

function isLacking(answer: unknown): boolean {
  return /Could not load \"ansible\.utils|No filter named|library \(netaddr/.test(
    (answer as { refused?: string } | undefined)?.refused ?? "",
  );
}
