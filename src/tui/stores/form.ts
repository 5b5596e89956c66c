import { type Field, typedValue } from '../../core/runs/index.ts';
import { type Layer, layer } from '../keys.ts';
import { Cursor } from './cursor.ts';
import { entry } from './entry.ts';

interface Fault {
  readonly field: string;
  readonly why: string;
}

interface FormOptions {
  readonly fields: () => readonly Field[];
  changed(): void;
  /** What is wrong with what is typed by now. */
  check(answer: object): Promise<readonly Fault[]>;
  track(work: Promise<unknown>): void;
  /** All fits. */
  done(answer: object): void;
}

/** What is asked for, field by field, looked at with every key. */
export class Form {
  readonly cursor: Cursor;
  /** Which field is being typed. */
  typing: string | undefined;
  faults: readonly Fault[] = [];
  readonly #texts = new Map<string, string>();
  #line: Layer | undefined;
  /** Faults of what nobody has touched yet are told when it is to be sent. */
  #isAskedFor = false;
  readonly #options: FormOptions;

  constructor(options: FormOptions) {
    this.#options = options;
    this.cursor = new Cursor(options.changed);
  }

  textOf({ name }: Field): string {
    return this.#texts.get(name) ?? '';
  }

  faultOf({ name }: Field): string {
    const isTold = this.#isAskedFor || this.#texts.has(name);
    return isTold ? (this.faults.find(({ field }) => field === name)?.why ?? '') : '';
  }

  get answer(): object {
    const values = this.#options.fields().map((field) => [field.name, typedValue(field, this.textOf(field))] as const);
    return Object.fromEntries(values.filter(([, value]) => value !== undefined));
  }

  get layers(): readonly Layer[] {
    if (this.#line) return [this.#line];
    return [layer('form', { change: () => this.#change(), answer: () => this.#send() }), this.cursor.layer];
  }

  #change(): void {
    const field = this.#options.fields()[this.cursor.at];
    if (!field) return;
    if (field.kind === 'choice') {
      const choices = [...(field.isRequired ? [] : ['']), ...field.choices.map(String)];
      const next = choices[(choices.indexOf(this.textOf(field)) + 1) % choices.length] ?? '';
      this.#set(field.name, next);
      return;
    }
    const before = this.textOf(field);
    this.typing = field.name;
    this.#line = entry({
      text: before,
      changed: (text) => this.#set(field.name, text),
      done: (isKept) => {
        this.typing = undefined;
        this.#line = undefined;
        if (isKept) this.#options.changed();
        else this.#set(field.name, before);
      },
    });
    this.#options.changed();
  }

  #set(name: string, text: string): void {
    this.#texts.set(name, text);
    this.#options.changed();
    this.#options.track(this.#check());
  }

  #send(): void {
    this.#isAskedFor = true;
    const send = async () => {
      await this.#check();
      if (this.faults.length === 0) this.#options.done(this.answer);
    };
    this.#options.track(send());
  }

  async #check(): Promise<void> {
    const { answer } = this;
    const faults = await this.#options.check(answer);
    this.faults = faults;
    this.#options.changed();
  }
}
