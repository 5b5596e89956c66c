import { basename, dirname, join } from 'node:path';
import type { Context } from '../../context/index.ts';
import type { Suggestion } from '../../deploy/index.ts';
import { mintId } from '../../domain/index.ts';
import { UsageError, UserError } from '../../errors/index.ts';
import { writeWhole } from '../store/beside.ts';
import { fileOf } from './names.ts';
import { type PlanDeps, type PlanReport, type PlanRequest, planDeploy } from './plan.ts';

type Deps = PlanDeps & Pick<Context, 'random'>;

/** A plan of what stands in the file now, and of what stood there before. */
export interface Taken extends PlanReport {
  readonly taken: {
    /** Of the suggestion. */
    readonly name: string;
    /** Where the former file lies now. */
    readonly before: string;
  };
}

/**
 * Puts what was suggested in the place of an environment's file, which is kept beside it. UsageError for a name that no
 * suggestion has; UserError `refused` where there is none at all, or the file is a link, and `held` where somebody wrote
 * to it meanwhile.
 */
export async function takeSuggestion(deps: Deps, request: PlanRequest, name: string): Promise<Taken> {
  const { files, folder } = deps;
  const file = fileOf(request.environment);
  const path = join(folder, file);
  const facts = await files.factsOf(path);
  const { suggestions = [] } = await planDeploy(deps, { ...request, suggest: true });
  const { text } = named(suggestions, name, request);
  // Put in the place of a link, it would leave what others see through another one as it was.
  if (join(await files.real(dirname(path)), basename(path)) !== (await files.real(path)))
    throw new UserError('refused', `${file} is a link, and is left as it is`, ['put a file of its own in its place']);
  const before = await keepFormer(deps, path);
  // Looked at after the copy: what was written until now is in it.
  if ((await files.factsOf(path))?.changed !== facts?.changed) {
    await files.remove(`${path}${before}`);
    throw new UserError('held', `${file} was written to meanwhile, and is left as it is`, ['say the same again']);
  }
  await putInPlace(deps, path, text, ((facts?.mode ?? 0) & 0o077) === 0);
  const plan = await planDeploy(deps, request);
  return { ...plan, taken: { name, before: `${file}${before}` } };
}

function named(suggestions: readonly Suggestion[], name: string, { environment, offline }: PlanRequest): Suggestion {
  const found = suggestions.find((each) => each.name === name);
  if (found) return found;
  const shown = `sophia deploy plan ${environment}${offline ? ' --offline' : ''} --suggest`;
  if (suggestions.length === 0)
    throw new UserError('refused', 'nothing is suggested: nothing was found within the limits of the file', [shown]);
  const names = suggestions.map((each) => each.name).join(', ');
  throw new UsageError(`--take: "${name}" is no suggestion; there are ${names}`, [`${shown}   shows them`]);
}

/** A copy beside, under the first name that is free. Returns how that ends. */
async function keepFormer(deps: Deps, path: string): Promise<string> {
  for (let more = 1; ; more++) {
    const end = more === 1 ? '.before' : `.before-${more}`;
    if (await writeWhole(deps, `${path}${end}`, (part) => deps.files.copy(path, part))) return end;
  }
}

/** At no moment is there no file of that name, nor half of one. */
async function putInPlace({ files, random }: Deps, path: string, text: string, isPrivate: boolean): Promise<void> {
  const part = `${path}.part-${mintId('part', random)}`;
  try {
    await files.append(part, text, isPrivate ? 'private' : 'usual');
    await files.move(part, path, 'over');
  } finally {
    await files.remove(part);
  }
}
