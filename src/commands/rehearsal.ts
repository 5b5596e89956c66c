/** The last line of a `--dry-run` that would have written files. */
export const NOTHING_WRITTEN = 'Nothing was written: this was a dry run.';
