// Small checks from which the registration rules are built. Each takes a value and its name and refuses with 422.

import { invalid, isObject, type Json } from './exchange.ts';

export type Check = (value: unknown, name: string) => void;

const refuse = (name: string, rule: string): never => {
  throw invalid(`${name} ${rule}`);
};

export const text =
  (least: number, most: number): Check =>
  (value, name) => {
    if (typeof value !== 'string' || value.length < least || value.length > most) {
      refuse(name, `must be a string of ${least} to ${most} characters`);
    }
  };

export const pattern =
  (shape: RegExp): Check =>
  (value, name) => {
    if (typeof value !== 'string' || !shape.test(value)) refuse(name, 'has the wrong form');
  };

export const oneOf =
  (...choices: readonly string[]): Check =>
  (value, name) => {
    if (typeof value !== 'string' || !choices.includes(value)) refuse(name, `must be one of ${choices.join(', ')}`);
  };

export const flag: Check = (value, name) => {
  if (typeof value !== 'boolean') refuse(name, 'must be true or false');
};

export const whole =
  (least: number, most: number): Check =>
  (value, name) => {
    if (!Number.isInteger(value) || (value as number) < least || (value as number) > most) {
      refuse(name, `must be a whole number from ${least} to ${most}`);
    }
  };

export const number =
  (least: number, most: number): Check =>
  (value, name) => {
    if (typeof value !== 'number' || !(value >= least && value <= most)) {
      refuse(name, `must be a number from ${least} to ${most}`);
    }
  };

/** A set of strings: no repetition, at most `most` items, each passing `item`. */
export const setOf =
  (item: Check, most = 64): Check =>
  (value, name) => {
    if (!Array.isArray(value) || value.length > most) return refuse(name, `must be a list of at most ${most} items`);
    if (new Set(value).size !== value.length) refuse(name, 'repeats an item');
    for (const [i, one] of value.entries()) item(one, `${name}[${i}]`);
  };

export const listOf =
  (item: Check, least: number, most: number): Check =>
  (value, name) => {
    if (!Array.isArray(value) || value.length < least || value.length > most) {
      return refuse(name, `must be a list of ${least} to ${most} items`);
    }
    for (const [i, one] of value.entries()) item(one, `${name}[${i}]`);
  };

/** Any object that is not larger than `mostBytes` as JSON. */
export const smallObject =
  (mostBytes: number): Check =>
  (value, name) => {
    if (!isObject(value)) return refuse(name, 'must be an object');
    if (Buffer.byteLength(JSON.stringify(value)) > mostBytes) refuse(name, `must not exceed ${mostBytes} bytes`);
  };

export const orNull =
  (check: Check): Check =>
  (value, name) => {
    if (value !== null) check(value, name);
  };

export interface Members {
  readonly required?: Readonly<Record<string, Check>>;
  readonly optional?: Readonly<Record<string, Check>>;
}

/** An object with these members; others are ignored, as the protocol asks. */
export const object =
  ({ required = {}, optional = {} }: Members, also?: (value: Json, name: string) => void): Check =>
  (value, name) => {
    if (!isObject(value)) return refuse(name, 'must be an object');
    const prefix = name === '' ? '' : `${name}.`;
    for (const [member, check] of Object.entries(required)) {
      if (value[member] === undefined) refuse(`${prefix}${member}`, 'is required');
      check(value[member], `${prefix}${member}`);
    }
    for (const [member, check] of Object.entries(optional)) {
      if (value[member] !== undefined) check(value[member], `${prefix}${member}`);
    }
    also?.(value, name);
  };
