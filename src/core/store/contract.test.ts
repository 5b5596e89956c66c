import { describe } from 'vitest';
import { openBench } from '../../../test/rooms.ts';
import { describePooled, describePostgres } from '../../../test/services.ts';
import { stepContract } from '../../../test/step-contract.ts';
import { storeContract } from '../../../test/store-contract.ts';

const contract: typeof storeContract = (open) => {
  storeContract(open);
  stepContract(open);
};

describe('in a file', () => contract(openBench));

describePostgres('on a server', (server) => {
  contract(async () => openBench(undefined, undefined, await server().database()));
});

describePooled('behind PgBouncer', (database) => {
  contract(async () => openBench(undefined, undefined, await database()));
});
