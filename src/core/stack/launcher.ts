/** Seals what is recorded: for the engine alone. */
export const PASSPHRASE = 'PULUMI_CONFIG_PASSPHRASE';
/** For the plugin, to which the engine hands on all that it is told. */
export const SECRETS = ['LAMBDA_API_KEY', 'SOPHIA_REHEARSED'];

/**
 * A shell that becomes a program of ours, which the engine starts by its file. One that had it as a child would be all that
 * the engine knows, and would be left alone when it ends. `forgets`: secrets that are handed to the engine, and are not for it.
 */
export function launching(
  node: string,
  program: string,
  { env = {}, forgets }: { readonly env?: Readonly<Record<string, string>>; readonly forgets: readonly string[] },
): string {
  const said = Object.entries(env).map(([name, value]) => `${name}=${quoted(value)}; export ${name}\n`);
  return `#!/bin/sh\nunset ${forgets.join(' ')}\n${said.join('')}exec ${quoted(node)} ${quoted(program)} "$@"\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
