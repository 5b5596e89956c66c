/**
 * A shell that becomes a program of ours, which the engine starts by its file. One that had it as a child would be all that
 * the engine knows, and would be left alone when it ends.
 */
export function launching(node: string, program: string, env: Readonly<Record<string, string>> = {}): string {
  const said = Object.entries(env).map(([name, value]) => `${name}=${quoted(value)}; export ${name}\n`);
  return `#!/bin/sh\n${said.join('')}exec ${quoted(node)} ${quoted(program)} "$@"\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
