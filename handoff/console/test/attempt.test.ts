import { expect, test } from 'vitest';
import { NoAnswer, Problem } from '../src/api/client';
import { Attempt } from '../src/conversation/attempt';

const problem = (status: number, code: string, title = 'our words') => new Problem({ status, code, title });

test('a file whose sending ended with "later" keeps its key: the server may have sent it all the same', () => {
  const attempt = new Attempt();
  const key = attempt.keyFor('a.pdf');
  for (const failure of [problem(503, 'handler_timeout'), problem(500, 'internal'), problem(429, 'busy'), new NoAnswer()]) {
    attempt.failed(failure);
    expect(attempt.keyFor('a.pdf')).toBe(key);
  }
});

test('what a proxy refused keeps its key: a try before it may have got through', () => {
  const attempt = new Attempt();
  const key = attempt.keyFor('close');
  attempt.failed(problem(403, 'no_code', ''));
  expect(attempt.keyFor('close')).toBe(key);
});

test('a definite answer uses the key up, and so does another file', () => {
  const attempt = new Attempt();
  const first = attempt.keyFor('a.pdf');
  attempt.failed(problem(422, 'media_type'));
  const second = attempt.keyFor('a.pdf');
  expect(second).not.toBe(first);
  attempt.succeeded();
  const third = attempt.keyFor('a.pdf');
  expect(third).not.toBe(second);
  expect(attempt.keyFor('b.pdf')).not.toBe(third);
});
