import type { Command } from './definition.ts';

export interface Entry {
  /** `noun verb`, or one word. */
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<{ readonly default: Command }>;
}

/** One entry a command. Nothing is loaded until its command is called, so `--help` stays cheap. */
export const registry: readonly Entry[] = [
  { name: 'init', summary: 'Start a workspace in a folder', load: () => import('./init.ts') },
  {
    name: 'churn analyze',
    summary: 'Rank who is likelier to leave than peers',
    load: () => import('./churn/analyze.ts'),
  },
  {
    name: 'churn proposals',
    summary: 'List what was proposed, withheld or left waiting',
    load: () => import('./churn/proposals.ts'),
  },
  {
    name: 'churn intents',
    summary: 'Show what is heard in what residents say, and why',
    load: () => import('./churn/intents.ts'),
  },
  {
    name: 'churn report',
    summary: 'Write a page about one property, to read and to print',
    load: () => import('./churn/report.ts'),
  },
  { name: 'churn explain', summary: 'Show every point behind one index', load: () => import('./churn/explain.ts') },
  {
    name: 'churn audit',
    summary: 'Find whether equals were treated as equals',
    load: () => import('./churn/audit.ts'),
  },
  {
    name: 'churn decisions',
    summary: 'Tell a tenant or a regulator what was reckoned and decided',
    load: () => import('./churn/decisions.ts'),
  },
  { name: 'churn effect', summary: 'Measure whether proposals keep tenants', load: () => import('./churn/effect.ts') },
  {
    name: 'churn import-model',
    summary: 'Keep a model that another program learned, as a candidate',
    load: () => import('./churn/import-model.ts'),
  },
  {
    name: 'churn train',
    summary: 'Learn from your own past who leaves, beside the scorecard',
    load: () => import('./churn/train.ts'),
  },
  {
    name: 'churn models',
    summary: 'List, show, promote or roll back what was learned',
    load: () => import('./churn/models.ts'),
  },
  {
    name: 'churn backtest',
    summary: 'Judge what would be learned by months that it has not seen',
    load: () => import('./churn/backtest.ts'),
  },
  {
    name: 'churn card',
    summary: 'Print the model card: use, data, figures, limits',
    load: () => import('./churn/card.ts'),
  },
  {
    name: 'churn drift',
    summary: 'Look whether tenants are still as those that a model learned from',
    load: () => import('./churn/drift.ts'),
  },
  { name: 'portfolio list', summary: 'List the properties', load: () => import('./portfolio/list.ts') },
  { name: 'portfolio show', summary: 'Show one property and its sources', load: () => import('./portfolio/show.ts') },
  {
    name: 'portfolio template',
    summary: 'Write sample files and explain their columns',
    load: () => import('./portfolio/template.ts'),
  },
  {
    name: 'portfolio import',
    summary: 'Read your files into the portfolio',
    load: () => import('./portfolio/import.ts'),
  },
  {
    name: 'portfolio imports',
    summary: 'List what was imported, and what of it was undone',
    load: () => import('./portfolio/imports.ts'),
  },
  {
    name: 'portfolio undo',
    summary: 'Withdraw an import: what was known before it counts again',
    load: () => import('./portfolio/undo.ts'),
  },
  {
    name: 'portfolio doctor',
    summary: 'Find gaps and doubles in the data, and what each costs the score',
    load: () => import('./portfolio/doctor.ts'),
  },
  { name: 'portfolio demo', summary: 'Load an invented portfolio', load: () => import('./portfolio/demo.ts') },
  { name: 'runs list', summary: 'List workflow runs', load: () => import('./runs/list.ts') },
  { name: 'runs show', summary: 'Show one run and what happened in it', load: () => import('./runs/show.ts') },
  {
    name: 'runs approve',
    summary: 'Approve what a run proposes, and carry it out',
    load: () => import('./runs/approve.ts'),
  },
  { name: 'runs reject', summary: 'Reject what a run proposes, with a reason', load: () => import('./runs/reject.ts') },
  { name: 'runs resume', summary: 'Finish a run that was stopped', load: () => import('./runs/resume.ts') },
  {
    name: 'runs retry',
    summary: 'Try at once what has failed, or waits for its next try',
    load: () => import('./runs/retry.ts'),
  },
  { name: 'runs cancel', summary: 'End a run that is not to go on', load: () => import('./runs/cancel.ts') },
  {
    name: 'runs reply',
    summary: 'Answer a run with the fields that it asks for',
    load: () => import('./runs/reply.ts'),
  },
  {
    name: 'runs state',
    summary: 'Show what a run was begun with, and what its nodes said',
    load: () => import('./runs/state.ts'),
  },
  {
    name: 'runs history',
    summary: 'Show what each checkpoint of a run changed, from its input to its output',
    load: () => import('./runs/history.ts'),
  },
  {
    name: 'runs watch',
    summary: 'Print what happens in a run until it has ended',
    load: () => import('./runs/watch.ts'),
  },
  {
    name: 'workflow list',
    summary: 'List the workflows that this sophia knows',
    load: () => import('./workflow/list.ts'),
  },
  {
    name: 'workflow run',
    summary: 'Run a workflow by its name, to its end or until it waits',
    load: () => import('./workflow/run.ts'),
  },
  {
    name: 'worker',
    summary: 'Carry on whatever is due: queued and stalled runs, timers, tries',
    load: () => import('./worker.ts'),
  },
  { name: 'actor show', summary: 'Show as whom you act, and what proves it', load: () => import('./actor/show.ts') },
  { name: 'actor key', summary: 'Make the key that signs who is who', load: () => import('./actor/key.ts') },
  { name: 'actor token', summary: 'Sign a token that proves who approves', load: () => import('./actor/token.ts') },
  {
    name: 'config explain',
    summary: 'Show each setting, and where it comes from',
    load: () => import('./config/explain.ts'),
  },
  {
    name: 'doctor',
    summary: 'Check machine, settings, store and runs; mend what is safe',
    load: () => import('./doctor.ts'),
  },
  { name: 'tui', summary: 'Watch runs live, and answer what they ask', load: () => import('./tui.ts') },
  { name: 'events', summary: 'Print the journal, and follow it', load: () => import('./events.ts') },
  {
    name: 'events verify',
    summary: 'Find a changed or missing line of the audit stream',
    load: () => import('./events/verify.ts'),
  },
  { name: 'store info', summary: 'Show where the store is, and what is in it', load: () => import('./store/info.ts') },
  { name: 'gpu ls', summary: 'List what bills in the account, whoever started it', load: () => import('./gpu/ls.ts') },
  {
    name: 'gpu kill-all',
    summary: 'End every machine that sophia started, after listing them',
    load: () => import('./gpu/kill-all.ts'),
  },
  {
    name: 'gpu reap',
    summary: 'End the machines of sophia whose agreed time is up',
    load: () => import('./gpu/reap.ts'),
  },
  {
    name: 'deploy',
    summary: 'Make an environment as its file wishes it, after showing what that costs',
    load: () => import('./deploy.ts'),
  },
  {
    name: 'deploy destroy',
    summary: 'End all machines of an environment, recorded or not',
    load: () => import('./deploy/destroy.ts'),
  },
  {
    name: 'deploy status',
    summary: 'Show what of an environment is recorded, what lives, and what it has cost',
    load: () => import('./deploy/status.ts'),
  },
  {
    name: 'deploy diff',
    summary: 'Show what deploying would start, keep and end',
    load: () => import('./deploy/diff.ts'),
  },
  {
    name: 'deploy logs',
    summary: 'Print what happened to an environment, and follow it',
    load: () => import('./deploy/logs.ts'),
  },
  {
    name: 'deploy smoke',
    summary: 'Launch one cheap machine, look into it, and end it, whatever comes of it',
    load: () => import('./deploy/smoke.ts'),
  },
  {
    name: 'deploy unlock',
    summary: 'Take away the lock of an engine that is no more, where nobody can tell that by itself',
    load: () => import('./deploy/unlock.ts'),
  },
  {
    name: 'deploy engine',
    summary: 'Say which engine of Pulumi is found, or have one fetched after a yes',
    load: () => import('./deploy/engine.ts'),
  },
  { name: 'deploy init', summary: 'Write what an environment is wished to be', load: () => import('./deploy/init.ts') },
  {
    name: 'deploy plan',
    summary: 'Say what an environment costs, and what of it can be had',
    load: () => import('./deploy/plan.ts'),
  },
  {
    name: 'store check',
    summary: 'Read every row, and find what is damaged or foreign',
    load: () => import('./store/check.ts'),
  },
  {
    name: 'store backup',
    summary: 'Copy the store, while others may work with it',
    load: () => import('./store/backup.ts'),
  },
  {
    name: 'store restore',
    summary: 'Put a copy of the store back in its place',
    load: () => import('./store/restore.ts'),
  },
  {
    name: 'store migrate',
    summary: 'Bring the store of an older sophia up to date',
    load: () => import('./store/migrate.ts'),
  },
  {
    name: 'store purge',
    summary: 'Delete what is old, or the whole store, after listing it',
    load: () => import('./store/purge.ts'),
  },
  {
    name: 'completion',
    summary: 'Print the script that completes words in a shell',
    load: () => import('./completion.ts'),
  },
];

export const nouns: Readonly<Record<string, string>> = {
  actor: 'Who acts, and what proves it',
  config: 'Settings, and who decides them',
  churn: 'Who may leave, why, and what to do',
  gpu: 'Machines that bill just now, and their end',
  portfolio: 'Properties, tenants, leases and their files',
  runs: 'Workflows that survive a crash',
  store: 'The file that holds it all: copies, upgrades, removal',
  workflow: 'What a run can be begun by',
};
