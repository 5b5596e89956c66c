/** What was kept as JSON; `undefined` where it is none. */
export function parsed<T>(body: string): Partial<T> | undefined {
  try {
    return JSON.parse(body) ?? undefined;
  } catch {
    return undefined;
  }
}
