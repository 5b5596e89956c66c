/** `1 tenant`, `2 tenants`, `0 tenants`. */
export function plural(n: number, thing: string): string {
  return `${n} ${n === 1 ? thing : thing.replace(/y$/, 'ie')}${n === 1 ? '' : 's'}`;
}
