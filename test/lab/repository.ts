import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "./image.js";

/** What the labs' servers serve: `debian/` and `files/`. */
export const servedDir = join(cacheDir, "served");

/** Makes what is missing under `servedDir`. */
export async function ensureRepository(): Promise<void> {
  await mkdir(servedDir, { recursive: true });
}
