import { beforeEach, describe, expect, test } from 'vitest';
import { clearDrafts, drafts, emptyDraft, modeOf, putBack, writeDraft, writeWords } from '../src/conversation/drafts';

const id = '01JD000000000000000000MAMA';
const kept = () => drafts.get()[id] ?? emptyDraft;

describe('what is being written', () => {
  beforeEach(clearDrafts);

  test('a note begun where one may not send stays a note when the conversation becomes hers', () => {
    writeWords(id, 'note', 'お母さんには言わないこと。', false);
    expect(modeOf(kept(), true)).toBe('note');
    writeWords(id, 'note', 'お母さんには言わないこと。夫は元警察官', true);
    expect(kept()).toEqual({ mode: 'note', reply: '', note: 'お母さんには言わないこと。夫は元警察官' });
  });
  test('once that note is kept or wiped out, the box is for replies again', () => {
    writeWords(id, 'note', '申し送り', false);
    writeWords(id, 'note', '', false);
    expect(modeOf(kept(), true)).toBe('reply');
    expect(drafts.get()).toEqual({});
  });
  test('who chose to write a note goes on writing notes', () => {
    writeDraft(id, { mode: 'note' });
    writeWords(id, 'note', '', true);
    expect(modeOf(kept(), true)).toBe('note');
  });
  test('a reply waits unharmed while one may not send', () => {
    writeWords(id, 'reply', '書きかけ', true);
    expect(modeOf(kept(), false)).toBe('note');
    writeWords(id, 'note', '申し送り', false);
    writeWords(id, 'note', '', false);
    expect(kept()).toEqual({ mode: 'reply', reply: '書きかけ', note: '' });
  });
  test('what did not go out is put back once, however often it is pressed', () => {
    writeWords(id, 'reply', '続き', true);
    putBack(id, 'reply', '送れなかった文');
    putBack(id, 'reply', '送れなかった文');
    expect(kept().reply).toBe('送れなかった文\n続き');
  });
});
