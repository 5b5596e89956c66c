import { expect, test } from 'vitest';
import { openDeploys } from './deploys.ts';
import { openInside } from './inside.ts';

// Nothing else of them is touched before it is refused.
const deps = { hidden: '/home/ada/elm\\house/.sophia' } as never;
const refused = expect.objectContaining({ message: expect.stringContaining('a folder with a \\ in its name') });

test('a folder that the engine would take for another is refused before anybody is asked to agree', async () => {
  await expect(openDeploys(deps).mustBeAble()).rejects.toEqual(refused);
});

test('and before an engine is begun there, whatever is to be done', async () => {
  const meant = { environment: 'production', practice: undefined };
  await expect(openInside(deps).stackOf(meant, {} as never)).rejects.toEqual(refused);
});
