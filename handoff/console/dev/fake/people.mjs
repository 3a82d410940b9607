// Invented people for the development server. Nobody here is real.
import { nextId } from './ulid.mjs';

const minute = 60_000;

const staffOf = (name, role, on_duty, more = {}) => ({ id: nextId(), name, role, on_duty, capacity: 3, skills: [], ...more });

export const staff = [
  { login: 'sato', password: 'demo', ...staffOf('佐藤', 'counselor', true, { skills: ['dv'] }) },
  { login: 'suzuki', password: 'demo', ...staffOf('鈴木', 'counselor', true) },
  { login: 'tanaka', password: 'demo', otp: '123456', ...staffOf('田中', 'supervisor', true) },
  { login: 'yamada', password: 'demo', ...staffOf('山田', 'counselor', false) },
];

const blank = {
  content: null, quick_replies: [], event: null, state: 'none', failure: null, quoted: null, edits: null, risk: null, text: '',
};
const her = (nickname, text, more = {}) => ({ ...blank, kind: 'inbound', author: { kind: 'person', name: nickname }, text, ...more });
const bot = (text, quick_replies = [], more = {}) => ({ ...blank, kind: 'outbound', author: { kind: 'bot', name: '' }, text, quick_replies, state: 'accepted', ...more });
const event = (name, text) => ({ ...blank, kind: 'event', author: { kind: 'system', name: '' }, event: { name, text } });
const by = (counselor) => ({ kind: 'counselor', id: counselor.id, name: counselor.name });
const ours = (counselor, text, more = {}) => ({ ...blank, kind: 'outbound', author: by(counselor), text, state: 'accepted', ...more });
const note = (counselor, text) => ({ ...blank, kind: 'note', author: by(counselor), text });

const triage = (name, words) => [
  event('followed', '友だちに追加されました'),
  bot('はじめまして。みらい市のそうだん窓口です。ここでの相談は無料で、秘密は守ります。いま困っていること、気になっていることを、どんな言葉でもいいので書いてください。'),
  her(name, words),
  bot('書いてくださって、ありがとうございます。どのことに近いですか。', ['お金のこと', '仕事', '子ども', '住まい', '離婚・養育費', 'わからない']),
];

const base = {
  channel: 'line', language: 'ja', reachable: true, priority: 'normal', risk_level: 0, risk_categories: [], answers: [], handoff: null, outcome: null,
  last_counselor: null, claimed_at: null, first_reply_at: null,
};

/** Conversations as `minutes` ago tells; `log` is spread evenly from then to `lastMinutes` ago. */
export function people(now = Date.now()) {
  const [sato, suzuki] = staff;
  const ago = (minutes) => new Date(now - minutes * minute).toISOString();
  const asked = (minutes, reason_text) => ({ reason: 'wish', reason_text, skills: [], requested_at: ago(minutes) });
  const long = Array.from({ length: 70 }, (_, i) => (i % 2 === 0
    ? her('みか', `その${i + 1} 養育費の話し合いが、なかなか進みません。`)
    : ours(sato, `そうでしたか。進まないと、気持ちも落ち着きませんね。（${i + 1}）`)));

  const seeds = [
    {
      nickname: 'はな', minutes: 40, lastMinutes: 2, holder: 'queue', priority: 'emergency', risk_level: 4, risk_categories: ['dv', 'monitored'],
      handoff: asked(3, '今日・明日のうちに困ること'),
      answers: [['topic', '相談したいこと', '家族のこと'], ['when', 'いつまでに', '今日']],
      log: [...triage('はな', '夫が今そばにいます。声は出せません'), her('はな', 'お金のことを聞いていると言っています'), event('queued', '順番待ちに入りました（今日・明日のうちに困ること）'),
        bot('相談員におつなぎしています。あなたの前に待っている方はいません。')],
    },
    {
      nickname: 'ゆき', minutes: 35, lastMinutes: 14, holder: 'queue', priority: 'soon', risk_level: 2, risk_categories: ['no_food'], handoff: asked(18, 'ご本人の希望'),
      answers: [['topic', '相談したいこと', 'お金のこと'], ['children', 'お子さん', '2人（5歳、8歳）'], ['area', 'お住まい', 'みらい市 東地区'],
        ['story', '書いてくださったこと', '今月の家賃が払えそうにありません。食べるものも、あと少しで、子どもには食べさせていますが自分は減らしています。']],
      log: [...triage('ゆき', '今月の家賃が払えそうにありません。食べるものも、あと少しです'), her('ゆき', '', { content: { type: 'postback', label: 'お金のこと' } }),
        bot('お金のことですね。お子さんは何人ですか。答えなくても大丈夫です。', ['答えない']), her('ゆき', '2人です。5歳と8歳'),
        her('ゆき', '', { content: { type: 'sticker', keywords: ['おねがい', '泣く', 'ありがとう'] } }), event('queued', '順番待ちに入りました（ご本人の希望）'),
        bot('相談員におつなぎします。いま、あなたの前に1人の方が待っています。'), her('ゆき', '子どもが寝ている間なら話せます。夜の9時までなら大丈夫です')],
    },
    {
      nickname: 'Maria', minutes: 60, lastMinutes: 25, language: 'en', holder: 'queue', handoff: asked(26, 'asked for a person'), channel: 'web',
      answers: [['topic', 'Topic', 'Residence card and divorce']],
      log: [bot('Hello. This is the consultation window of Mirai City. It is free and confidential. What would you like to talk about?'),
        her('Maria', 'I want to divorce but I am afraid I will lose my visa. My daughter was born in Japan.'), event('queued', '順番待ちに入りました')],
    },
    {
      nickname: 'リン', minutes: 58, lastMinutes: 41, language: 'ja-easy', holder: 'queue', handoff: asked(41, '困りごとを一緒に整理したい'),
      log: [bot('こんにちは。ここは みらい市（し）の そうだん窓口（まどぐち）です。'), her('リン', 'こどもの がっこうの てがみが よめません'), event('queued', '順番待ちに入りました')],
    },
    {
      nickname: 'みか', minutes: 60 * 26, lastMinutes: 6, holder: sato, handoff: asked(60 * 25, 'ご本人の希望'), claimed_at: ago(60 * 25 - 4), first_reply_at: ago(60 * 25 - 6),
      answers: [['topic', '相談したいこと', '離婚・養育費']],
      log: [...triage('みか', '離婚して2年です。養育費が止まっています'), event('claimed', '佐藤さんが担当になりました'), ...long,
        note(sato, '公正証書あり。次回、履行勧告の説明。\n子どもの名前はここには書かない。'),
        ours(sato, '今日は、公正証書があるかどうかを教えてもらえますか。', { state: 'accepted' }),
        her('みか', '', { content: { type: 'image' } }), her('みか', '', { content: { type: 'unsent' } }),
        her('みか', 'これのことですか？', { quoted: { seq: 76, author: by(sato), text: '今日は、公正証書があるかどうかを教えてもらえますか。', content: null } })],
    },
    {
      nickname: '', minutes: 200, lastMinutes: 90, holder: sato, reachable: false, handoff: asked(180, 'ご本人の希望'), claimed_at: ago(170), first_reply_at: ago(165),
      log: [...triage('', 'ちょっと聞きたいだけです'), event('claimed', '佐藤さんが担当になりました'), ours(sato, 'こんにちは。佐藤です。どうされましたか。'),
        event('unfollowed', 'ブロックされました。いまは送信できません'),
        ours(sato, 'またいつでも書いてくださいね。', { state: 'failed', failure: { code: 'blocked', text: '相談者がこのアカウントをブロックしています。', next_text: '相談者がまた書くと送れるようになります。' } })],
    },
    {
      nickname: 'あおい', minutes: 100, lastMinutes: 12, holder: suzuki, handoff: asked(70, 'テーマの相談'), claimed_at: ago(66), first_reply_at: ago(64),
      log: [...triage('あおい', '仕事を変えたいです'), event('claimed', '鈴木さんが担当になりました'), ours(suzuki, 'こんにちは。鈴木です。')],
    },
    { nickname: 'とも', minutes: 9, lastMinutes: 4, holder: 'bot', log: triage('とも', '児童扶養手当の現況届がわかりません') },
    { nickname: 'さくら', minutes: 30, lastMinutes: 22, holder: 'bot', risk_level: 1, log: triage('さくら', '最近ねむれません') },
    {
      nickname: 'けい', minutes: 60 * 50, lastMinutes: 60 * 47, holder: 'closed', outcome: { id: 'informed', label: '情報を提供した' },
      log: [...triage('けい', '学習支援を知りたい'), event('closed', '鈴木さんが相談を終了しました（情報を提供した）')],
    },
  ];
  return seeds.map((seed) => grown({ ...base, ...seed }, now));
}

function grown({ minutes, lastMinutes, holder, log, answers, claimed_at, first_reply_at, ...rest }, now) {
  const id = nextId();
  const begin = now - minutes * minute;
  const step = log.length > 1 ? ((minutes - lastMinutes) * minute) / (log.length - 1) : 0;
  const entries = log.map((entry, i) => ({ ...entry, id: `${id}-${i + 1}`, seq: i + 1, at: new Date(begin + i * step).toISOString() }));
  const since = new Date(now - lastMinutes * minute).toISOString();
  const held = typeof holder === 'string' ? { kind: holder, since } : { kind: 'counselor', id: holder.id, name: holder.name, since };
  return {
    ...rest, id, revision: entries.length, holder: held, opened_at: new Date(begin).toISOString(), entries,
    answers: answers.map(([name, title, shown]) => ({ name, title, shown })), claimed_at, first_reply_at,
    queued_at: rest.handoff?.requested_at ?? null,
  };
}
