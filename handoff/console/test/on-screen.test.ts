import { expect, test } from 'vitest';
import type { Entry } from '../src/api/types';
import { herWords } from '../src/conversation/use-on-screen';

const entry = (seq: number, kind: Entry['kind']) => ({ seq, kind }) as Entry;

test('on screen: from the first to the last of her own words, whatever stands between and around them', () => {
  const entries = [entry(4, 'event'), entry(5, 'inbound'), entry(6, 'outbound'), entry(9, 'inbound'), entry(10, 'note')];
  expect(herWords(entries)).toEqual({ from: 5, to: 9 });
  expect(herWords(entries.toReversed())).toEqual({ from: 5, to: 9 });
});

test('on screen: nothing of hers, nothing to tell', () => {
  expect(herWords([])).toBeNull();
  expect(herWords([entry(1, 'outbound')])).toBeNull();
});
