import { asSophiaError } from '../../core/errors/index.ts';
import { answerIn, type Field } from '../../core/runs/index.ts';
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
  check(answer: unknown): Promise<readonly Fault[]>;
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
    // A field without a name is the whole answer.
    const [fault] = this.faults.filter(({ field }) => name === '' || field === name);
    return isTold && fault ? [name === '' ? fault.field : '', fault.why].filter(Boolean).join(': ') : '';
  }

  /** What is wrong with no field in particular. */
  get looseFault(): string {
    const names = this.#options.fields().map(({ name }) => name);
    if (!this.#isAskedFor || names.includes('')) return '';
    return this.faults.find(({ field }) => !names.includes(field))?.why ?? '';
  }

  get layers(): readonly Layer[] {
    if (this.#line) return [this.#line];
    const keys = layer('form', { change: () => this.#change(), answer: () => this.#send() });
    // Pages are of the text: that may be longer than the screen.
    const { acts } = this.cursor.layer;
    return [keys, { ...this.cursor.layer, acts: { ...acts, pageDown: undefined, pageUp: undefined } }];
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
      const answer = await this.#check();
      if (this.faults.length === 0) this.#options.done(answer as object);
    };
    this.#options.track(send());
  }

  /** Returns what was looked at. */
  async #check(): Promise<unknown> {
    const fields = this.#options.fields();
    const answer = answerIn(fields, (field) => this.textOf(field));
    // What a question asks for may be something that nobody here can read.
    const faults = await this.#options
      .check(answer)
      .catch((thrown: unknown) => [{ field: '', why: asSophiaError(thrown).message }]);
    this.faults = faults;
    this.#options.changed();
    return answer;
  }
}
