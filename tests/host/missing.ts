// What the stand-in does not have must say so by name. An absent method would read as `undefined` and end as "x is not a
// function" far away, or worse, as a feature check that quietly takes the other branch.

/** Asked of any object by await, JSON, test runners and inspectors; answering `undefined` is what they expect. */
const ASKED_OF_EVERYTHING = new Set(['then', 'toJSON', 'inspect', 'nodeType', 'asymmetricMatch', '$$typeof']);

export function notImplemented(what: string): Error {
  return new Error(`stand-in: ${what} is not implemented`);
}

function refuse<T extends object>(target: T, name: string): T {
  return new Proxy(target, {
    get(object, key, receiver) {
      if (typeof key === 'string' && !(key in object) && !ASKED_OF_EVERYTHING.has(key)) {
        throw notImplemented(`${name}.${key}`);
      }
      return Reflect.get(object, key, receiver);
    },
  });
}

/**
 * Makes a class name its missing members. The refusal goes to the far end of the prototype chain, where only lookups
 * arrive that found nothing, so methods keep their true `this` and private fields keep working.
 *
 * @param type the class; its own chain is changed, its parents are not
 * @param instance how an instance reads in the message, such as `app` or `BrowserWindow.prototype`
 */
export function namesMissing(type: { readonly name: string; readonly prototype: object }, instance: string): void {
  const parent: object = Object.getPrototypeOf(type.prototype);
  Object.setPrototypeOf(type.prototype, refuse(Object.create(parent), instance));
  Object.setPrototypeOf(type, refuse(Object.getPrototypeOf(type), type.name));
}

/** The same for a plain object such as `shell`. */
export function naming<T extends object>(name: string, object: T): T {
  return refuse(object, name);
}

/** Stands in the place of a whole export that the stand-in lacks: fine to import, refused when touched. */
export function missing(name: string): object {
  const fail = (): never => {
    throw notImplemented(name);
  };
  return new Proxy(class {}, {
    get(target, key, receiver) {
      if (typeof key === 'symbol' || ASKED_OF_EVERYTHING.has(key)) return Reflect.get(target, key, receiver);
      throw notImplemented(`${name}.${key}`);
    },
    apply: fail,
    construct: fail,
  });
}
