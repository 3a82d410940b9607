import { beforeEach, describe, expect, test } from 'vitest';
import { begunIn, forgetForm, writeForm } from '../src/conversation/begun';
import { clearDrafts, drafts, hasDrafts, openDrafts, writeWords } from '../src/conversation/drafts';
import { isFormName, wordsOf } from '../src/conversation/forms';

const mama = '01JD000000000000000000MAMA';
const hana = '01JD000000000000000000HANA';

/** The tab's own shelf: what a reload leaves. */
const shelf = new Map<string, string>();
Object.assign(globalThis, {
  window: {
    sessionStorage: {
      getItem: (name: string) => shelf.get(name) ?? null,
      setItem: (name: string, value: string) => shelf.set(name, value),
      removeItem: (name: string) => shelf.delete(name),
    },
  },
});

describe('what was begun in a dialog', () => {
  beforeEach(clearDrafts);

  test('is there again after the page was loaded anew, in the same dialog of the same conversation alone', () => {
    writeForm(mama, 'transfer', { to: null, reason: '夜勤に交代します' });
    drafts.set({});
    openDrafts();
    expect(begunIn(mama)).toEqual({ transfer: { to: null, reason: '夜勤に交代します' } });
    expect(begunIn(hana)).toEqual({});
  });
  test('is gone once it is done or given up, and the reply that was begun beside it is not', () => {
    writeWords(mama, 'reply', 'お返事がおそくなって', true);
    writeForm(mama, 'risk', { reason: '電話で確かめた' });
    writeForm(mama, 'close', { outcome: 'listened', reason: '' });
    forgetForm(mama, 'risk');
    expect(begunIn(mama)).toEqual({ close: { outcome: 'listened', reason: '' } });
    forgetForm(mama, 'close');
    expect(drafts.get()[mama]?.reply).toBe('お返事がおそくなって');
  });
  test('leaves nothing behind on the machine when it was all there was', () => {
    writeForm(mama, 'safe-contact', { safe_word: 'きょうの天気は' });
    forgetForm(mama, 'safe-contact');
    expect([...shelf.values()].join()).not.toContain('きょうの天気は');
    expect(drafts.get()).toEqual({});
  });
  test('goes with the other drafts at sign-out and before another counselor', () => {
    writeForm(mama, 'entries/12/risk/dismiss', { reason: '歌の歌詞' });
    clearDrafts();
    openDrafts();
    expect(begunIn(mama)).toEqual({});
    expect(shelf.size).toBe(0);
  });
  test('is asked about before signing out when words stand in it, not when something was only chosen', () => {
    writeForm(mama, 'close', { outcome: 'listened', reason: '' });
    expect(hasDrafts()).toBe(false);
    writeForm(hana, 'transfer', { to: 'queue', reason: '外国語の相談' });
    expect(hasDrafts()).toBe(true);
  });
  test('a note written in the box beside it does not wipe it out', () => {
    writeForm(mama, 'disguise/end', { reason: '本人の声だった' });
    writeWords(mama, 'note', '申し送り', true);
    writeWords(mama, 'note', '', true);
    expect(begunIn(mama)).toEqual({ 'disguise/end': { reason: '本人の声だった' } });
  });
});

describe('the words in a form', () => {
  test('are what was typed, a line each', () => {
    expect(wordsOf({ may_push: true, channel: 'phone', when: '平日の昼', safe_word: ' ', if_other_answers: '間違い電話' })).toBe('平日の昼\n間違い電話');
    expect(wordsOf({ to: 'queue', reason: '' })).toBe('');
    expect(wordsOf(undefined)).toBe('');
  });
  test('are of the changes that a dialog asks for: a reply, a note and a claim have none', () => {
    expect(['close', 'transfer', 'risk', 'disguise/end', 'safe-contact', 'entries/3/risk/dismiss'].every(isFormName)).toBe(true);
    expect(['messages', 'notes', 'claim', 'return'].some(isFormName)).toBe(false);
  });
});
