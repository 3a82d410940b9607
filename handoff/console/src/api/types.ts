// The JSON of server/api/openapi.yaml. test/contract.test.ts holds the schemas against the development server's answers.

export type Ulid = string;
/** RFC 3339 with offset. */
export type Time = string;

export type Role = 'counselor' | 'supervisor' | 'peer_concierge' | 'desk_manager' | 'auditor';
export type ListName = 'queue' | 'mine' | 'bot' | 'counselor' | 'closed';
export type Priority = 'normal' | 'soon' | 'high' | 'emergency';
export type HolderKind = 'bot' | 'queue' | 'counselor' | 'closed';
export type SendState = 'none' | 'queued' | 'sending' | 'accepted' | 'failed' | 'unknown';
export type ContentType =
  | 'text' | 'sticker' | 'image' | 'video' | 'audio' | 'file' | 'location'
  | 'postback' | 'followed' | 'unfollowed' | 'unsent' | 'other';

export interface Labelled {
  id: string;
  label: string;
}

export interface Colleague {
  id: Ulid;
  name: string;
  role: Role;
  on_duty: boolean;
  holding: number;
  capacity: number;
  skills: string[];
}

export interface Me {
  counselor: Colleague;
  desk: { id: string; name: string };
  permissions: { lists: ListName[]; may_hold: boolean; may_take_over: boolean; may_note: boolean; may_try_rules: boolean; may_see_line: boolean; may_audit: boolean };
  csrf: string;
}

export interface Desk {
  id: string;
  name: string;
  now: Time;
  hours: { open: boolean; closes_at: Time | null; next_opening: Time | null };
  outcomes: Labelled[];
  languages: Labelled[];
  text_limit_utf16: number;
  /** Only when what is left of the month's LINE messages is kept for counselors, or nothing is left. */
  line_quota: { left: number; read_at: Time } | null;
}

/** One of the desk's LINE channels, for its manager. The figures are LINE's own, as of `read_at`; null where there is none. */
export interface LineChannel {
  name: string;
  state: 'limited' | 'unlimited' | 'not_read' | 'no_answer' | 'paused';
  limit: number | null;
  used: number | null;
  left: number | null;
  reserve: number | null;
  read_at: Time | null;
  unanswered_at: Time | null;
  remarks: string[];
}

/** One line of the audit log. `who` is null when the program or its operator did it. */
export interface AuditAct {
  at: Time;
  who: { id: Ulid; name: string } | null;
  action: string;
  subject: string;
  values: Record<string, string>;
}

export interface Holder {
  kind: HolderKind;
  id?: Ulid;
  name?: string;
  since: Time;
}

export interface Author {
  kind: 'person' | 'bot' | 'counselor' | 'system';
  id?: Ulid;
  name: string;
}

export interface LastMessage {
  seq: number;
  at: Time;
  author: Author;
  text: string;
  content_type: ContentType;
  state: SendState;
}

export interface Row {
  id: Ulid;
  revision: number;
  nickname: string;
  channel: 'line' | 'web';
  language: string;
  reachable: boolean;
  holder: Holder;
  priority: Priority;
  risk_level: number;
  risk_categories: string[];
  answer_due: Time | null;
  disguised: boolean;
  waiting_since: Time | null;
  opened_at: Time;
  last_inbound_at: Time | null;
  last_activity_at: Time;
  last_message: LastMessage | null;
  outcome: Labelled | null;
}

export type ScreenSafety = 'unknown' | 'asked' | 'safe' | 'watched';

/** When we may begin, in Japanese time; `to` is exclusive, at most 24:00, and before `from` it is of the next day. */
export interface ContactHours {
  weekdays: ('sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat')[];
  from: string; // HH:MM
  to: string;
}

/** How she may be reached when she is not writing; by default nobody begins. */
export interface SafeContact {
  may_push: boolean;
  channel: '' | 'line' | 'web' | 'phone';
  when: string;
  safe_word: string;
  if_other_answers: string;
  hours: ContactHours[]; // empty: none were agreed
}

export interface RiskMark {
  level: number;
  categories: string[];
  spans: { from: number; to: number; rule: string; reason: string }[]; // code points, half open
  dismissed: { by: string; reason: string } | null;
}

/** A mark that staff dismissed, with her message. */
export interface DismissedMark {
  conversation: Ulid;
  seq: number;
  at: string;
  text: string;
  risk: RiskMark;
}

export type Counts = Partial<Record<Exclude<ListName, 'closed'>, number>>;

export interface ConversationPage {
  items: Row[];
  next: string | null;
  counts: Counts;
}

export interface Conversation extends Row {
  heard_seq: number; // the newest seq in which she says something or danger rose
  answers: { name: string; title: string; shown: string; label?: string }[];
  handoff: { reason: string; reason_text: string; skills: string[]; requested_at: Time } | null;
  times: { requested_at: Time | null; queued_at: Time | null; claimed_at: Time | null; first_reply_at: Time | null };
  last_counselor: { id: Ulid; name: string } | null;
  risk: { raised_at: Time | null; answered_at: Time | null; screen: ScreenSafety; is_private: boolean };
  safe_contact: SafeContact;
  blocked_at: Time | null;
  kept_until: Time | null;
  permissions: {
    may_claim: boolean;
    may_send: boolean;
    may_note: boolean;
    may_transfer: boolean;
    may_return: boolean;
    may_close: boolean;
    may_judge: boolean;
  };
}

/** How far the bytes of a picture, recording or file have come, and where they are. */
export interface Media {
  state: 'waiting' | 'ready' | 'failed';
  url?: string;
  mime?: string;
  file_name?: string;
  size_bytes?: number;
  inline?: boolean;
  text?: string;
}

export interface Content {
  type: ContentType;
  keywords?: string[];
  text?: string;
  file_name?: string;
  size_bytes?: number;
  duration_ms?: number;
  title?: string;
  address?: string;
  latitude?: number;
  longitude?: number;
  label?: string;
  media?: Media;
}

export interface Entry {
  id: string;
  seq: number;
  at: Time;
  kind: 'inbound' | 'outbound' | 'note' | 'event';
  author: Author;
  text: string;
  content: Content | null;
  quick_replies: string[];
  event: { name: string; text: string } | null;
  state: SendState;
  failure: { code: string; text: string; next_text?: string } | null;
  quoted: { seq: number | null; author: Author | null; text: string; content: Content | null } | null;
  edits: { seq: number | null; text: string } | null; // the message that she changed to these words
  risk: RiskMark | null;
}

export interface EntryPage {
  items: Entry[];
  next: number | null;
  late: Entry[]; // what LINE delivered so late that it lies on an older page
}

export interface Changed {
  conversation: Conversation | null; // null: done before, and not to be seen by the caller any more
  entries: Entry[];
}

export interface ProblemBody {
  status: number;
  code: string;
  title: string;
  holder?: Holder;
}

export interface LiveMessage {
  kind: 'hello' | 'beat' | 'conversation' | 'entry' | 'staff' | 'desk' | 'other';
  seq: number;
  epoch?: string;
  conversation?: Ulid;
  version?: number;
}
