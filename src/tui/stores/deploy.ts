import { type Instant, plural, type TimeZone } from '../../core/domain/index.ts';
import { asSophiaError } from '../../core/errors/index.ts';
import type { EnvironmentRow } from '../environments.ts';
import { keysOf, type Layer, layer } from '../keys.ts';
import type { Deps } from '../screens.ts';
import { Cursor } from './cursor.ts';
import { entry } from './entry.ts';
import type { Poll } from './poll.ts';
import { Store } from './store.ts';

type Deed = 'cancel' | 'destroy';

interface Meant {
  readonly deed: Deed;
  readonly id: string;
  readonly environment: string;
}

/** What is being asked before something is ended: first its name is typed, then a yes is given. */
type Stage =
  | { readonly at: 'looking' }
  | (Meant & { readonly at: 'naming'; readonly text: string; readonly line: Layer })
  | (Meant & { readonly at: 'sure' });

/** The environments of a workspace, the one that is chosen, and what is being done to it. */
export class Deployments extends Store {
  /** Which one is chosen, and how far one has read of it. */
  readonly cursor = new Cursor(
    () => {
      this.scroll.at = 0;
      this.changed();
    },
    { isLoyal: true },
  );
  readonly scroll = new Cursor(() => this.changed());
  readonly feed: Poll<readonly EnvironmentRow[]>;
  readonly timeZone: TimeZone;
  readonly refusal: string | undefined;
  /** Which keys read on, ask and choose, as texts name them. */
  readonly onward: string;
  readonly asker: string;
  readonly choosers: readonly string[];
  readonly clock: Deps['clock'];
  stage: Stage = { at: 'looking' };
  /** What is being ended, and who is being asked, by id. */
  ending: string | undefined;
  isAsking = false;
  #isKeepingUp = false;
  readonly #deps: Deps;

  constructor(deps: Deps) {
    super();
    this.#deps = deps;
    this.timeZone = deps.facts.timeZone;
    this.refusal = deps.environments.refusal;
    this.onward = keysOf(deps.keys, 'list', 'pageDown')[0] ?? '';
    this.asker = keysOf(deps.keys, 'deploy', 'ask')[0] ?? '';
    this.choosers = (['down', 'up'] as const).flatMap((act) => keysOf(deps.keys, 'list', act)[0] ?? []);
    this.clock = deps.clock;
    this.feed = deps.poll(async () => {
      const rows = await deps.environments.all();
      // Only while it is shown, and never waited for: what lies in files is there at once.
      deps.track(this.#keepUp());
      return rows;
    });
    deps.track(this.#asking(() => deps.environments.askAll()));
  }

  get note(): string {
    const { data } = this.feed;
    return data ? `${plural(data.length, 'environment')}${this.isAsking ? ', asking what bills…' : ''}` : '';
  }

  get rows(): readonly EnvironmentRow[] {
    return this.feed.data ?? [];
  }

  get chosen(): EnvironmentRow | undefined {
    this.cursor.follow(this.rows.map(({ id }) => id));
    return this.cursor.isLost ? undefined : this.rows[this.cursor.at];
  }

  get now(): Instant {
    return this.clock.now();
  }

  layers(): readonly Layer[] {
    const { stage, chosen } = this;
    if (stage.at === 'naming') return [stage.line];
    if (stage.at === 'sure') {
      const row = this.rows.find(({ id }) => id === stage.id);
      const yes = row && this.#can(row, stage.deed) ? () => this.#do(stage, row) : undefined;
      return [layer('confirm', { yes, no: () => this.#set({ at: 'looking' }) }, { modal: true })];
    }
    const name = (deed: Deed) =>
      chosen && this.#can(chosen, deed) ? () => this.#name({ ...chosen, deed }) : undefined;
    const run = chosen?.run;
    const acts = {
      open: run && (() => void this.#deps.go('run', { id: run.id, title: run.id })),
      ask: chosen && !this.isAsking ? () => this.#ask(chosen.id) : undefined,
      cancel: name('cancel'),
      destroy: name('destroy'),
    };
    const { pageDown, pageUp } = this.scroll.layer.acts;
    return [layer('deploy', acts), { ...this.cursor.layer, acts: { ...this.cursor.layer.acts, pageDown, pageUp } }];
  }

  #can({ id, run, file, resources, pending, isUnsettled, heard }: EnvironmentRow, deed: Deed): boolean {
    if (this.refusal !== undefined || this.ending === id) return false;
    if (deed === 'cancel') return run?.isOpen === true;
    // What lives and is recorded nowhere is found by whoever ends it: where a file is, something may.
    return file !== null || isUnsettled || resources + pending > 0 || (heard?.bill.machines.length ?? 0) > 0;
  }

  #name({ deed, id, environment }: Meant): void {
    const line = entry({
      text: '',
      changed: (text) => this.#set({ ...{ at: 'naming', deed, id, environment, line }, text }),
      done: (isKept) => {
        const text = this.stage.at === 'naming' ? this.stage.text.trim() : '';
        const isNamed = isKept && text === environment;
        this.#set(isNamed ? { at: 'sure', deed, id, environment } : { at: 'looking' });
        if (isKept && !isNamed) this.#deps.say(`that is not "${environment}": nothing was ended`);
      },
    });
    this.#set({ ...{ at: 'naming', deed, id, environment, line }, text: '' });
    // Who ends it sees what there is to end. That nobody could be asked is told of the environment.
    if (deed === 'destroy' && !this.isAsking)
      this.#deps.track(this.#asking(() => this.#deps.environments.ask(id)).catch(() => undefined));
  }

  #do({ deed, id }: Meant, { run }: EnvironmentRow): void {
    const { environments, actions, say, perform, track } = this.#deps;
    this.#set({ at: 'looking' });
    if (deed === 'cancel' && !run) return;
    if (deed === 'destroy') this.#setEnding(id);
    const deeds = { cancel: () => actions.cancel(run?.id ?? ''), destroy: () => environments.destroy(id) };
    const done = deeds[deed]()
      .then(say, (thrown) => say(asSophiaError(thrown).message))
      .finally(() => deed === 'destroy' && this.#setEnding(undefined));
    perform(done);
    track(done.then(() => this.feed.refresh()));
  }

  #ask(id: string): void {
    const { environments, say, track } = this.#deps;
    track(this.#asking(() => environments.ask(id)).catch((thrown) => say(asSophiaError(thrown).message)));
  }

  async #asking(ask: () => Promise<void>): Promise<void> {
    this.isAsking = true;
    this.changed();
    try {
      await ask();
    } finally {
      this.isAsking = false;
      this.changed();
      await this.feed.refresh();
    }
  }

  async #keepUp(): Promise<void> {
    if (this.#isKeepingUp) return;
    this.#isKeepingUp = true;
    try {
      if (!(await this.#deps.environments.keepUp())) return;
    } finally {
      this.#isKeepingUp = false;
    }
    await this.feed.refresh();
  }

  #setEnding(id: string | undefined): void {
    this.ending = id;
    this.changed();
  }

  #set(stage: Stage): void {
    this.stage = stage;
    this.changed();
  }
}
