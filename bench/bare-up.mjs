// What `deploy-again` measures against: the stack that sophia has made, brought up by the engine and its own SDK, and by
// nothing else. Told as JSON, in the only word of the command line. Fails where anything would change.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { LocalWorkspace, PulumiCommand } from '@pulumi/pulumi/automation/index.js';
import { secret } from '@pulumi/pulumi/output.js';
import { CustomResource } from '@pulumi/pulumi/resource.js';

const { root, plugin, work, state, home, checkpoint, births, rehearsed } = JSON.parse(process.argv[2]);
const { login, nodes } = JSON.parse(readFileSync(births, 'utf8'));
const { resources } = JSON.parse(readFileSync(checkpoint, 'utf8')).checkpoint.latest;
const ofKind = (kind) => resources.filter(({ type }) => type === `sophialambda:index:${kind}`);
const nameIn = (urn) => urn.split('::').at(-1);

/** What stands sealed in the record: as it is there nobody can hand it in again. */
function sealed(name) {
  const { host, userData } = nodes[name];
  return { userData: secret(userData), gate: secret({ hostKey: host.publicKey, privateKey: login.privateKey }) };
}

function declare() {
  const [{ type, urn, inputs }] = ofKind('SshKey');
  const key = new CustomResource(type, nameIn(urn), inputs);
  for (const { type, urn, inputs } of ofKind('Instance'))
    new CustomResource(type, nameIn(urn), {
      ...inputs,
      ...sealed(nameIn(urn)),
      sshKey: key.id.apply(() => inputs.sshKey),
    });
}

const stack = await LocalWorkspace.createOrSelectStack(
  { stackName: 'production', projectName: 'sophia', program: async () => declare() },
  {
    ...{ pulumiCommand: await PulumiCommand.get({ root }), workDir: work, secretsProvider: 'passphrase' },
    projectSettings: {
      ...{ name: 'sophia', runtime: 'nodejs' },
      plugins: { providers: [{ name: 'sophialambda', path: plugin }] },
    },
    envVars: {
      ...{
        PULUMI_BACKEND_URL: `${pathToFileURL(state)}?metadata=skip`,
        PULUMI_HOME: home,
        PULUMI_SKIP_UPDATE_CHECK: 'true',
      },
      ...{ PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true', PULUMI_CONFIG_PASSPHRASE: 'rehearsal' },
      SOPHIA_REHEARSED: rehearsed,
    },
  },
);
const { summary } = await stack.up();
const { same, ...changed } = summary.resourceChanges ?? {};
// The one that stands for the plugin is not counted.
if (Object.keys(changed).length > 0 || same !== resources.length - 1)
  throw new Error(`it changed something: ${JSON.stringify(summary.resourceChanges)}`);
