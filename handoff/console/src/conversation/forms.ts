import type { SafeContact } from '../api/types';

/**
 * What a dialog has been told and is kept until it is done or given up, by the change it asks for. Neither the level nor whether to say goodbye: those
 * are chosen by what is true at the moment, and her words may be of danger since.
 */
export interface Forms {
  close: { outcome: string | null; reason: string };
  transfer: { to: string | null; reason: string };
  risk: { reason: string };
  'disguise/end': { reason: string };
  'safe-contact': Partial<SafeContact>;
  [dismissal: `entries/${number}/risk/dismiss`]: { reason: string };
}
export type FormName = keyof Forms;
const names = ['close', 'transfer', 'risk', 'disguise/end', 'safe-contact'];
export const isFormName = (verb: string): verb is FormName => names.includes(verb) || verb.endsWith('/risk/dismiss');
export type Begun = { [Name in FormName]?: Forms[Name] };

const typed = ['reason', 'when', 'safe_word', 'if_other_answers'] as const;

/** What was typed into a form, not what was only chosen. */
export function wordsOf(form: object | undefined): string {
  const values = (form ?? {}) as Partial<Record<(typeof typed)[number], string>>;
  return typed.map((field) => (values[field] ?? '').trim()).filter((words) => words !== '').join('\n');
}
