/** LINE counts UTF-16 units, which is what a string's length is; an emoji is two or more. */
export function utf16Units(text: string): number {
  return text.length;
}

/** What would be sent: without the white space around it. */
export function sendable(text: string): string {
  return text.trim();
}

export type Fit = 'empty' | 'fits' | 'over';

export function fitOf(text: string, limit: number): Fit {
  const units = utf16Units(sendable(text));
  if (units === 0) return 'empty';
  return units > limit ? 'over' : 'fits';
}
