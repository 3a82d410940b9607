import { describe, expect, test } from 'vitest';
import { newUlid, ulidOf } from '../src/api/ulid';

const shape = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/; // openapi.yaml, Ulid

describe('ulid', () => {
  test('has the shape that the server asks for', () => {
    expect(newUlid()).toMatch(shape);
    expect(ulidOf(2 ** 48 - 1, new Uint8Array(16).fill(255))).toMatch(shape);
  });
  test('tells the time in its first ten characters (the example of the ULID specification)', () => {
    expect(ulidOf(1_469_918_176_385, new Uint8Array(16)).slice(0, 10)).toBe('01ARYZ6S41');
  });
  test('a later one sorts after an earlier one, whatever the randomness', () => {
    const early = ulidOf(1_700_000_000_000, new Uint8Array(16).fill(255));
    const late = ulidOf(1_700_000_000_001, new Uint8Array(16).fill(0));
    expect(early < late).toBe(true);
  });
  test('two presses never share a key', () => {
    expect(new Set(Array.from({ length: 10_000 }, newUlid)).size).toBe(10_000);
  });
});
