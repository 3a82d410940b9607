import type { RiskMark } from '../api/types';

export interface Piece {
  text: string;
  reasons: string[]; // empty: plain words
}

/** The text cut where marks begin and end. Spans count code points, as the server does; a letter outside the BMP is one. */
export function piecesOf(text: string, spans: RiskMark['spans']): Piece[] {
  const letters = [...text];
  const borders = new Set([0, letters.length]);
  for (const { from, to } of spans) for (const at of [from, to]) if (at < letters.length) borders.add(at);
  const sorted = [...borders].sort((a, b) => a - b);
  return sorted.slice(0, -1).map((from, i) => {
    const to = sorted[i + 1] ?? letters.length;
    const reasons = spans.filter((span) => span.from < to && span.to > from).map(({ reason, rule }) => reason || rule);
    return { text: letters.slice(from, to).join(''), reasons: [...new Set(reasons)] };
  });
}

/** Each rule once, with its reason, in the order of the words. */
export function rulesOf(spans: RiskMark['spans']): { rule: string; reason: string }[] {
  const once = new Map(spans.map(({ rule, reason }) => [rule, reason]));
  return [...once].map(([rule, reason]) => ({ rule, reason }));
}
