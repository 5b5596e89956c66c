import { join } from 'node:path';
import type { Context, Files } from '../context/index.ts';
import { variableOf } from '../domain/index.ts';
import { UserError } from '../errors/index.ts';
import { Secret } from './secret.ts';

/** Each is said by its variable, by the file that the variable with `_FILE` names, or by a file of the user's own. */
export type SecretName = 'actor-key' | 'actor-token' | 'deploy-passphrase' | 'lambda-api-key';

/** What a vendor calls it; ours are SOPHIA_<NAME>. */
const vendors: Partial<Record<SecretName, string>> = { 'lambda-api-key': 'LAMBDA_API_KEY' };

export interface FoundSecret {
  readonly secret: Secret;
  /** Who says it: the name of a variable, or a path. */
  readonly at: string;
}

type SecretDeps = Pick<Context, 'files' | 'variables' | 'userId'>;

/** No secret of ours is longer; what is was not meant. */
const MOST_BYTES = 64 * 1024;

/**
 * The nearest that says it, or `undefined`. UserError `config` where a file that is to say it cannot: it is not there,
 * is empty, or is the user's own and open to others.
 */
export async function findSecret(deps: SecretDeps, name: SecretName): Promise<FoundSecret | undefined> {
  const { files, variables } = deps;
  const variable = vendors[name] ?? variableOf(name);
  const said = variables[variable]?.trim();
  if (said) return { secret: new Secret(said), at: variable };
  const named = variables[`${variable}_FILE`];
  // What an administrator mounts may be meant for several users: its rights are theirs to choose.
  if (named) return { secret: await readSecret(files, files.resolve(named), `${variable}_FILE`), at: named };
  const own = ownFile(files, name);
  if ((await files.kindOf(own)) === undefined) return undefined;
  await needPrivate(deps, own);
  return { secret: await readSecret(files, own, own), at: own };
}

/** Lays it into a file of the user's own, and returns the path. UserError `refused` where there is one already. */
export async function keepSecret(files: Files, name: SecretName, secret: Secret): Promise<string> {
  const path = ownFile(files, name);
  if (await files.place(path, `${secret.reveal()}\n`)) return path;
  throw new UserError('refused', `${path} is there already`, [
    'keep it, or move it away first: what it signed counts no more once its public key is replaced',
  ]);
}

/** Where the user's own file of that name is, or would be. */
export function ownFile({ places }: Files, name: SecretName): string {
  return join(places.config, 'secrets', name);
}

async function readSecret(files: Files, path: string, saidBy: string): Promise<Secret> {
  const facts = await files.factsOf(path);
  if (!facts?.isRegular || facts.bytes > MOST_BYTES)
    throw new UserError('config', `${path} holds no secret: ${facts ? 'it is no small file' : 'it is not there'}`, [
      `mend what ${saidBy} says`,
    ]);
  const text = (await files.readText(path))?.trim() ?? '';
  if (text === '') throw new UserError('config', `${path} is empty`, [`mend what ${saidBy} says`]);
  return new Secret(text);
}

const OTHERS = 0o077;

async function needPrivate({ files, userId }: SecretDeps, path: string): Promise<void> {
  const { mode = 0, owner } = (await files.factsOf(path)) ?? {};
  if (userId === undefined) return;
  if ((mode & OTHERS) !== 0)
    throw new UserError('config', `${path} is open to others (0${mode.toString(8)}), and so no secret any more`, [
      `chmod 600 ${path}   if nobody has read it; else make a new one`,
    ]);
  if (owner !== userId)
    throw new UserError('config', `${path} belongs to another user of this machine`, ['move it away']);
}
