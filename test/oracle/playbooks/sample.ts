/** Some of a list, chosen by a seed: the same ones for the same seed. */
export function sampleOf<T>(all: readonly T[], count: number, seed: number): readonly T[] {
  const left = [...all];
  let state = seed + 1;
  return Array.from({ length: Math.min(count, all.length) }, () => {
    // Park and Miller's generator: what is wanted is only that it wanders.
    state = (state * 48_271) % 2_147_483_647;
    return left.splice(state % left.length, 1);
  }).flat();
}
