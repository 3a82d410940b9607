// The development server's desk: openapi.yaml in memory. It keeps no secret and no promise; the product's server is server/.
import { people, staff } from './people.mjs';

export const outcomes = [
  ['listened', 'お話を聴いた'], ['informed', '情報を提供した'], ['referred', '他の機関を紹介した'], ['accompanied', '同行した'], ['reported', '通告・通報した'],
  ['booked', '面談などを予約した'], ['no_answer', '応答がなくなった'],
].map(([id, label]) => ({ id, label }));

const urgency = { normal: 0, soon: 1, high: 2, emergency: 3 };
const textLimit = 5_000;
const pageSize = 50;

export class Refused extends Error {
  constructor(status, code, title, more = {}) {
    super(title);
    this.body = { type: 'about:blank', status, code, title, ...more };
  }
}

const iso = () => new Date().toISOString();
const isMessage = (entry) => entry.kind === 'inbound' || (entry.kind === 'outbound' && entry.author.kind === 'counselor');

export class Desk {
  constructor(announce) {
    this.announce = announce;
    this.conversations = people();
    this.done = new Map(); // Idempotency-Key -> seqs
    this.line = { name: 'line-main', state: 'limited', limit: 5_000, used: 3_120, left: 1_880, reserve: 500, read_at: iso(), unanswered_at: null, remarks: [] };
  }

  find(id) {
    const found = this.conversations.find((one) => one.id === id);
    if (!found) throw new Refused(404, 'not_found', '見つかりません。');
    return found;
  }

  colleague({ login: _login, password: _password, otp: _otp, ...person }) {
    return { ...person, holding: this.conversations.filter((one) => one.holder.id === person.id).length };
  }

  me(person, csrf) {
    return {
      counselor: this.colleague(person), desk: { id: 'mirai', name: 'みらい市 ひとり親・女性そうだん窓口' }, csrf,
      permissions: { lists: ['queue', 'mine', 'bot', 'counselor', 'closed'], may_hold: true, may_take_over: person.role === 'supervisor', may_note: true, may_try_rules: person.role === 'supervisor', may_see_line: person.role === 'supervisor', may_audit: false },
    };
  }

  desk() {
    return {
      id: 'mirai', name: 'みらい市 ひとり親・女性そうだん窓口', now: iso(), outcomes, text_limit_utf16: textLimit,
      hours: { open: true, closes_at: new Date(Date.now() + 3 * 3_600_000).toISOString(), next_opening: null },
      line_quota: this.line.left !== null && this.line.left <= this.line.reserve ? { left: this.line.left, read_at: this.line.read_at } : null,
      languages: [{ id: 'ja', label: '日本語' }, { id: 'ja-easy', label: 'やさしい日本語' }, { id: 'en', label: 'English' }],
    };
  }

  row(one) {
    const last = one.entries.findLast(isMessage);
    return {
      id: one.id, revision: one.revision, nickname: one.nickname, channel: one.channel, language: one.language, reachable: one.reachable, holder: one.holder,
      priority: one.priority, risk_level: one.risk_level, risk_categories: one.risk_categories,
      answer_due: one.answer_due ?? null, disguised: one.disguised ?? false,
      waiting_since: one.holder.kind === 'queue' ? one.handoff.requested_at : null, opened_at: one.opened_at,
      last_inbound_at: one.entries.findLast((entry) => entry.kind === 'inbound')?.at ?? null, last_activity_at: one.entries.at(-1).at,
      last_message: last ? { seq: last.seq, at: last.at, author: last.author, text: last.text.slice(0, 120), content_type: last.content?.type ?? 'text', state: last.state ?? 'none' } : null,
      outcome: one.outcome,
    };
  }

  heardSeq(one) {
    return one.entries.findLast((entry) => entry.kind === 'inbound')?.seq ?? 0;
  }

  mustHaveSeen(one, seenSeq) {
    if (!Number.isInteger(seenSeq)) throw new Refused(400, 'invalid_request', '何を見て決めたかがありません。');
    if (seenSeq < this.heardSeq(one)) throw new Refused(409, 'written_since', 'まだ画面に出ていないメッセージがあります。先に読んでください。', { holder: one.holder });
  }

  detail(one, person) {
    const holds = one.holder.id === person.id;
    const claimable = one.holder.kind === 'queue' || (one.holder.kind === 'bot' && person.role === 'supervisor');
    return {
      ...this.row(one), heard_seq: this.heardSeq(one), answers: one.answers, handoff: one.handoff, last_counselor: one.last_counselor,
      times: { requested_at: one.handoff?.requested_at ?? null, queued_at: one.queued_at, claimed_at: one.claimed_at, first_reply_at: one.first_reply_at },
      risk: { raised_at: one.risk_level > 0 ? one.opened_at : null, answered_at: one.first_reply_at, screen: one.screen ?? 'unknown', is_private: one.risk_categories.includes('dv') },
      blocked_at: null, kept_until: null,
      safe_contact: one.safe_contact ?? { may_push: false, channel: '', when: '', safe_word: '', if_other_answers: '', hours: [] },
      permissions: { may_claim: claimable && person.on_duty, may_send: holds, may_note: true, may_transfer: holds, may_return: holds, may_close: holds, may_judge: true },
    };
  }

  list(holder, person) {
    const isMine = (one) => one.holder.id === person.id;
    const of = {
      queue: (one) => one.holder.kind === 'queue', mine: isMine, bot: (one) => one.holder.kind === 'bot',
      counselor: (one) => one.holder.kind === 'counselor' && !isMine(one), closed: (one) => one.holder.kind === 'closed',
    };
    if (!of[holder]) throw new Refused(400, 'invalid_request', '一覧の名前が違います。');
    const count = (name) => this.conversations.filter(of[name]).length;
    const rows = this.conversations.filter(of[holder]).map((one) => this.row(one));
    if (holder === 'queue') {
      rows.sort((a, b) => urgency[b.priority] - urgency[a.priority] || a.waiting_since.localeCompare(b.waiting_since));
    }
    return { items: rows, next: null, counts: { queue: count('queue'), mine: count('mine'), bot: count('bot'), counselor: count('counselor') } };
  }

  log(one, before) {
    const older = one.entries.filter((entry) => before === null || entry.seq < before);
    const items = older.slice(-pageSize);
    return { items, next: older.length > items.length ? items[0].seq : null, late: [] };
  }

  /** Adds a line and tells every console. */
  add(one, entry) {
    const seq = (one.entries.at(-1)?.seq ?? 0) + 1;
    const whole = {
      id: `${one.id}-${seq}`, seq, at: iso(), kind: 'event', author: { kind: 'system', name: '' }, text: '', content: null, quick_replies: [], event: null,
      state: 'none', failure: null, quoted: null, edits: null, risk: null, ...entry,
    };
    one.entries.push(whole);
    one.revision += 1;
    this.announce('conversation', one);
    return whole;
  }

  inbound(one, text) {
    return this.add(one, { kind: 'inbound', author: { kind: 'person', name: one.nickname }, text });
  }

  /** She withdraws `text`: its place stays, with who saw it. */
  unsend(one, text) {
    const entry = one.entries.find((line) => line.text === text);
    const event = { name: 'unsent.seen', text: '送信が取り消されました。内容は残っていません（相談の画面で見た人：佐藤、鈴木）' };
    Object.assign(entry, { text: '', content: { type: 'unsent' }, risk: null, event });
    one.revision += 1;
    this.announce('conversation', one);
  }

  change(id, verb, body, person, key) {
    if (!/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(key ?? '')) throw new Refused(400, 'idempotency_key_missing', 'Idempotency-Key がありません。');
    const one = this.find(id);
    const known = this.done.get(`${id} ${key}`);
    if (known) return { conversation: this.detail(one, person), entries: one.entries.filter((entry) => known.includes(entry.seq)) };
    const entries = this.act(one, verb, body, person, key);
    this.done.set(`${id} ${key}`, entries.map((entry) => entry.seq));
    return { conversation: this.detail(one, person), entries };
  }

  mustHold(one, person) {
    if (one.holder.id !== person.id) throw new Refused(403, 'not_holder', 'この相談は、いまあなたの担当ではありません。', { holder: one.holder });
  }

  mustText(text) {
    if (typeof text !== 'string' || text.trim() === '') throw new Refused(422, 'text_empty', '文章がありません。');
    if (text.length > textLimit) throw new Refused(422, 'text_too_long', '文章が長すぎます。');
  }

  do_claim(one, _body, person, key) {
    if (one.holder.id === person.id) return [];
    if (one.holder.kind === 'counselor') throw new Refused(409, 'already_held', `${one.holder.name}さんが先に対応を始めました。`, { holder: one.holder });
    if (one.holder.kind === 'closed') throw new Refused(409, 'not_waiting', 'この相談は待っていません。', { holder: one.holder });
    if (!person.on_duty) throw new Refused(403, 'off_duty', '離席中です。「勤務中」に切り替えてください。');
    if (this.colleague(person).holding >= person.capacity) throw new Refused(409, 'at_capacity', '担当できる件数がいっぱいです。', { holder: one.holder });
    one.holder = { kind: 'counselor', id: person.id, name: person.name, since: iso() };
    one.claimed_at ??= iso();
    const author = { kind: 'counselor', id: person.id, name: person.name };
    return [this.add(one, { author, key, event: { name: 'claimed', text: `${person.name}さんが担当になりました` } })];
  }

  do_messages(one, { text }, person, key) {
    this.mustHold(one, person);
    this.mustText(text);
    one.first_reply_at ??= iso();
    const entry = this.add(one, { kind: 'outbound', author: { kind: 'counselor', id: person.id, name: person.name }, text, state: 'queued', key });
    const ends = one.reachable ? { state: 'accepted' } : { state: 'failed', failure: { code: 'blocked', text: '相談者がこのアカウントをブロックしています。' } };
    setTimeout(() => { Object.assign(entry, ends); this.announce('entry', one); }, 700);
    return [entry];
  }

  do_notes(one, { text }, person, key) {
    this.mustText(text);
    return [this.add(one, { kind: 'note', author: { kind: 'counselor', id: person.id, name: person.name }, text, key })];
  }

  do_transfer(one, { to, reason }, person) {
    this.mustHold(one, person);
    if (!reason?.trim()) throw new Refused(422, 'reason_missing', '理由がありません。');
    if (to === null) {
      one.holder = { kind: 'queue', since: iso() };
      return [this.add(one, { event: { name: 'requeued', text: `${person.name}さんが順番待ちに戻しました（${reason}）` } })];
    }
    const colleague = staff.find((other) => other.id === to);
    if (!colleague) throw new Refused(404, 'no_such_counselor', '引き継ぐ相手が見つかりません。');
    if (!colleague.on_duty) throw new Refused(409, 'colleague_off_duty', '引き継ぐ相手が離席中です。', { holder: one.holder });
    one.holder = { kind: 'counselor', id: colleague.id, name: colleague.name, since: iso() };
    return [this.add(one, { event: { name: 'transferred', text: `${person.name}さんから${colleague.name}さんに引き継ぎました（${reason}）` } })];
  }

  do_return(one, { seen_seq }, person) {
    this.mustHold(one, person);
    this.mustHaveSeen(one, seen_seq);
    one.holder = { kind: 'bot', since: iso() };
    return [this.add(one, { event: { name: 'returned', text: `${person.name}さんがボットに戻しました` } })];
  }

  mustReason(reason) {
    if (!reason?.trim()) throw new Refused(422, 'reason_missing', '理由がありません。');
  }

  do_risk(one, { level, reason, seen_seq }, person) {
    if (!Number.isInteger(level) || level < 0 || level > 4) throw new Refused(400, 'invalid_request', '危険度が違います。');
    this.mustReason(reason);
    const from = one.risk_level;
    if (level < from) this.mustHaveSeen(one, seen_seq);
    one.risk_level = level;
    return [this.add(one, { event: { name: 'risk_set', text: `${person.name}が危険度をR${from}からR${level}に変えました（${reason}）` } })];
  }

  dismissMark(one, seq, { reason }, person) {
    this.mustReason(reason);
    const entry = one.entries.find((other) => other.seq === seq && other.risk && !other.risk.dismissed);
    if (!entry) throw new Refused(404, 'no_such_mark', 'しるしがありません。');
    entry.risk.dismissed = { by: person.name, reason };
    return [this.add(one, { event: { name: 'risk_dismissed', text: `${person.name}が危険のしるしを取り下げました（${reason}）` } })];
  }

  endDisguise(one, { reason, seen_seq }, person) {
    this.mustReason(reason);
    this.mustHaveSeen(one, seen_seq);
    one.disguised = false;
    return [this.add(one, { event: { name: 'disguise_ended', text: `${person.name}が、合言葉のあとの目隠しを終えました（${reason}）` } })];
  }

  safeContact(one, contact, person) {
    if (!['', 'line', 'web', 'phone'].includes(contact.channel)) throw new Refused(400, 'invalid_request', '連絡の方法が違います。');
    if (contact.hours.some(({ weekdays }) => weekdays.length === 0)) throw new Refused(422, 'hours_without_day', '曜日を1つ以上選んでください。');
    one.safe_contact = contact;
    return [this.add(one, { event: { name: 'safe_contact', text: `${person.name}が安全な連絡方法を書き換えました` } })];
  }

  /** What stands behind a path below one conversation. */
  act(one, verb, body, person, key) {
    const dismiss = /^entries\/(\d+)\/risk\/dismiss$/.exec(verb);
    if (dismiss) return this.dismissMark(one, Number(dismiss[1]), body, person);
    if (verb === 'disguise/end') return this.endDisguise(one, body, person);
    if (verb === 'safe-contact') return this.safeContact(one, body, person);
    return this[`do_${verb}`](one, body, person, key);
  }

  do_close(one, { outcome, seen_seq, level, reason }, person) {
    this.mustHold(one, person);
    this.mustHaveSeen(one, seen_seq);
    one.outcome = outcomes.find((known) => known.id === outcome) ?? null;
    if (!one.outcome) throw new Refused(422, 'outcome_unknown', '終わり方を選んでください。');
    const judged = level === undefined || level === one.risk_level ? [] : this.do_risk(one, { level, reason, seen_seq }, person);
    one.holder = { kind: 'closed', since: iso() };
    return [...judged, this.add(one, { event: { name: 'closed', text: `${person.name}さんが相談を終了しました（${one.outcome.label}）` } })];
  }
}
