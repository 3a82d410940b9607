import { expect, test } from 'vitest';
import { tellTyping } from '../src/conversation/typing';

test('typing: told once in twenty seconds for each conversation; a failure is nobody\'s trouble', () => {
  const told: string[] = [];
  const tell = (id: string) => { told.push(id); return Promise.reject(new Error('no network')); };
  tellTyping('a', 0, tell);
  tellTyping('a', 19_999, tell);
  tellTyping('b', 19_999, tell);
  tellTyping('a', 20_000, tell);
  expect(told).toEqual(['a', 'b', 'a']);
});
