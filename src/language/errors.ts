import { FettleError } from "../contract/error.js";

/** Everything that is wrong with the input, found before anything was touched. */
export class LoadErrors extends Error {
  override readonly name = "LoadErrors";

  constructor(readonly errors: readonly FettleError[]) {
    super(errors.map((error) => error.message).join("\n"));
  }
}

/** Collects errors, so that a user sees all of them at once. */
export class Problems {
  /** By message: a role that is used twice has its mistakes once. */
  readonly #errors = new Map<string, FettleError>();

  add(error: FettleError): void {
    if (!this.#errors.has(error.message)) this.#errors.set(error.message, error);
  }

  /** The result of the work, or undefined when it failed with an error of the input. */
  guard<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (error instanceof LoadErrors) for (const one of error.errors) this.add(one);
      else if (error instanceof FettleError) this.add(error);
      else throw error;
      return undefined;
    }
  }

  /** Throws LoadErrors when there are any. */
  check(): void {
    if (this.#errors.size > 0) throw new LoadErrors(inOrder([...this.#errors.values()]));
  }
}

/** As one reads: files as they came, lines from top to bottom. */
function inOrder(errors: readonly FettleError[]): readonly FettleError[] {
  const files = [...new Set(errors.map((error) => error.details.place?.file))];
  const rank = ({ details: { place } }: FettleError): readonly number[] => [
    files.indexOf(place?.file),
    place?.line ?? 0,
    place?.column ?? 0,
  ];
  return errors.toSorted((a, b) => {
    const [first, second] = [rank(a), rank(b)];
    const differs = first.findIndex((one, i) => one !== second[i]);
    return (first[differs] ?? 0) - (second[differs] ?? 0);
  });
}
