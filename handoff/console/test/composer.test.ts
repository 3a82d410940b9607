import { describe, expect, test } from 'vitest';
import { type KeyPress, sends, settleMs } from '../src/conversation/composer-keys';
import { fitOf, sendable, utf16Units } from '../src/conversation/text-length';

const long = settleMs * 10;
const press = (change: Partial<KeyPress> = {}): KeyPress => ({
  key: 'Enter', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, repeat: false, isComposing: false, keyCode: 13, ...change,
});

describe('what sends', () => {
  test('Ctrl+Enter and Cmd+Enter', () => {
    expect(sends(press({ ctrlKey: true }), long)).toBe(true);
    expect(sends(press({ metaKey: true }), long)).toBe(true);
  });
  test('Enter alone, or with Shift, is a line break', () => {
    expect(sends(press(), long)).toBe(false);
    expect(sends(press({ shiftKey: true }), long)).toBe(false);
  });
  test('confirming kanji never sends, whatever is held with it', () => {
    expect(sends(press({ isComposing: true }), long)).toBe(false);
    expect(sends(press({ isComposing: true, ctrlKey: true }), long)).toBe(false);
    expect(sends(press({ keyCode: 229, ctrlKey: true }), long)).toBe(false);
  });
  test("nor does Safari's Enter that comes right after the composition's end", () => {
    expect(sends(press({ ctrlKey: true }), settleMs - 1)).toBe(false);
    expect(sends(press({ ctrlKey: true }), settleMs)).toBe(true);
  });
  test('a held key sends once', () => {
    expect(sends(press({ ctrlKey: true, repeat: true }), long)).toBe(false);
  });
  test('another key with Ctrl is not ours', () => {
    expect(sends(press({ key: 'b', ctrlKey: true }), long)).toBe(false);
  });
});

describe('length', () => {
  test("counts as LINE does, in UTF-16 units: an emoji is two, a family of them more", () => {
    expect(utf16Units('相談')).toBe(2);
    expect(utf16Units('😊')).toBe(2);
    expect(utf16Units('👩‍👧')).toBe(5);
  });
  test('white space around is not sent and not counted', () => {
    expect(sendable('　はい\n')).toBe('はい');
    expect(fitOf(' \n　', 5_000)).toBe('empty');
  });
  test('5,000 fit, 5,001 do not', () => {
    expect(fitOf('あ'.repeat(5_000), 5_000)).toBe('fits');
    expect(fitOf('あ'.repeat(5_001), 5_000)).toBe('over');
    expect(fitOf(`${'あ'.repeat(4_999)}😊`, 5_000)).toBe('over');
  });
});
