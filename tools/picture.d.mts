/** Lines as a terminal of so many columns shows them, with their looks, as SVG; `told` says what it is to whoever cannot see it. */
export function svg(lines: readonly string[], told: string, columns: number): string;
