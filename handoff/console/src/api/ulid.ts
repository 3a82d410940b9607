import type { Ulid } from './types';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'; // Crockford's base 32

/** 48 bits of time and 80 of randomness (the low five bits of each of the 16 bytes of `random`) as 26 characters. */
export function ulidOf(nowMs: number, random: Uint8Array): Ulid {
  let time = '';
  let rest = nowMs;
  for (let i = 0; i < 10; i += 1) {
    time = alphabet.charAt(rest % 32) + time;
    rest = Math.floor(rest / 32);
  }
  let tail = '';
  for (let i = 0; i < 16; i += 1) tail += alphabet.charAt((random[i] ?? 0) % 32);
  return time + tail;
}

/** A new Idempotency-Key. Made once for a change and kept until its answer is known. */
export function newUlid(): Ulid {
  return ulidOf(Date.now(), crypto.getRandomValues(new Uint8Array(16)));
}
