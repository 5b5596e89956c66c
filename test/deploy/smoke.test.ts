import { beforeAll, expect, test } from 'vitest';
import { describeEngine } from '../engine.ts';
import { build } from '../kill/life.ts';
import { CENTS, House, REHEARSAL } from './house.ts';

beforeAll(build, 300_000);

const NONE = { alive: 0, centsPerHour: 0 };
const ONE = { alive: 1, centsPerHour: CENTS };
const smoke = (house: House, more = '') => house.run(`deploy smoke ${REHEARSAL} --confirm smoke${more}`);

describeEngine('sophia deploy smoke, as it is shipped', (engine) => {
  test('the cheapest machine with a GPU is launched, its GPU computes, and it ends; without one nothing is said of any', async () => {
    using house = new House(engine);
    expect(await house.run(`deploy smoke ${REHEARSAL} --dry-run`)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('gpu_1x_h100_pcie with 1 H100'),
    });
    expect(await house.left()).toEqual(NONE);
    const told = await smoke(house);
    expect(told).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/gpu_1x_h100_pcie with 1 H100 was launched, and its GPU computed\. It was ended\./),
    });
    for (const line of told.stdout.trimEnd().split('\n')) expect(line).toMatch(/^rehearsal\| /);
    expect(await house.left()).toEqual(NONE);
    const bare = await smoke(house, ' --max-hourly 1');
    expect(bare).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/without a GPU was launched.*no GPU was tried/),
    });
    expect(bare.stdout).not.toContain('computed');
    expect(await house.left()).toEqual(NONE);
  });

  test('one whose GPU does not compute is of no use, which is said and told by the exit, and it is ended', async () => {
    using house = new House(engine);
    const replaced = await smoke(house, ' --fault bad-gpu');
    expect(replaced.stdout).toMatch(/Of no use, and ended for another: 1 machine, which came to \$[01]\.\d\d\./);
    expect(replaced.stdout).toMatch(/It came to \$\d\.\d\d in all/);
    expect(await house.left()).toEqual(NONE);
    await house.set({ badGpuNext: 9 });
    const told = await smoke(house);
    expect(told).toMatchObject({ code: 6, stdout: expect.stringContaining('Of no use: gpu_1x_h100_pcie with 1 H100') });
    expect(told.stdout).toMatch(/node-0: bad-gpu: machine \w+ is active/);
    expect(told.stdout).toMatch(/It was ended\.[\s\S]*Nothing of it bills\./);
    expect(await house.left()).toEqual(NONE);
  });

  test('stopped by Ctrl-C it is told at once what ends it, and it is ended all the same', async () => {
    using house = new House(engine);
    await house.begin();
    await house.fault({ method: 'GET', path: 'instances/', what: 'hold', after: 3 });
    const stopped = smoke(house);
    await house.held();
    expect(await house.left()).toEqual(ONE);
    house.kill('sophia', 'SIGINT');
    // Held until it is over: let go before the plugin hears of it, it would be tried.
    const told = await stopped;
    await house.release();
    expect(told).toMatchObject({ code: 130, stdout: expect.stringContaining('Stopped before it was tried') });
    expect(told.stdout).toContain('It was ended.');
    expect(told.stderr).toContain('rehearsal| sophia deploy destroy smoke --rehearse   ends all of it');
    expect(await house.left()).toEqual(NONE);
  });

  test('killed, it is ended by name', async () => {
    using house = new House(engine);
    await house.begin();
    await house.struckAt(
      { method: 'GET', path: 'instances/', what: 'hold', after: 3 },
      () => house.kill('sophia'),
      () => smoke(house),
    );
    expect(await house.left()).toEqual(ONE);
    expect(await house.run('deploy destroy smoke --rehearse --confirm smoke')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Nothing of it bills.'),
    });
    expect(await house.left()).toEqual(NONE);
  });
});
