/** What the vendor says no with. Source: Lambda Cloud API 1.10.0, as read in November 2026. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const refusals = {
  key: () => new Refusal(401, 'global/invalid-api-key', 'API key was invalid, expired, or deleted.'),
  inactive: () => new Refusal(403, 'global/account-inactive', 'Your account is inactive.'),
  parameters: (what: string) => new Refusal(400, 'global/invalid-parameters', what),
  absent: (what: string) => new Refusal(404, 'global/object-does-not-exist', `Specified ${what} does not exist.`),
  path: () => new Refusal(404, 'global/not-found', 'The requested resource was not found.'),
  capacity: () =>
    new Refusal(
      400,
      'instance-operations/launch/insufficient-capacity',
      'Not enough capacity to fulfill launch request.',
    ),
  quota: () => new Refusal(400, 'global/quota-exceeded', 'Quota exceeded.'),
  elsewhere: () =>
    new Refusal(
      400,
      'instance-operations/launch/file-system-in-wrong-region',
      'Filesystem is in a different region than the instance.',
    ),
  duplicate: (what: string) => new Refusal(400, 'global/duplicate', `A ${what} of that name is there already.`),
  filesystemInUse: () => new Refusal(400, 'filesystems/filesystem-in-use', 'Filesystem is in use.'),
  rulesetInUse: () => new Refusal(400, 'firewall-rulesets/firewall-ruleset-in-use', 'Firewall ruleset is in use.'),
  conflict: () => new Refusal(409, 'global/conflict', 'The instance cannot do that now.'),
};
