import { join } from 'node:path';
import { PolicyPack } from '@pulumi/policy/policy.js';
import { endWithParent } from '../provider/orphan.ts';
import { openGate, readAgreed } from './rule.ts';

/** The second gate of cost, as it is shipped. The engine asks it of each resource before anything is done for that one. */
endWithParent(process, (ms, work) => setInterval(work, ms).unref());
const refusalOf = openGate(readAgreed(process.env.SOPHIA_AGREED));
// Which version it is, a pack reads from the package.json of the folder that it works in.
process.chdir(join(import.meta.dirname, '../..'));
new PolicyPack('sophia-cost', {
  policies: [
    {
      name: 'agreed',
      description: 'Nothing bills but what was agreed to.',
      enforcementLevel: 'mandatory',
      validateResource(asked, report) {
        const refusal = refusalOf(asked);
        if (refusal !== undefined) report(refusal);
      },
    },
  ],
});
