import { describe } from 'vitest';
import { openBench } from '../../../test/rooms.ts';
import { describePooled, describePostgres } from '../../../test/services.ts';
import { storeContract } from '../../../test/store-contract.ts';

describe('in a file', () => storeContract(openBench));

describePostgres('on a server', (server) => {
  storeContract(async () => openBench(undefined, undefined, await server().database()));
});

describePooled('behind PgBouncer', (database) => {
  storeContract(async () => openBench(undefined, undefined, await database()));
});
