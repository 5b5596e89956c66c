import { asSophiaError } from '../../core/errors/index.ts';
import { bindings, boundIn, dispatch, type KeyTable, type Layer, layer, shownKey } from '../keys.ts';
import {
  type Deps,
  type Model,
  type Outside,
  type ScreenKey,
  type ScreenModule,
  type Subject,
  screens,
} from '../screens.ts';
import { Palette, type Place } from './palette.ts';
import { Poll } from './poll.ts';
import { Store } from './store.ts';

export type Ending = 'quit' | 'interrupted';

type Change = {
  readonly [Part in 'path' | 'isHelping' | 'palette' | 'problem' | 'question']?: Shell[Part] | undefined;
};

interface Opened {
  readonly key: ScreenKey;
  readonly subject: Subject | undefined;
  readonly model: Model;
  readonly View: ScreenModule<Model>['View'];
}

/**
 * Where one is, and what the keys mean there. Keys act on stores, never on what was drawn last: several keys of one read
 * are all handled before the next frame.
 */
export class Shell extends Store {
  path: readonly Opened[] = [];
  isHelping = false;
  palette: Palette | undefined;
  problem = '';
  /** Stands in the last line until it is answered. */
  question: { readonly text: string; readonly yes: () => void } | undefined;
  /** What a key has set off and is not over yet. */
  readonly underWay = new Set<Promise<unknown>>();
  /** Those that change something: whoever leaves waits for them. */
  readonly deeds = new Set<Promise<unknown>>();
  readonly keys: KeyTable;
  #isOver = false;
  /** In this turn of the event loop. */
  #hasRead = false;
  #opening: Promise<void> | undefined;
  readonly #deps: Deps;
  readonly #end: (ending: Ending) => void;

  constructor(deps: Outside, end: (ending: Ending) => void, keys: KeyTable = bindings) {
    super();
    this.keys = keys;
    this.#deps = {
      ...deps,
      keys,
      go: (key, subject) => this.go(key, subject),
      poll: (ask) => new Poll({ ask, pulse: deps.facts.pulse, clock: deps.clock }),
      say: (problem) => this.#set({ problem }),
      confirm: (text, yes) => this.#set({ question: { text, yes } }),
      isHere: (model) => this.here?.model === model,
      track: (work) => this.#track(work),
      perform: (deed) => this.#perform(deed),
    };
    this.#end = end;
  }

  get here(): Opened | undefined {
    return this.path.at(-1);
  }

  /**
   * Where one has come from stays behind a screen about one thing; any other one is a new beginning, and who comes back
   * to where they were goes back there. A second one is not opened while the first still is: it was meant for what is seen.
   */
  go(key: ScreenKey, subject?: Subject): Promise<void> {
    if (this.#opening) return this.#opening;
    const opening = screens[key].load().then(({ open, View }) => {
      if (this.#isOver) return;
      const opened = { key, subject, model: open(this.#deps, subject), View };
      const before = this.path.findIndex((each) => each.key === key && each.subject?.id === subject?.id);
      const behind = before < 0 ? this.path : this.path.slice(0, before);
      this.#show(subject ? [...behind, opened] : [opened]);
      this.#track(opened.model.feed.refresh());
    });
    const shown = opening.catch((thrown) => this.#set({ problem: `${key}: ${asSophiaError(thrown).message}` }));
    this.#opening = shown.finally(() => {
      this.#opening = undefined;
    });
    this.#track(this.#opening);
    return this.#opening;
  }

  /** Keys of one read. Who is asked whether they are sure answers with a key that came by itself: a hasty one is none. */
  read(names: readonly string[], isSeen = true): void {
    // Who sees nothing can leave, and means nothing else.
    if (!isSeen) for (const name of names) dispatch(name, [this.#always, this.#exit], this.keys);
    for (const name of isSeen ? names : []) {
      const isSure = this.layers.some(({ scope }) => scope === 'confirm');
      const isHasty = names.length > 1 || this.#hasRead;
      if (isSure && isHasty && name !== 'ctrl-c') return;
      this.press(name);
    }
    // One read comes in parts where there are arrows and the like in it.
    this.#hasRead = true;
    setImmediate(() => {
      this.#hasRead = false;
    });
  }

  /** Text that was not typed key by key: it is text where one types, and nowhere anything else. */
  paste(text: string): void {
    const line = this.layers.find((layer) => layer.text);
    if (!line || this.#isOver) return;
    line.text?.(text.trim().replaceAll(/\s+/g, ' '));
  }

  press(name: string): void {
    if (this.#isOver) return;
    if (this.problem) this.#set({ problem: '' });
    dispatch(name, this.layers, this.keys);
    const asking = this.here?.model.feed.asking;
    if (asking) this.#track(asking);
  }

  get layers(): readonly Layer[] {
    if (this.question) return [this.#always, this.#confirm(this.question)];
    if (this.isHelping) return [this.#always, this.#help];
    if (this.palette) return [this.#always, ...this.palette.layers];
    return [this.#always, ...this.screenLayers];
  }

  /** What the keys mean where nothing lies over the screen: help explains these. */
  get screenLayers(): readonly Layer[] {
    return [...(this.here?.model.layers() ?? []), this.#app];
  }

  /** What is shown: another one is told from its beginning. `undefined` while there is nothing to be told yet. */
  get scene(): unknown {
    const { here, isHelping, palette, problem } = this;
    const { feed } = here?.model ?? {};
    const isKnown = feed ? feed.data !== undefined || feed.failure : problem;
    if (!isKnown) return undefined;
    return isHelping ? 'help' : (palette ?? here?.model ?? 'nothing yet');
  }

  /** Opens nothing more, and asks for nothing. */
  stop(): void {
    this.#isOver = true;
    this.here?.model.feed.stop();
  }

  #leave(ending: Ending): void {
    this.stop();
    this.#end(ending);
  }

  readonly #always = layer('always', { interrupt: () => this.#leave('interrupted') });
  readonly #help = layer('help', { close: () => this.#set({ isHelping: false }) }, { modal: true });
  readonly #exit = layer('app', {
    ...{ quit: () => this.#leave('quit'), help: undefined, back: undefined, palette: undefined },
  });
  get #app(): Layer {
    return layer('app', {
      quit: () => this.#leave('quit'),
      help: () => this.#set({ isHelping: true }),
      back: this.path.length > 1 ? () => this.#show(this.path.slice(0, -1)) : undefined,
      palette: () => this.#openPalette(),
    });
  }

  /** By its name, for who does not know its key: of this screen, and of all. */
  get #doable(): readonly Place[] {
    return boundIn(this.screenLayers, this.keys)
      .filter(({ scope, act }) => scope !== 'list' && act !== 'palette')
      .map(({ scope, act, does, keys }) => ({
        title: `${does} (${shownKey(keys[0] ?? '')})`,
        // As it stands by then: what could be done when the palette was opened may be over.
        act: () => this.screenLayers.find((layer) => layer.scope === scope && layer.acts[act])?.acts[act]?.(),
      }));
  }

  #confirm({ yes }: NonNullable<Shell['question']>): Layer {
    const no = () => this.#set({ question: undefined });
    const act = () => {
      no();
      yes();
    };
    return layer('confirm', { yes: act, no }, { modal: true });
  }

  #openPalette(): void {
    const palette = new Palette({
      acts: this.#doable,
      places: this.#deps.places,
      clock: this.#deps.clock,
      changed: () => this.changed(),
      track: (work) => this.#track(work),
      end: (chosen) => {
        this.#set({ palette: undefined });
        if (chosen && 'act' in chosen) chosen.act();
        else if (chosen) void this.go(chosen.screen, chosen.subject);
        else if (chosen === null) this.#set({ problem: `nothing here is called "${palette.text}"` });
      },
    });
    this.#set({ palette });
  }

  /** Only the screen in view asks for data. */
  #show(path: readonly Opened[]): void {
    this.here?.model.feed.stop();
    this.#set({ path, problem: '' });
    this.here?.model.feed.start();
  }

  #set(change: Change): void {
    Object.assign(this, change);
    this.changed();
  }

  #perform(deed: Promise<unknown>): void {
    this.deeds.add(deed);
    const over = () => this.deeds.delete(deed);
    deed.then(over, over);
    this.#track(deed);
  }

  #track(work: Promise<unknown>): void {
    this.underWay.add(work);
    const over = () => this.underWay.delete(work);
    work.then(over, over);
  }
}
