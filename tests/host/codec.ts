// Electron's IPC carries structured clones; the DevTools protocol carries JSON. This codec puts one through the other:
// undefined, NaN, bigint, Date, Map, Set, Error and bytes arrive as what they were.

/** A value in its JSON form. Objects are always tagged, so that user data can't be taken for a tag. */
export type Packed = null | string | boolean | number | Packed[] | { $: string; v?: unknown };

export interface Codec {
  /** @throws Error with Electron's wording for what can't be cloned, and one of its own for cyclic values. */
  encode(value: unknown): Packed;
  decode(packed: Packed): unknown;
}

/** Self-contained, because its source text is also sent into the page: no imports, no outer names. */
export function makeCodec(): Codec {
  const VIEWS: Record<string, new (buffer: ArrayBuffer) => ArrayBufferView> = {
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
    DataView,
  };

  const toBase64 = (bytes: Uint8Array) => {
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text);
  };
  const fromBase64 = (text: string) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));

  const uncloneable = (value: unknown) => new Error(`${String(value)} could not be cloned.`);

  function encode(value: unknown, above: ReadonlySet<object>): Packed {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value;
      case 'undefined':
        return { $: 'undefined' };
      case 'bigint':
        return { $: 'bigint', v: String(value) };
      case 'number':
        if (Object.is(value, -0)) return { $: 'number', v: '-0' };
        return Number.isFinite(value) ? value : { $: 'number', v: String(value) };
      case 'function':
      case 'symbol':
        throw uncloneable(value);
      case 'object':
        return value === null ? null : encodeObject(value, above);
    }
  }

  function encodeObject(value: object, above: ReadonlySet<object>): Packed {
    if (above.has(value)) throw new Error('stand-in: cyclic values over IPC are not implemented');
    const inside = new Set(above).add(value);
    const each = (item: unknown) => encode(item, inside);
    if (Array.isArray(value)) return value.map(each);
    if (value instanceof Date) return { $: 'date', v: value.getTime() };
    if (value instanceof Map) return { $: 'map', v: [...value].map(([key, item]) => [each(key), each(item)]) };
    if (value instanceof Set) return { $: 'set', v: [...value].map(each) };
    if (value instanceof Error) return { $: 'error', v: [value.name, value.message, value.stack] };
    if (value instanceof ArrayBuffer) return { $: 'buffer', v: toBase64(new Uint8Array(value)) };
    if (ArrayBuffer.isView(value)) {
      const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      const kind = Object.prototype.toString.call(value).slice(8, -1); // a Buffer counts as the Uint8Array that it is
      return { $: 'view', v: [kind, toBase64(bytes)] };
    }
    if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet) throw uncloneable(value);
    return { $: 'object', v: Object.entries(value).map(([key, item]) => [key, each(item)]) };
  }

  function decode(packed: Packed): unknown {
    if (packed === null || typeof packed !== 'object') return packed;
    if (Array.isArray(packed)) return packed.map(decode);
    const pairs = () => (packed.v as [Packed, Packed][]).map(([key, item]) => [decode(key), decode(item)] as const);
    switch (packed.$) {
      case 'undefined':
        return undefined;
      case 'number':
        return Number(packed.v);
      case 'bigint':
        return BigInt(packed.v as string);
      case 'date':
        return new Date(packed.v as number);
      case 'map':
        return new Map(pairs());
      case 'set':
        return new Set((packed.v as Packed[]).map(decode));
      case 'buffer':
        return fromBase64(packed.v as string).buffer;
      case 'view': {
        const [kind, text] = packed.v as [string, string];
        const View = VIEWS[kind] ?? Uint8Array;
        return new View(fromBase64(text).buffer);
      }
      case 'error': {
        const [name, message, stack] = packed.v as [string, string, string];
        return Object.assign(new Error(message), { name, stack });
      }
      default:
        return Object.fromEntries(pairs());
    }
  }

  return { encode: (value) => encode(value, new Set()), decode };
}
