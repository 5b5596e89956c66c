import { expect, test } from 'vitest';
import { id, type RunId } from '../../core/domain/index.ts';
import { mending } from './next.ts';

const run = { id: id('run', 'run-0123456789ab') as RunId, failure: 'billing' };

test('what has failed is tried again, but for what spends money: that is begun anew, where it is asked about', () => {
  expect(mending({ ...run, workflow: 'retention', input: {} })).toEqual([
    'sophia runs retry run-0123456789ab   tries again',
  ]);
  const deploy = { ...run, workflow: 'deploy' };
  expect(mending({ ...deploy, input: { environment: 'production', speed: 0 } })).toEqual([
    'sophia deploy production   shows what it comes to by now, and asks',
  ]);
  expect(mending({ ...deploy, input: { environment: 'production', speed: 60 } })).toEqual([
    'sophia deploy production --rehearse   shows what it comes to by now, and asks',
  ]);
});
