// The guest book: a table on the primary, read from the replicas.
import mysql from "./mysql.cjs";

const TABLE = `CREATE TABLE IF NOT EXISTS notes (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  text VARCHAR(200) NOT NULL,
  author VARCHAR(64) NOT NULL
)`;
/** Milliseconds for which a replica that did not answer is asked last. */
const PAUSE = 5000;
const NEWEST = "SELECT text, author, @@hostname AS source FROM notes ORDER BY id DESC LIMIT 10";

export class Notes {
  #primary;
  /** In the order in which they are asked; the primary stands in for replicas that are away. */
  #readers;
  #failedAt = new Map();
  #isThere = false;

  /** DB_PRIMARY: its address; DB_REPLICAS: addresses, separated by blanks; DB_NAME, DB_USER, DB_PASSWORD, DB_PORT. */
  static from({ DB_PRIMARY, DB_REPLICAS = "", DB_NAME, DB_USER, DB_PASSWORD, DB_PORT = "3306" }) {
    if (!DB_PRIMARY) return null;
    const open = (host) =>
      mysql.createPool({
        host,
        port: Number(DB_PORT),
        user: DB_USER,
        password: DB_PASSWORD,
        database: DB_NAME,
        connectionLimit: 10,
        connectTimeout: 2000,
      });
    return new Notes(open(DB_PRIMARY), DB_REPLICAS.split(/\s+/).filter(Boolean).map(open));
  }

  constructor(primary, replicas) {
    this.#primary = primary;
    this.#readers = [...replicas, primary];
  }

  async write(text, author) {
    if (text.length === 0 || text.length > 200)
      throw Object.assign(new Error("a note has 1 to 200 characters"), { status: 400 });
    await this.#makeTable();
    await this.#primary.query("INSERT INTO notes (text, author) VALUES (?, ?)", [text, author]);
  }

  /** The newest notes and the host that they were read from. */
  async read() {
    let problem;
    for (const reader of this.#inOrder()) {
      try {
        return await newest(reader);
      } catch (error) {
        this.#failedAt.set(reader, Date.now());
        problem = error;
      }
    }
    throw new Error(`no database answers: ${problem.message}`);
  }

  #inOrder() {
    const isAway = (reader) => Date.now() - (this.#failedAt.get(reader) ?? -Infinity) < PAUSE;
    return [...this.#readers.filter((one) => !isAway(one)), ...this.#readers.filter(isAway)];
  }

  /** Here, not at the start: the service must come up while the database is away. */
  async #makeTable() {
    if (this.#isThere) return;
    await this.#primary.query(TABLE);
    this.#isThere = true;
  }
}

async function newest(pool) {
  try {
    const [rows] = await pool.query({ sql: NEWEST, timeout: 3000 });
    if (rows.length > 0) return { source: rows[0].source, notes: rows };
  } catch (error) {
    // Nobody has written yet.
    if (error.code !== "ER_NO_SUCH_TABLE") throw error;
  }
  const [[{ source }]] = await pool.query({ sql: "SELECT @@hostname AS source", timeout: 3000 });
  return { source, notes: [] };
}
