import type { DatabasePlace } from '../../domain/index.ts';
import { UserError } from '../../errors/index.ts';

/** What a copy of it is made with. */
export function isKeptThere({ name, host, port, user, database }: DatabasePlace): UserError {
  return new UserError('refused', `${name}: copies of a database are made and put back by its server`, [
    `pg_dump --format=custom --file=sophia.dump --host=${host} --port=${port} --username=${user} ${database}`,
    'or a branch, or a restore to a moment, where your provider has them',
  ]);
}
