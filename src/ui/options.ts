/** How much is shown; equal for all renderers. */
export interface ViewOptions {
  /** The number of `-v`. */
  readonly verbosity: number;
  /** `--diff`. In a dry run diffs are shown anyway. */
  readonly showDiffs: boolean;
  readonly color: boolean;
  /** Show what each task gave, as `exec` does: its output, else its result as JSON. */
  readonly showResults?: boolean;
}
