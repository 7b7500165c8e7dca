import { access, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Kind } from "./kinds.js";
import { withLock } from "./lock.js";
import { debianMirror } from "./mirror.js";
import { clearDraft } from "./draft.js";
import { recipeOf, stampOf, type Recipe } from "./recipes.js";
import { run, say } from "./run.js";

/** Images and packages outlive every lab and every checkout. */
export const cacheDir = join(process.env["XDG_CACHE_HOME"] ?? "/var/cache", "fettle-lab");

const imagesDir = join(cacheDir, "images");

/** The folder of the kind's image, made now when it is missing or its recipe has changed (about half a minute). */
export async function ensureImage(kind: Kind): Promise<string> {
  const recipe = recipeOf(kind);
  const image = join(imagesDir, `${kind}-${stampOf(recipe)}`);
  if (await exists(image)) return image;
  return withLock(join(cacheDir, ".locks", `image-${kind}`), async () => {
    if (!(await exists(image))) await makeImage(kind, recipe, image);
    await dropOldImages(kind, image);
    return image;
  });
}

export function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Made aside and renamed when whole, so that a killed maker leaves no half image behind that counts. */
async function makeImage(kind: Kind, recipe: Recipe, image: string): Promise<void> {
  say(`making the ${kind} image (once; about half a minute)`);
  const draft = join(imagesDir, `.new-${kind}`);
  await mkdir(imagesDir, { recursive: true });
  await clearDraft(draft);
  const mirror = await debianMirror();
  const options = ["--quiet", "--variant=minbase", '--aptopt=Acquire::Check-Valid-Until "false"'];
  // In a mount namespace of its own: what it mounts in the draft cannot outlive it.
  const make = ["unshare", "--mount", "mmdebstrap", ...options];
  await run([...make, `--include=${recipe.packages.join(",")}`, recipe.suite, draft, mirror]);
  await run(["chroot", draft, "/bin/sh"], { input: recipe.script });
  await rename(draft, image);
}

/** Images of earlier recipes, except those that a running lab stands on. */
async function dropOldImages(kind: Kind, image: string): Promise<void> {
  const mounts = await readFile("/proc/mounts", "utf8");
  for (const name of await readdir(imagesDir)) {
    const old = join(imagesDir, name);
    const isOld = new RegExp(`^${kind}-[0-9a-f]{12}$`).test(name) && old !== image;
    if (isOld && !mounts.includes(`lowerdir=${old}`)) await rm(old, { recursive: true, force: true });
  }
}
