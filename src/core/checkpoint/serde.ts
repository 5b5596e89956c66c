import { DeltaSnapshot, type SerializerProtocol } from '@langchain/langgraph-checkpoint';
import { BugError } from '../errors/index.ts';

/**
 * What JSON cannot say is written as an object with this one key, and plain objects with that key are wrapped in one.
 * Nothing else is ever revived: data that looks like a LangChain object (`{"lc":1,…}`) comes back as data.
 */
const TAG = '$sophia';

type Tagged = { readonly [TAG]: readonly [string, ...unknown[]] };

/**
 * Strict serialisation of checkpoints. Writing throws BugError, with the path, for whatever would not come back as it
 * was: BigInt, functions, cycles, numbers that are not finite, dates, maps, sets, and instances of other classes.
 */
export const serde: SerializerProtocol = {
  async dumpsTyped(value: unknown): Promise<[string, Uint8Array]> {
    return ['json', encode(value)];
  },
  async loadsTyped(_type: string, bytes: Uint8Array | string): Promise<unknown> {
    return decode(bytes);
  },
};

const utf8 = new TextEncoder();

export function encode(value: unknown): Uint8Array {
  return utf8.encode(JSON.stringify(plain(value, { objects: [], keys: [] })));
}

export function decode(bytes: Uint8Array | string): unknown {
  return revived(JSON.parse(typeof bytes === 'string' ? bytes : new TextDecoder().decode(bytes)));
}

/** Where a walk is: the objects that it is in, and by which key of each. Most values are plain, and nothing is copied. */
interface Place {
  readonly objects: object[];
  readonly keys: (string | number)[];
}

function plain(value: unknown, place: Place): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (Number.isFinite(value)) return Object.is(value, -0) ? tagged('-0') : value;
      throw refused(place, String(value));
    case 'undefined':
      return tagged('undefined');
    case 'object':
      return value === null ? null : plainObject(value, place);
    default:
      throw refused(place, `a ${typeof value}`);
  }
}

function plainObject(value: object, place: Place): unknown {
  if (place.objects.includes(value)) throw refused(place, 'a cycle');
  if (value instanceof Uint8Array) return tagged('bytes', Buffer.from(value).toString('base64'));
  if (value instanceof Error) return tagged('error', value.name, value.message);
  place.objects.push(value);
  const written = inside(value, place);
  place.objects.pop();
  return written;
}

function inside(value: object, place: Place): unknown {
  if (value instanceof DeltaSnapshot) return tagged('delta', at('value', value.value, place));
  if (Array.isArray(value)) return plainItems(value, place);
  const isSend = (value as { lg_name?: unknown }).lg_name === 'Send';
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null && !isSend)
    throw refused(place, `an instance of ${value.constructor?.name || 'a class'}`);
  // LangGraph reads a Send back from its plain form.
  const object = plainMembers(isSend ? withoutName(value) : (value as Record<string, unknown>), place);
  return TAG in value ? tagged('escaped', object) : object;
}

function plainItems(items: readonly unknown[], place: Place): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let index = 0; index < items.length; index++) {
    const written = at(index, items[index], place);
    if (written === items[index]) continue;
    copy ??= [...items];
    copy[index] = written;
  }
  return copy ?? items;
}

function plainMembers(object: Record<string, unknown>, place: Place): object {
  let changed: [string, unknown][] | undefined;
  for (const key of Object.keys(object)) {
    const written = at(key, object[key], place);
    if (written === object[key]) continue;
    changed ??= [];
    changed.push([key, written]);
  }
  return changed ? Object.fromEntries([...Object.entries(object), ...changed]) : object;
}

function at(key: string | number, value: unknown, place: Place): unknown {
  place.keys.push(key);
  const written = plain(value, place);
  place.keys.pop();
  return written;
}

function withoutName(value: object): Record<string, unknown> {
  const { lg_name: _name, ...send } = value as Record<string, unknown>;
  return send;
}

function revived(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(revived);
  if (isTagged(value)) return untagged(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, revived(item)]));
}

function untagged({ [TAG]: [what, ...rest] }: Tagged): unknown {
  switch (what) {
    case 'undefined':
      return undefined;
    case '-0':
      return -0;
    case 'bytes':
      return new Uint8Array(Buffer.from(String(rest[0]), 'base64'));
    case 'error':
      return Object.assign(new Error(String(rest[1])), { name: String(rest[0]) });
    case 'delta':
      return new DeltaSnapshot(revived(rest[0]));
    case 'escaped':
      return Object.fromEntries(Object.entries(rest[0] as object).map(([key, item]) => [key, revived(item)]));
    default:
      throw new BugError(`a checkpoint holds a value of an unknown kind "${what}"`);
  }
}

function isTagged(value: object): value is Tagged {
  return Object.keys(value).length === 1 && Array.isArray((value as Partial<Tagged>)[TAG]);
}

function tagged(what: string, ...rest: unknown[]): Tagged {
  return { [TAG]: [what, ...rest] };
}

function refused({ keys }: Place, what: string): BugError {
  const path = keys.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
  return new BugError(`$${path} is ${what}, which a checkpoint cannot keep: return ids, numbers and plain data`);
}
